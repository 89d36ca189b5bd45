package freeswitch

import (
	"context"
	"slices"
	"strings"

	"tandem/orchestrator/media"
)

// phone is an account whose state is wanted. Its fields are guarded by Switch.mu.
type phone struct {
	name    string
	told    media.Cause     // registered or unregistered
	busy    bool            // busy with a foreign call was told
	foreign map[string]bool // channels on it that are not ours
	read    bool
}

// Phones replaces the list of accounts whose Phone events are told.
func (s *Switch) Phones(_ context.Context, endpoints []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted = slices.Clone(endpoints)
	old := s.phones
	s.phones = make(map[string]*phone, len(endpoints))
	for _, name := range endpoints {
		if !isName(name) {
			continue // such an endpoint can't be dialled either
		}
		p := old[name]
		if p == nil {
			p = &phone{name: name, foreign: map[string]bool{}}
		}
		s.phones[name] = p
	}
	s.readPhones()
	return nil
}

// readPhones tells the state of each wanted phone; called with mu held.
func (s *Switch) readPhones() {
	var list []*phone
	for _, p := range s.phones {
		p.told, p.busy, p.read = "", false, false
		list = append(list, p)
	}
	if len(list) == 0 {
		return
	}
	s.follow(func(l *line) {
		rows, err := channels(l)
		if err != nil {
			return
		}
		for _, p := range list {
			s.readPhone(l, p, rows)
		}
	})
}

func (s *Switch) readPhone(l *line, p *phone, rows []row) {
	registered, err := s.registered(l, p.name)
	if err != nil {
		return
	}
	l.post(func() []media.Event {
		p.read = true
		if rows != nil {
			clear(p.foreign)
		}
		for _, r := range rows {
			if r.account() == p.name && s.legs[media.LegID(r.UUID)] == nil && !s.spent.names[media.LegID(r.UUID)] {
				p.foreign[r.UUID] = true
			}
		}
		return append(s.phoneState(p, registered), s.phoneBusy(p)...)
	})
}

// registered asks whether FreeSWITCH knows where a phone is.
func (s *Switch) registered(l *line, name string) (bool, error) {
	s.mu.Lock()
	domain := s.domain
	s.mu.Unlock()
	text, err := l.api("sofia_contact */" + name + "@" + domain)
	if _, no := refused(err); no {
		return false, nil
	}
	return err == nil && !strings.HasPrefix(text, "error"), err
}

// registration: a phone came or went. What FreeSWITCH knows afterwards counts, not what the event says.
func (s *Switch) registration(e said) []media.Event {
	for _, field := range []string{"from-user", "user", "username"} {
		if p := s.phones[e.get(field)]; p != nil {
			s.follow(func(l *line) { s.readPhone(l, p, nil) })
			return nil
		}
	}
	return nil
}

// phoneState tells what differs from what was told; called with mu held, by the pump only.
func (s *Switch) phoneState(p *phone, registered bool) []media.Event {
	state := media.PhoneUnregistered
	if registered {
		state = media.PhoneRegistered
	}
	if state == p.told {
		return nil
	}
	p.told = state
	return []media.Event{{Kind: media.Phone, At: now(), Text: p.name, Why: state}}
}

// phoneCalls follows the channels of wanted phones: one that is not ours makes its phone busy (F57).
func (s *Switch) phoneCalls(e said, ours bool) []media.Event {
	p := s.phones[e.account()]
	if p == nil || !p.read {
		return nil
	}
	id := e.channel()
	_, stamped := e.stampOf()
	switch {
	case ours || stamped || e.variable(placeVariable) != "" || s.spent.names[media.LegID(id)]:
		delete(p.foreign, id)
	case e.name == "CHANNEL_HANGUP_COMPLETE" || e.name == "CHANNEL_DESTROY":
		delete(p.foreign, id)
	case e.name == "CHANNEL_HANGUP" || e.name == taskEvent:
	default:
		p.foreign[id] = true
	}
	return s.phoneBusy(p)
}

func (s *Switch) phoneBusy(p *phone) []media.Event {
	busy := len(p.foreign) > 0
	if busy == p.busy {
		return nil
	}
	p.busy = busy
	why := media.PhoneIdle
	if busy {
		why = media.PhoneBusy
	}
	return []media.Event{{Kind: media.Phone, At: now(), Text: p.name, Why: why}}
}
