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
	name    string
	told    media.Cause     // registered or unregistered
	busy    bool            // busy with a foreign call was told
	foreign map[string]bool // channels on it that are not ours
	read    bool
}

// Phones replaces the list of endpoints whose Phone events are told.
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

// readPhones subscribes to all wanted phones and tells the state of each; called with mu held.
func (s *Switch) readPhones() {
	for _, p := range s.phones {
		p.told, p.busy, p.read = "", false, false
	}
	list := slices.Collect(maps.Values(s.phones))
	s.follow(func(l *line) {
		for _, p := range list {
			s.readPhone(l, p)
		}
	})
}

func (s *Switch) readPhone(l *line, p *phone) {
	// Before reading, so that no change is missed. A phone that Asterisk does not know answers 404 or 422.
	if err := s.rest.ari.Application().Subscribe(appKey(s.cfg.App), "endpoint:PJSIP/"+p.name); err != nil && statusOf(err) == 0 {
		return
	}
	var e endpoint
	if err := s.rest.call(l.ctx, http.MethodGet, "/endpoints/PJSIP/"+p.name, nil, nil, &e); err != nil && statusOf(err) == 0 {
		return
	}
	l.post(func() []media.Event {
		p.read = true
		return s.phoneState(p, e)
	})
}

// phoneChanged follows an event about the endpoint itself.
func (s *Switch) phoneChanged(e said) []media.Event {
	p := s.phones[e.Endpoint.Resource]
	if p == nil || !strings.EqualFold(e.Endpoint.Technology, "PJSIP") || !p.read {
		return nil
	}
	return s.phoneState(p, e.Endpoint)
}

// phoneState tells what differs from what was told; called with mu held, by the pump only.
func (s *Switch) phoneState(p *phone, e endpoint) []media.Event {
	var told []media.Event
	state := media.PhoneUnregistered
	if e.State == "online" {
		state = media.PhoneRegistered
	}
	if state != p.told {
		p.told = state
		told = append(told, media.Event{Kind: media.Phone, At: now(), Text: p.name, Why: state})
	}
	clear(p.foreign)
	for _, id := range e.Channels {
		if s.legs[media.LegID(id)] == nil && !s.spent.names[media.LegID(id)] {
			p.foreign[id] = true
		}
	}
	return append(told, s.phoneBusy(p)...)
}

// phoneCalls follows the channels of wanted phones: one that is not ours makes its phone busy (F57).
func (s *Switch) phoneCalls(e said, ours bool) []media.Event {
	name, ok := strings.CutPrefix(e.Channel.Name, "PJSIP/")
	cut := strings.LastIndexByte(name, '-')
	if !ok || cut < 0 {
		return nil
	}
	p := s.phones[name[:cut]]
	if p == nil || !p.read {
		return nil
	}
	if ours || e.Type == "ChannelDestroyed" || s.spent.names[media.LegID(e.Channel.ID)] {
		delete(p.foreign, e.Channel.ID)
	} else {
		p.foreign[e.Channel.ID] = true
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
