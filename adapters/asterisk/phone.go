package asterisk

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// Phones replaces the list of endpoints whose Phone events are told. Only those that are new are read: the others are followed
// already.
func (s *Switch) Phones(_ context.Context, endpoints []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readPhones(s.phones.Want(endpoints))
	return nil
}

// readPhones subscribes to phones and tells the state of each; called with mu held. Without a line it is done after the next Up.
func (s *Switch) readPhones(list []*switchboard.Phone) {
	s.present.Follow(func(l *line) {
		for _, p := range list {
			s.readPhone(l, p)
		}
	})
}

// readPhone tells the state of a phone, at the latest when a reading succeeds: one that nobody reads would get no calls, and
// nobody could see why.
func (s *Switch) readPhone(l *line, p *switchboard.Phone) {
	s.mu.Lock()
	p.Stale = false
	s.mu.Unlock()
	// Before reading, so that no change is missed. A phone that Asterisk does not know answers 404 or 422.
	err := s.hearEndpoint(p.Name)
	var e endpoint
	if err == nil || known(err) {
		err = s.rest.call(l.Ctx, http.MethodGet, "/endpoints/PJSIP/"+p.Name, nil, nil, &e)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && !known(err) {
		s.log.Warn("a phone was not read", "phone", p.Name, "error", err)
		p.Failures++
		s.readLater(l, p)
		return
	}
	l.Post(func() []media.Event {
		if p.Stale {
			s.readPhones([]*switchboard.Phone{p}) // what was read may be older than what happened
			return nil
		}
		return s.phoneState(p, e)
	})
}

// hearEndpoint makes Asterisk tell what happens to an endpoint and to the channels on it, once on each line. It is the only way to hear
// of a leg that we dialled before it answers.
func (s *Switch) hearEndpoint(name string) error {
	s.mu.Lock()
	heard := s.heard[name]
	s.mu.Unlock()
	if heard {
		return nil
	}
	err := s.rest.ari.Application().Subscribe(appKey(s.cfg.App), "endpoint:PJSIP/"+name)
	if err == nil {
		s.mu.Lock()
		s.heard[name] = true
		s.mu.Unlock()
	}
	return err
}

// known says whether an error is Asterisk's word for an endpoint that it does not have.
func known(err error) bool {
	status := statusOf(err)
	return status == http.StatusNotFound || status == http.StatusUnprocessableEntity
}

// readLater reads a phone once more, if it is still wanted then and the line is the same; called with mu held.
func (s *Switch) readLater(l *line, p *switchboard.Phone) {
	s.present.Later(switchboard.Pause(s.cfg.Again, p.Failures-1), func(present *line) {
		s.mu.Lock()
		wanted := present == l && s.phones[p.Name] == p
		s.mu.Unlock()
		if wanted {
			s.readPhone(l, p)
		}
	})
}

// phoneChanged follows an event about the endpoint itself.
func (s *Switch) phoneChanged(e said) []media.Event {
	if !strings.EqualFold(e.Endpoint.Technology, "PJSIP") {
		return nil
	}
	p := s.phones.Happens(e.Endpoint.Resource)
	if p == nil {
		return nil
	}
	return s.phoneState(p, e.Endpoint)
}

// phoneState takes over what Asterisk says of a phone; called with mu held, by the pump only.
func (s *Switch) phoneState(p *switchboard.Phone, e endpoint) []media.Event {
	p.Reads(e.State == "online", slices.DeleteFunc(e.Channels, func(id string) bool {
		return s.dialled(media.LegID(id)) || s.spent.Has(media.LegID(id))
	}))
	return p.Tell()
}

// endpointOf is the endpoint in a channel's name, such as PJSIP/ann-0000001f. Asterisk gives a caller that of an account only after
// its password was right.
func endpointOf(channel string) string {
	name, ok := strings.CutPrefix(channel, "PJSIP/")
	cut := strings.LastIndexByte(name, '-')
	if !ok || cut < 0 {
		return ""
	}
	return name[:cut]
}

// dialled says whether we placed the call that a channel is. Called with mu held.
func (s *Switch) dialled(id media.LegID) bool { return s.legs[id] != nil && s.legs[id].dialled }

// phoneCalls follows the channels of wanted phones: one that we did not dial makes its phone busy (F57), be it a call of somebody else
// or one that the phone places, to us too.
func (s *Switch) phoneCalls(e said) []media.Event {
	p := s.phones.Happens(endpointOf(e.Channel.Name))
	if p == nil {
		return nil
	}
	if s.dialled(media.LegID(e.Channel.ID)) || slices.Contains(e.Args, dialledArgument) || e.Type == "ChannelDestroyed" || s.spent.Has(media.LegID(e.Channel.ID)) {
		delete(p.Foreign, e.Channel.ID)
	} else {
		p.Foreign[e.Channel.ID] = true
	}
	return p.Tell()
}
