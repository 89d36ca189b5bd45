package freeswitch

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"tandem/orchestrator/media"
)

// room is where legs hear each other: nothing for one, a bridge for two, a conference for three and more. A conference that
// shrinks stays one.
type room struct {
	mu    sync.Mutex           // held while legs are moved
	seats map[media.LegID]*leg // guarded by Switch.mu
}

// seat notes which legs of a Do come into which rooms and which leave, before anybody is moved.
func (s *Switch) seat(orders []order) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range orders {
		g := o.leg
		base, joins := o.want.Base.(media.Join)
		if joins && base.Room == g.room || !joins && g.room == "" {
			continue
		}
		s.unseat(g)
		if joins && isName(string(base.Room)) && !g.gone {
			r := s.rooms[base.Room]
			if r == nil {
				r = &room{seats: map[media.LegID]*leg{}}
				s.rooms[base.Room] = r
			}
			r.seats[g.id] = g
			g.room = base.Room
		}
	}
}

// unseat takes the leg's seat away; called with mu held.
func (s *Switch) unseat(g *leg) {
	if r := s.rooms[g.room]; r != nil {
		delete(r.seats, g.id)
		if len(r.seats) == 0 {
			delete(s.rooms, g.room)
		}
	}
	g.room = ""
}

// depart notes that the leg's bridge ends; called with mu held. FreeSWITCH parks the other side by itself.
func (s *Switch) depart(g *leg) {
	if other := s.legs[g.with]; other != nil && other.with == g.id {
		other.with = ""
	}
	g.with = ""
}

// join moves all legs of the leg's room to where they hear each other.
func (s *Switch) join(l *line, o order) error {
	base, ok := o.want.Base.(media.Join)
	if !ok {
		return nil
	}
	if !isName(string(base.Room)) {
		return fmt.Errorf("room %q is not a name", clean(string(base.Room)))
	}
	s.mu.Lock()
	r := s.rooms[base.Room]
	s.mu.Unlock()
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s.mu.Lock()
	var in []*leg
	for _, g := range r.seats {
		if g.inside() {
			in = append(in, g)
		}
	}
	slices.SortFunc(in, func(a, b *leg) int { return strings.Compare(string(a.id), string(b.id)) })
	conference, bridged := 0, len(in) == 2 && in[0].with == in[1].id && in[1].with == in[0].id
	for _, g := range in {
		if g.base == inConference(base.Room) {
			conference++
		}
	}
	s.mu.Unlock()
	for _, g := range in {
		if err := s.answer(l, g); err != nil {
			return err
		}
	}
	switch {
	case len(in) == 0 || bridged || conference == len(in):
		return nil
	case len(in) == 1:
		return s.alone(l, in[0], base.Room)
	case len(in) == 2:
		return s.bridge(l, in[0], in[1], base.Room)
	}
	return s.confer(l, in, base.Room)
}

// alone lets a leg wait in silence for others.
func (s *Switch) alone(l *line, g *leg, r media.RoomID) error {
	s.mu.Lock()
	same := g.base == inRoom(r) || g.with != "" // its partner is about to be moved away, and leaves it parked
	s.mu.Unlock()
	if same {
		return nil
	}
	return s.run(l, g, inRoom(r), program{"park"})
}

func (s *Switch) bridge(l *line, a, b *leg, r media.RoomID) error {
	s.settle(a)
	s.settle(b)
	s.mu.Lock()
	for _, g := range []*leg{a, b} {
		s.depart(g)
		g.base, g.program, g.stale = inRoom(r), nil, false
		s.waits(g)
	}
	a.with, b.with = b.id, a.id
	s.mu.Unlock()
	bridged := s.expect("bridge "+string(a.id), "bridge "+string(b.id)) // or the end of one
	err := l.ask("uuid_bridge %s %s", a.id, b.id)
	s.mu.Lock()
	if err != nil {
		s.depart(a)
		a.base, b.base = "", ""
		s.checkLater(a)
		s.checkLater(b)
	} else {
		a.pending, b.pending = bridged, bridged
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	s.settle(a) // a phone that is put on hold while FreeSWITCH still moves it is never told to be taken off hold again
	// Written last: FreeSWITCH never forgets with whom a leg was bridged, so a crash before the bridge must not leave this behind.
	for _, g := range []*leg{a, b} {
		if err := l.ask("uuid_setvar %s %s %s", g.id, baseVariable, inRoom(r)); err != nil && !missing(err) {
			return err
		}
	}
	return nil
}

func (s *Switch) confer(l *line, in []*leg, r media.RoomID) error {
	for _, g := range in {
		s.mu.Lock()
		same := g.base == inConference(r)
		s.mu.Unlock()
		if same {
			continue
		}
		if err := s.run(l, g, inConference(r), program{"conference:tandem-" + string(r) + "@" + s.cfg.Conference, "park"}); err != nil && !missing(err) {
			return err
		}
	}
	return nil
}
