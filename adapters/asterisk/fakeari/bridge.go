package fakeari

import (
	"net/http"
	"slices"
	"strings"
)

type bridge struct {
	id    string
	kind  string
	in    []*Channel
	music bool
}

func (b *bridge) json() map[string]any {
	ids := []string{}
	for _, c := range b.in {
		ids = append(ids, c.ID)
	}
	if b.music {
		ids = append(ids, "announcer-"+b.id)
	}
	return map[string]any{"id": b.id, "bridge_type": b.kind, "channels": ids}
}

func (s *Server) bridgeOrders(method string, path []string, args map[string]any) (any, error) {
	if path[1] == "" {
		list := []any{}
		for _, b := range s.bridges {
			list = append(list, b.json())
		}
		return list, nil
	}
	b := s.bridges[path[1]]
	if method == http.MethodPost && path[2] == "" {
		if b != nil {
			return nil, fail(409, "Bridge with the same name already exists")
		}
		b = &bridge{id: path[1], kind: text(args, "type")}
		s.bridges[b.id] = b
		return b.json(), nil
	}
	if b == nil {
		return nil, fail(404, "Bridge not found")
	}
	switch method + " " + path[2] {
	case "GET ":
		return b.json(), nil
	case "DELETE ":
		for _, c := range slices.Clone(b.in) {
			s.unbridge(c)
		}
		delete(s.bridges, b.id)
	case "POST moh":
		b.music = true
	case "DELETE moh":
		if !b.music {
			return nil, fail(409, "Bridge is not playing music")
		}
		b.music = false
	case "POST addChannel", "POST removeChannel":
		return nil, s.move(b, text(args, "channel"), path[2] == "addChannel")
	}
	return nil, nil
}

func (s *Server) move(b *bridge, id string, in bool) error {
	c := s.chans[id]
	if c == nil {
		return fail(400, "Channel not found")
	}
	if !c.inside {
		return fail(422, "Channel not in Stasis application")
	}
	if s.recordsItself(c) {
		return fail(409, "Channel currently recording")
	}
	s.waitPrompt(c)
	if c.Ended {
		return nil
	}
	if !in && c.bridge != b {
		return fail(422, "Channel not in this bridge")
	}
	s.unbridge(c)
	if in {
		c.bridge = b
		b.in = append(b.in, c)
		s.about(c, "ChannelEnteredBridge", map[string]any{"bridge": b.json()})
	}
	s.crowd.Changed()
	return nil
}

func (s *Server) unbridge(c *Channel) {
	b := c.bridge
	if b == nil {
		return
	}
	c.bridge = nil
	b.in = slices.DeleteFunc(b.in, func(x *Channel) bool { return x == c })
	s.about(c, "ChannelLeftBridge", map[string]any{"bridge": b.json()})
	if len(b.in) == 0 && b.music {
		b.music = false // the player is lonely and leaves without a word
	}
}

// Players tells in how many bridges music plays to nobody.
func (s *Server) Players() (alone int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.bridges {
		if b.music && len(b.in) == 0 {
			alone++
		}
	}
	return alone
}

// Count tells how many channels and talking bridges there are.
func (s *Server) Count() (channels, rooms int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range s.bridges {
		if !strings.Contains(id, "-music-") {
			rooms++
		}
	}
	return len(s.chans), rooms
}
