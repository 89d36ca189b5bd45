package asterisk

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"tandem/orchestrator/media"
)

// phone is an endpoint whose state is wanted. Its fields are guarded by Switch.mu.
type phone struct {
	name       string
	told       media.Cause // the last state that was told: registered, unregistered or busy
	registered bool
	foreign    map[string]bool // channels on it that are not ours
	read       bool            // on this line
	stale      bool            // something happened to it while it was being read
	failures   int             // readings that failed, one after another
}

// Phones replaces the list of endpoints whose Phone events are told. Only those that are new are read: the others are followed
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
		p.told, p.read, p.failures = "", false, 0
	}
	s.readPhones(list)
}

// readPhones subscribes to phones and tells the state of each; called with mu held. Without a line it is done after the next Up.
func (s *Switch) readPhones(list []*phone) {
	s.follow(func(l *line) {
		for _, p := range list {
			s.readPhone(l, p)
		}
	})
}

// readPhone tells the state of a phone, at the latest when a reading succeeds: one that nobody reads would get no calls, and
// nobody could see why.
func (s *Switch) readPhone(l *line, p *phone) {
	s.mu.Lock()
	p.stale = false
	s.mu.Unlock()
	// Before reading, so that no change is missed. A phone that Asterisk does not know answers 404 or 422.
	err := s.hearEndpoint(p.name)
	var e endpoint
	if err == nil || known(err) {
		err = s.rest.call(l.ctx, http.MethodGet, "/endpoints/PJSIP/"+p.name, nil, nil, &e)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && !known(err) {
		s.log.Warn("a phone was not read", "phone", p.name, "error", err)
		p.failures++
		s.readLater(l, p)
		return
	}
	l.post(func() []media.Event {
		if p.stale {
			s.readPhones([]*phone{p}) // what was read may be older than what happened
			return nil
		}
		p.read, p.failures = true, 0
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
func (s *Switch) readLater(l *line, p *phone) {
	s.later(s.pause(p.failures-1), func(present *line) {
		s.mu.Lock()
		wanted := present == l && s.phones[p.name] == p
		s.mu.Unlock()
		if wanted {
			s.readPhone(l, p)
		}
	})
}

// phoneChanged follows an event about the endpoint itself.
func (s *Switch) phoneChanged(e said) []media.Event {
	p := s.phones[e.Endpoint.Resource]
	if p == nil || !strings.EqualFold(e.Endpoint.Technology, "PJSIP") {
		return nil
	}
	if !p.read {
		p.stale = true
		return nil
	}
	return s.phoneState(p, e.Endpoint)
}

// phoneState takes over what Asterisk says of a phone; called with mu held, by the pump only.
func (s *Switch) phoneState(p *phone, e endpoint) []media.Event {
	p.registered = e.State == "online"
	clear(p.foreign)
	for _, id := range e.Channels {
		if s.legs[media.LegID(id)] == nil && !s.spent.Has(media.LegID(id)) {
			p.foreign[id] = true
		}
	}
	return s.tellPhone(p)
}

// phoneCalls follows the channels of wanted phones: one that is not ours makes its phone busy (F57).
func (s *Switch) phoneCalls(e said, ours bool) []media.Event {
	name, ok := strings.CutPrefix(e.Channel.Name, "PJSIP/")
	cut := strings.LastIndexByte(name, '-')
	if !ok || cut < 0 {
		return nil
	}
	p := s.phones[name[:cut]]
	if p == nil {
		return nil
	}
	if !p.read {
		p.stale = true
		return nil
	}
	if ours || e.Type == "ChannelDestroyed" || s.spent.Has(media.LegID(e.Channel.ID)) {
		delete(p.foreign, e.Channel.ID)
	} else {
		p.foreign[e.Channel.ID] = true
	}
	return s.tellPhone(p)
}

// tellPhone tells what differs from what was told, in one event: "registered" ahead of "busy" would be an invitation to offer a
// call to somebody who talks.
func (s *Switch) tellPhone(p *phone) []media.Event {
	is := media.PhoneRegistered
	switch {
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
