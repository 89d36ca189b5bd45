package freeswitch

import (
	"context"
	"maps"
	"slices"
	"strings"

	"tandem/orchestrator/media"
)

// phone is an account whose state is wanted. Its fields are guarded by Switch.mu.
type phone struct {
	name       string
	told       media.Cause // the last state that was told: registered, unregistered or busy
	registered bool
	foreign    map[string]bool // channels on it that are not ours
	read       bool            // on this line
	stale      bool            // something happened to it while it was being read
}

// Phones replaces the list of accounts whose Phone events are told. Only those that are new are read: the others are followed
// already.
func (s *Switch) Phones(_ context.Context, endpoints []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.phones
	s.phones = make(map[string]*phone, len(endpoints))
	var fresh []*phone
	for _, name := range endpoints {
		p := old[name]
		switch {
		case !media.IsName(name) || s.phones[name] != nil:
			continue // one that is not a name can't be dialled either
		case p == nil:
			p = &phone{name: name, foreign: map[string]bool{}}
			fresh = append(fresh, p)
		}
		s.phones[name] = p
	}
	s.readPhones(fresh)
	return nil
}

// allPhones reads all wanted phones on a new line; called with mu held.
func (s *Switch) allPhones() {
	list := slices.Collect(maps.Values(s.phones))
	for _, p := range list {
		p.told, p.read = "", false
	}
	s.readPhones(list)
}

// readPhones tells the state of phones; called with mu held. Without a line it is done after the next Up.
func (s *Switch) readPhones(list []*phone) {
	if len(list) == 0 {
		return
	}
	for _, p := range list {
		p.stale = false
	}
	s.follow(func(l *line) {
		rows, err := channels(l)
		if err != nil {
			return // the line is lost: all are read on the next one
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
	// The list comes from a database that lags behind: a channel that is over may still stand in it, and its end was told already.
	rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool {
		if err != nil || r.account() != p.name {
			return true
		}
		var alive bool
		alive, err = exists(l, media.LegID(r.UUID))
		return !alive
	})
	if err != nil {
		return
	}
	l.post(func() []media.Event {
		if p.stale {
			s.readPhones([]*phone{p}) // what was read may be older than what happened
			return nil
		}
		p.read, p.registered = true, registered
		clear(p.foreign)
		for _, r := range rows {
			if s.legs[media.LegID(r.UUID)] == nil && !s.spent.Has(media.LegID(r.UUID)) {
				p.foreign[r.UUID] = true
			}
		}
		return s.tellPhone(p)
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
		p := s.phones[e.get(field)]
		switch {
		case p == nil:
			continue
		case !p.read:
			p.stale = true
			return nil
		}
		s.follow(func(l *line) {
			registered, err := s.registered(l, p.name)
			if err != nil {
				return
			}
			l.post(func() []media.Event {
				p.registered = registered
				return s.tellPhone(p)
			})
		})
		return nil
	}
	return nil
}

// phoneCalls follows the channels of wanted phones: one that is not ours makes its phone busy (F57).
func (s *Switch) phoneCalls(e said, ours bool) []media.Event {
	p := s.phones[e.account()]
	if p == nil {
		return nil
	}
	if !p.read {
		p.stale = true
		return nil
	}
	id := e.channel()
	_, stamped := e.stampOf()
	switch {
	case ours || stamped || e.variable(placeVariable) != "" || s.spent.Has(media.LegID(id)):
		delete(p.foreign, id)
	case e.name == "CHANNEL_HANGUP_COMPLETE" || e.name == "CHANNEL_DESTROY":
		delete(p.foreign, id)
	case e.name == "CHANNEL_HANGUP" || e.name == taskEvent:
	default:
		p.foreign[id] = true
	}
	return s.tellPhone(p)
}

// tellPhone tells what differs from what was told, in one event: "registered" ahead of "busy" would be an invitation to offer a
// call to somebody who talks.
func (s *Switch) tellPhone(p *phone) []media.Event {
	is := media.PhoneRegistered
	switch {
	case !p.read:
		return nil
	case len(p.foreign) > 0:
		is = media.PhoneBusy
	case !p.registered:
		is = media.PhoneUnregistered
	}
	if is == p.told {
		return nil
	}
	why := is
	if is == media.PhoneRegistered && p.told == media.PhoneBusy {
		why = media.PhoneIdle
	}
	p.told = is
	return []media.Event{{Kind: media.Phone, At: now(), Text: p.name, Why: why}}
}
