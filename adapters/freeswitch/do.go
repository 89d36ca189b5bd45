package freeswitch

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// order is one leg and its want, with the leg's turn held.
type order = switchboard.Order[*leg]

// step is one part of a Do.
type step struct {
	what string
	do   func(*line, order) error
}

// Do carries out what differs from what the legs carry, in the order of promise 6. Its context does not end it: FreeSWITCH
// answers each command within Config.Timeout, or the line is given up.
func (s *Switch) Do(_ context.Context, wants map[media.LegID]media.Want) error {
	l, leave, ok := s.present.Enter()
	if !ok {
		return errDown
	}
	defer leave()
	find := func(id media.LegID, want media.Want) *leg { return s.find(l, id, want) }
	orders, release := switchboard.Orders(wants, find, func(g *leg) sync.Locker { return &g.turn })
	defer release()
	s.seat(orders)
	return s.carryOut(l, orders)
}

// carryOut says the steps of all orders, whose turns are held.
func (s *Switch) carryOut(l *line, orders []order) error {
	return switchboard.CarryOut(orders, []step{
		{"stop", s.stop}, {"dial", s.dial}, {"lift", s.lift}, {"join", s.join}, {"base", s.doBase},
		{"mute", s.doMute}, {"guard", s.doGuard}, {"tape", s.doTape}, {"task", s.doSend}, {"leave", s.part},
	}, switchboard.Work[*leg, step]{
		Reachable: s.reachable,
		Say: func(step step, o order) (failed bool, away error) {
			err := step.do(l, o)
			switch {
			case err == nil:
				return false, nil
			case l.Ctx.Err() != nil || errors.Is(err, errDown):
				return false, errDown
			}
			return s.failed(l, o.Leg, step.what, err), nil
		},
		Settled: func(g *leg, failed bool) { s.settled(l, g, failed) },
	})
}

// find returns the leg of a want, nil when there is nothing to do for it.
func (s *Switch) find(l *line, id media.LegID, want media.Want) *leg {
	if !media.IsName(string(id)) {
		s.refuse(l, id, "", "a leg's name may hold letters, digits, dot, underscore and hyphen only")
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
	born, told := switchboard.Stranger(id, want, now())
	if born {
		g := &leg{id: id, dialled: true, info: media.Leg{ID: id}}
		s.legs[id] = g
		return g
	}
	if told.Kind == media.Gone {
		s.spent.Add(id)
	} else {
		s.figures.refused.Add(1)
	}
	l.Post(func() []media.Event { return []media.Event{told} })
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
	s.log.Debug("a command failed", g.named(), "what", what, "error", err)
	s.mu.Lock()
	ending := g.gone || g.hungUp || g.dropped
	again = passing(err) && !ending
	repeated := again && g.tries.Failed() > 0
	s.checkLater(g)
	s.mu.Unlock()
	if !missing(err) && !ending && !repeated {
		s.refuse(l, g.id, g.info.Stamp, fmt.Sprintf("%s: %v", what, err))
	}
	return again
}

// stop ends what must not go on while the rest is done: tasks, tapes, and the sight of keys. A prompt falls silent with the
// next move of its leg, which is part of the same Do.
func (s *Switch) stop(l *line, o order) error {
	g := o.Leg
	s.mu.Lock()
	g.keys, g.secret = o.Want.Keys, o.Want.Secret
	r := g.task
	other := r != nil && r.task.ID != o.Want.Task.ID
	if base, joins := o.Want.Base.(media.Join); joins && r != nil && r.task.Do != media.Send && g.base != inRoom(base.Room) && g.base != inConference(base.Room) {
		other = true // FreeSWITCH ends a prompt when it moves a leg
	}
	if other && r.sounds() {
		g.stale = true
	}
	tape := g.tape
	s.mu.Unlock()
	if other {
		l.Post(func() []media.Event { return s.finish(r, now(), media.CauseStopped, "") })
	}
	if tape != "" && tape != o.Want.Tape {
		return s.stopTape(l, g, tape)
	}
	return nil
}

// part ends or hands over the leg, last of all.
func (s *Switch) part(l *line, o order) error {
	switch base := o.Want.Base.(type) {
	case media.Yield:
		return s.doYield(l, o.Leg, base)
	case media.Drop:
		return s.drop(l, o.Leg, base.Why)
	}
	return nil
}
