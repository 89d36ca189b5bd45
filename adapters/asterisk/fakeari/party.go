package fakeari

import (
	"context"
	"strings"

	"tandem/orchestrator/media/mediatest/fakeparty"
)

// Phone is an endpoint with a telephone on it.
type Phone struct {
	fakeparty.Phone[*Channel]
	s     *Server
	filed bool   // it stands in Asterisk's own files
	uri   string // where it has registered, if that was told
}

// NewPhone registers a telephone.
func (s *Server) NewPhone(name string) *Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.newPhone(name, true)
	p.filed = true
	return p
}

// endpoint is that of a telephone: its own, or the trunk that leads to it (number@trunk).
func (p *Phone) endpoint() string { return p.Name()[strings.LastIndex(p.Name(), "@")+1:] }

// reaches says whether there is an endpoint of this name.
func (s *Server) reaches(name string) bool {
	for _, p := range s.phones {
		if p.endpoint() == name {
			return true
		}
	}
	return false
}

func (s *Server) newPhone(name string, registered bool) *Phone {
	p := &Phone{Phone: fakeparty.NewPhone[*Channel](s.crowd, name), s: s}
	p.Registered = registered
	s.phones[name] = p
	return p
}

func (p *Phone) json() map[string]any {
	state := "offline"
	if p.Registered {
		state = "online"
	}
	ids := []string{}
	for _, c := range p.s.chans {
		if c.phone == p {
			ids = append(ids, c.ID)
		}
	}
	return map[string]any{"technology": "PJSIP", "resource": p.Name(), "state": state, "channel_ids": ids}
}

func (s *Server) endpoint(name string) (any, error) {
	if name == "" {
		all := []any{}
		for _, p := range s.phones {
			all = append(all, p.json())
		}
		return all, nil
	}
	p := s.phones[name]
	if p == nil {
		return nil, fail(404, "Endpoint not found")
	}
	return p.json(), nil
}

// SetRegistered registers the telephone or takes it away.
func (p *Phone) SetRegistered(is bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.Registered = is
	if p.s.follows["endpoint:PJSIP/"+p.Name()] {
		p.s.emit(map[string]any{"type": "EndpointStateChange", "endpoint": p.json()})
	}
}

// RegisterAt registers the telephone of an account that was made over ARI, if it is there, and tells where it is.
func (s *Server) RegisterAt(name, uri string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.phones[name]
	if p == nil {
		return
	}
	p.Registered, p.uri = true, uri
	if s.follows["endpoint:PJSIP/"+name] {
		s.emit(map[string]any{
			"type": "ContactStatusChange", "endpoint": p.json(),
			"contact_info": map[string]any{"uri": uri, "contact_status": "NonQualified", "aor": name},
		})
	}
}

// IsRegistered says whether a telephone is there.
func (s *Server) IsRegistered(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.phones[name] != nil && s.phones[name].Registered
}

// Call lets somebody dial a number that reaches the application, or with foreign somebody else.
func (s *Server) Call(number, name string, from *Phone, foreign bool) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.next("call")
	c := &Channel{ID: id, s: s, name: "PJSIP/loopback-" + id, state: "Ring", Party: fakeparty.Party{Number: number, Display: name}, context: "tandem-call", vars: map[string]string{}}
	if from != nil {
		c.phone, c.name = from, "PJSIP/"+from.Name()+"-"+id
	}
	s.add(c)
	s.about(c, "ChannelCreated", nil)
	if foreign {
		c.context = "from-internal"
		c.up()
		return c
	}
	c.set("TIMEOUT(absolute)", "30")
	if !c.enter("7000") {
		c.fallback()
	}
	return c
}

// Ring, Answer, Reject and Hangup are what the telephone does.
func (c *Channel) Ring() error {
	c.s.crowd.Change(func() { c.state = "Ringing"; c.s.about(c, "ChannelStateChange", nil) })
	return nil
}

// Answer takes the call.
func (c *Channel) Answer() error { c.s.crowd.Change(c.up); return nil }

// Reject refuses the call.
func (c *Channel) Reject(status int) error {
	c.s.crowd.Change(func() { c.end("", status, false) })
	return nil
}

// Hangup ends the call at the telephone.
func (c *Channel) Hangup(context.Context) error {
	c.s.crowd.Change(func() { c.end("", 0, false) })
	return nil
}

// Hold and Resume are the telephone's hold key.
func (c *Channel) Hold(context.Context) error {
	c.s.crowd.Change(func() { c.s.about(c, "ChannelHold", nil) })
	return nil
}

// Resume ends Hold.
func (c *Channel) Resume(context.Context) error {
	c.s.crowd.Change(func() { c.s.about(c, "ChannelUnhold", nil) })
	return nil
}

// Press sends keys.
func (c *Channel) Press(_ context.Context, keys string) error {
	for _, key := range keys {
		c.s.crowd.Change(func() {
			c.s.about(c, "ChannelDtmfReceived", map[string]any{"digit": string(key)})
			for _, t := range c.s.tapes {
				if t.of == c && t.runs && t.finish == string(key) {
					c.s.endTape(t)
				}
			}
		})
	}
	return nil
}

// Header is one that came with the call.
func (c *Channel) Header(name string) string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.vars["PJSIP_HEADER(add,"+name+")"]
}

// Variable is one that the channel carries.
func (c *Channel) Variable(name string) string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.vars[name]
}
