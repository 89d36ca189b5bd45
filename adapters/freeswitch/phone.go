package freeswitch

import (
	"context"
	"slices"
	"strings"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// Phones replaces the list of accounts whose Phone events are told. Only those that are new are read: the others are followed
// already.
func (s *Switch) Phones(_ context.Context, endpoints []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readPhones(s.phones.Want(endpoints))
	return nil
}

// readPhones tells the state of phones; called with mu held. Without a line it is done after the next Up.
func (s *Switch) readPhones(list []*switchboard.Phone) {
	if len(list) == 0 {
		return
	}
	for _, p := range list {
		p.Stale = false
	}
	s.present.Follow(func(l *line) {
		rows, err := channels(l)
		if err != nil {
			return // the line is lost: all are read on the next one
		}
		for _, p := range list {
			s.readPhone(l, p, rows)
		}
	})
}

func (s *Switch) readPhone(l *line, p *switchboard.Phone, rows []row) {
	registered, err := s.registered(l, p.Name)
	if err != nil {
		return
	}
	// The list comes from a database that lags behind: a channel that is over may still stand in it, and its end was told already.
	rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool {
		if err != nil || r.account() != p.Name {
			return true
		}
		var on bool
		on, err = onPhone(l, r.UUID, p.Name)
		return !on
	})
	if err != nil {
		return
	}
	l.Post(func() []media.Event {
		if p.Stale {
			s.readPhones([]*switchboard.Phone{p}) // what was read may be older than what happened
			return nil
		}
		var foreign []string
		for _, r := range rows {
			if !s.dialled(media.LegID(r.UUID)) && !s.spent.Has(media.LegID(r.UUID)) {
				foreign = append(foreign, r.UUID)
			}
		}
		for id, g := range s.legs { // that the list may not have yet
			if !g.dialled && g.info.Endpoint == p.Name {
				foreign = append(foreign, string(id))
			}
		}
		p.Reads(registered, foreign)
		return p.Tell()
	})
}

// onPhone asks whether a channel lives and is on a phone.
func onPhone(l *line, id, name string) (bool, error) {
	text, err := l.api("uuid_dump " + id + " json")
	if _, ended := refused(err); ended {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	e, err := decode([]byte(text))
	return err == nil && e.account() == name, err
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
		name := e.get(field)
		if s.phones[name] == nil {
			continue
		}
		p := s.phones.Happens(name)
		if p == nil {
			return nil
		}
		s.present.Follow(func(l *line) {
			registered, err := s.registered(l, p.Name)
			if err != nil {
				return
			}
			l.Post(func() []media.Event {
				p.Registered = registered
				return p.Tell()
			})
		})
		return nil
	}
	return nil
}

// dialled says whether we placed the call that a channel is. Called with mu held.
func (s *Switch) dialled(id media.LegID) bool { return s.legs[id] != nil && s.legs[id].dialled }

// phoneCalls follows the channels of wanted phones: one that we did not dial makes its phone busy (F57), be it a call of somebody else
// or one that the phone places, to us too.
func (s *Switch) phoneCalls(e said) []media.Event {
	p := s.phones.Happens(e.account())
	if p == nil {
		return nil
	}
	id := e.channel()
	_, stamped := e.stampOf()
	switch {
	case s.dialled(media.LegID(id)) || stamped || s.spent.Has(media.LegID(id)):
		delete(p.Foreign, id)
	case e.name == "CHANNEL_HANGUP_COMPLETE" || e.name == "CHANNEL_DESTROY":
		delete(p.Foreign, id)
	case e.name == "CHANNEL_HANGUP" || e.name == taskEvent:
	default:
		p.Foreign[id] = true
	}
	return p.Tell()
}
