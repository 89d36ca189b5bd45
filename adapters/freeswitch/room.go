package freeswitch

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// room is where legs hear each other: nothing for one, a bridge for two, a conference for three and more. A conference that
// shrinks stays one.
type room struct {
	mu    sync.Mutex           // held while legs are moved
	seats map[media.LegID]*leg // guarded by Switch.mu
}

// seatOf is the room that a want gives its leg a seat in: a dialled leg is heard there from the first sound before its answer on.
func seatOf(base media.Base) media.RoomID {
	switch base := base.(type) {
	case media.Join:
		return base.Room
	case media.Dial:
		return base.Early
	}
	return ""
}

// seat keeps the wants of a Do and notes which of its legs come into which rooms and which leave, before anybody is moved.
func (s *Switch) seat(orders []order) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range orders {
		g := o.Leg
		g.want = o.Want
		wanted := seatOf(o.Want.Base)
		if wanted == g.room {
			continue
		}
		s.unseat(g)
		if wanted != "" && media.IsName(string(wanted)) && !g.gone {
			r := s.rooms[wanted]
			if r == nil {
				r = &room{seats: map[media.LegID]*leg{}}
				s.rooms[wanted] = r
			}
			r.seats[g.id] = g
			g.room = wanted
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

// join brings the leg of a Join, or of a Dial with Early that has sound already, to where its room hears it.
func (s *Switch) join(l *line, o order) error {
	id := seatOf(o.Want.Base)
	if id == "" {
		return nil
	}
	if !media.IsName(string(id)) {
		return fmt.Errorf("room %q is not a name", media.Clean(string(id)))
	}
	return s.gather(l, id)
}

// gather moves all legs of a room to where they hear each other.
func (s *Switch) gather(l *line, id media.RoomID) error {
	s.mu.Lock()
	r := s.rooms[id]
	s.mu.Unlock()
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s.mu.Lock()
	in := r.present()
	conference, bridged := 0, len(in) == 2 && in[0].with == in[1].id && in[1].with == in[0].id && !in[0].stale && !in[1].stale
	for _, g := range in {
		if g.base == inConference(id) && !g.stale {
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
		return s.alone(l, in[0], id)
	case len(in) == 2:
		return s.bridge(l, in[0], in[1], id)
	}
	return s.confer(l, in, id)
}

// present are the legs of a room that can be moved. One that sounds before its answer is heard by a single other: FreeSWITCH would
// take the conference for its answer. Called with Switch.mu held.
func (r *room) present() (in []*leg) {
	var early []*leg
	for _, g := range r.seats {
		switch {
		case !g.inside():
		case g.dialled && !g.up:
			early = append(early, g)
		default:
			in = append(in, g)
		}
	}
	slices.SortFunc(in, func(a, b *leg) int { return strings.Compare(string(a.id), string(b.id)) })
	if len(in) == 1 && len(early) == 1 {
		in = append(in, early[0]) // last: FreeSWITCH would answer the first for the second
	}
	return in
}

// alone lets a leg wait in silence for others.
func (s *Switch) alone(l *line, g *leg, r media.RoomID) error {
	s.mu.Lock()
	same := g.base == inRoom(r) && !g.stale || g.with != "" // its partner is about to be moved away, and leaves it parked
	s.mu.Unlock()
	if same {
		return nil
	}
	s.interrupt(l, g)
	return s.run(l, g, inRoom(r), program{"park"})
}

func (s *Switch) bridge(l *line, a, b *leg, r media.RoomID) error {
	for _, g := range []*leg{a, b} {
		s.settle(l, g)
		s.interrupt(l, g)
	}
	s.mu.Lock()
	for _, g := range []*leg{a, b} {
		s.depart(g)
		g.base, g.program, g.stale = inRoom(r), nil, false
		s.waits(g)
	}
	a.with, b.with = b.id, a.id
	s.mu.Unlock()
	bridged := s.signs.Expect("bridge "+string(a.id), "bridge "+string(b.id)) // or the end of one
	err := l.ask("uuid_bridge %s %s", a.id, b.id)
	// Waited for also because a phone that holds while FreeSWITCH still moves it is never told to be off hold again.
	if err == nil && !switchboard.Await(l.Ctx, bridged, s.cfg.Timeout) {
		err = &refusal{command: "uuid_bridge", text: "FreeSWITCH has taken the command and does not carry it out"}
	}
	if err != nil {
		s.mu.Lock()
		s.depart(a)
		a.base, b.base = "", ""
		s.checkLater(a)
		s.checkLater(b)
		s.mu.Unlock()
		return err
	}
	s.mu.Lock()
	for _, g := range []*leg{a, b} {
		g.unbridged = s.signs.Expect("parked " + string(g.id))
	}
	s.mu.Unlock()
	// Written last: FreeSWITCH never forgets with whom a leg was bridged, so a crash before the bridge must not leave this behind.
	for _, g := range []*leg{a, b} {
		if err := l.ask("uuid_setvar_multi %s %s=inside;%s=%s", g.id, placeVariable, baseVariable, inRoom(r)); err != nil && !missing(err) {
			return err
		}
	}
	return nil
}

func (s *Switch) confer(l *line, in []*leg, r media.RoomID) (failed error) {
	for _, g := range in {
		s.mu.Lock()
		same := g.base == inConference(r) && !g.stale
		s.mu.Unlock()
		if same {
			continue
		}
		s.interrupt(l, g)
		err := s.run(l, g, inConference(r), program{"conference:tandem-" + string(r) + "@" + s.cfg.Conference, "park"})
		if errors.Is(err, errDown) {
			return err
		}
		if err != nil && failed == nil {
			failed = err // the others come together all the same
		}
	}
	return failed
}

// interrupt ends a task that is to be heard in a leg's room: FreeSWITCH breaks it off when it moves the leg.
func (s *Switch) interrupt(l *line, g *leg) {
	s.mu.Lock()
	r := g.task
	sounds := r != nil && r.sounds()
	s.mu.Unlock()
	if sounds {
		l.Post(func() []media.Event { return s.finish(r, now(), media.CauseStopped, "") })
	}
}
