package freeswitch

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tandem/orchestrator/media"
)

// order is one leg and its want, with the leg's turn held.
type order struct {
	leg  *leg
	want media.Want
}

// step is one part of a Do, said for each leg before the next part begins.
type step struct {
	what string
	do   func(*line, order) error
}

// Do carries out what differs from what the legs carry, in the order of promise 6. Its context does not end it: FreeSWITCH
// answers each command within Config.Timeout, or the line is given up.
func (s *Switch) Do(_ context.Context, wants map[media.LegID]media.Want) error {
	l, leave, err := s.enter()
	if err != nil {
		return err
	}
	defer leave()
	orders := s.orders(l, wants)
	defer func() {
		for _, o := range orders {
			o.leg.turn.Unlock()
		}
	}()
	s.seat(orders)
	return s.carryOut(l, orders)
}

// carryOut says the steps of all orders, whose turns are held.
func (s *Switch) carryOut(l *line, orders []order) error {
	failed := map[*leg]bool{}
	for _, step := range []step{
		{"stop", s.stop}, {"dial", s.dial}, {"lift", s.lift}, {"join", s.join}, {"base", s.doBase},
		{"mute", s.doMute}, {"guard", s.doGuard}, {"tape", s.doTape}, {"task", s.doSend}, {"leave", s.part},
	} {
		for _, o := range orders {
			if !s.reachable(o.leg) {
				continue
			}
			if err := step.do(l, o); err != nil {
				if l.ctx.Err() != nil || errors.Is(err, errDown) {
					return errDown
				}
				failed[o.leg] = s.failed(l, o.leg, step.what, err) || failed[o.leg]
			}
		}
	}
	for _, o := range orders {
		s.settled(l, o.leg, failed[o.leg])
	}
	return nil
}

// orders finds the legs, makes those that are to be dialled, and takes their turns in the order of their names, so that two
// Dos can't wait for each other.
func (s *Switch) orders(l *line, wants map[media.LegID]media.Want) []order {
	names := make([]media.LegID, 0, len(wants))
	for id := range wants {
		names = append(names, id)
	}
	slices.Sort(names)
	orders := make([]order, 0, len(names))
	for _, id := range names {
		if g := s.find(l, id, wants[id]); g != nil {
			g.turn.Lock()
			orders = append(orders, order{leg: g, want: wants[id]})
		}
	}
	return orders
}

// find returns the leg of a want, nil when there is nothing to do for it.
func (s *Switch) find(l *line, id media.LegID, want media.Want) *leg {
	if !media.IsName(string(id)) {
		s.refuse(l, id, "a leg's name may hold letters, digits, dot, underscore and hyphen only")
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.legs[id]; g != nil {
		return g
	}
	if s.spent.Has(id) {
		return nil // its Gone was told: the want was on its way
	}
	switch base := want.Base.(type) {
	case media.Dial:
		g := &leg{id: id, dialled: true, info: media.Leg{ID: id}}
		s.legs[id] = g
		return g
	case media.Drop: // taken back before it was dialled: it ends in one Gone all the same, and is never dialled any more
		s.spent.Add(id)
		l.post(func() []media.Event {
			return []media.Event{{Kind: media.Gone, At: now(), Leg: id, Why: base.Why}}
		})
		return nil
	}
	s.figures.refused.Add(1)
	l.post(func() []media.Event {
		return []media.Event{{Kind: media.Refused, At: now(), Leg: id, Text: "there is no such leg"}}
	})
	return nil
}

// reachable says whether commands make sense for a leg.
func (s *Switch) reachable(g *leg) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !g.gone && !g.info.Away && !g.left
}

// failed deals with a command that FreeSWITCH refused. That there is no such channel is the ordinary answer for a leg that is
// just ending: its end will be told by the event, or by the check if the event was lost. (In a room the missing one may be
// the other.) again says that the command may succeed when it is said once more.
func (s *Switch) failed(l *line, g *leg, what string, err error) (again bool) {
	if errors.Is(err, errDown) {
		return false // all is said again after the next Up
	}
	s.log.Debug("a command failed", "leg", g.id, "what", what, "error", err)
	s.mu.Lock()
	ending := g.gone || g.hungUp || g.dropped
	again = passing(err) && !ending
	repeated := again && g.tries > 0
	s.checkLater(g)
	s.mu.Unlock()
	if !missing(err) && !ending && !repeated {
		s.refuse(l, g.id, fmt.Sprintf("%s: %v", what, err))
	}
	return again
}

// stop ends what must not go on while the rest is done: tasks, tapes, and the sight of keys. A prompt falls silent with the
// next move of its leg, which is part of the same Do.
func (s *Switch) stop(l *line, o order) error {
	g := o.leg
	s.mu.Lock()
	g.keys, g.secret = o.want.Keys, o.want.Secret
	r := g.task
	other := r != nil && r.task.ID != o.want.Task.ID
	if base, joins := o.want.Base.(media.Join); joins && r != nil && r.task.Do != media.Send && g.base != inRoom(base.Room) && g.base != inConference(base.Room) {
		other = true // FreeSWITCH ends a prompt when it moves a leg
	}
	if other && r.sounds() {
		g.stale = true
	}
	tape := g.tape
	s.mu.Unlock()
	if other {
		l.post(func() []media.Event { return s.finish(r, now(), media.CauseStopped, "") })
	}
	if tape != "" && tape != o.want.Tape {
		return s.stopTape(l, g, tape)
	}
	return nil
}

// part ends or hands over the leg, last of all.
func (s *Switch) part(l *line, o order) error {
	switch base := o.want.Base.(type) {
	case media.Yield:
		return s.doYield(l, o.leg, base)
	case media.Drop:
		return s.drop(l, o.leg, base.Why)
	}
	return nil
}
