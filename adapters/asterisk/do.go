package asterisk

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
	do   func(context.Context, *line, order) error
}

// Do carries out what differs from what the legs carry, in the order of promise 6.
func (s *Switch) Do(ctx context.Context, wants map[media.LegID]media.Want) error {
	l, leave, ok := s.present.Enter()
	if !ok {
		return errDown
	}
	defer leave()
	find := func(id media.LegID, want media.Want) *leg { return s.find(l, id, want) }
	orders, release := switchboard.Orders(wants, find, func(g *leg) sync.Locker { return &g.turn })
	defer release()
	s.mu.Lock()
	for _, o := range orders {
		if before := o.Leg.want.Tape; before != o.Want.Tape {
			s.missed(o.Leg.id, before)
		}
		o.Leg.want = o.Want
		if o.Leg.gone { // while we waited for its turn
			s.missed(o.Leg.id, o.Want.Tape)
		}
	}
	s.mu.Unlock()
	return s.carryOut(ctx, l, orders)
}

// carryOut says the steps of all orders, whose turns are held.
func (s *Switch) carryOut(ctx context.Context, l *line, orders []order) error {
	return switchboard.CarryOut(orders, []step{
		{"stop", s.stop}, {"dial", s.dial}, {"admit", s.admit}, {"lift", s.lift}, {"join", s.join}, {"coach", s.doCoach},
		{"base", s.settleBase}, {"mute", s.doMute}, {"guard", s.doGuard}, {"tape", s.doTape}, {"task", s.begin}, {"leave", s.part},
	}, switchboard.Work[*leg, step]{
		Reachable: s.reachable,
		Say: func(step step, o order) (failed bool, away error) {
			err := step.do(ctx, l, o)
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
		s.missed(id, want.Tape)
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

// failed deals with a command that Asterisk refused. 404 is the ordinary answer for a leg that is just ending: its end will be
// told by the event, or by the check if the event was lost (F15). again says that it may succeed when it is tried once more.
func (s *Switch) failed(l *line, g *leg, what string, err error) (again bool) {
	s.log.Debug("a command failed", g.named(), "what", what, "error", err)
	status := statusOf(err)
	s.mu.Lock()
	ending := g.gone || g.hungUp || g.dropped
	again = passing(err) && !ending
	repeated := again && g.tries.Failed() > 0
	if status == 404 || status == 409 || status == 422 || status == 0 {
		s.checkLater(g)
	}
	s.mu.Unlock()
	if status != 404 && !ending && !repeated {
		s.refuse(l, g.id, g.info.Stamp, fmt.Sprintf("%s: %v", what, err))
	}
	return again
}

// stop ends what must not go on while the rest is done: tasks, tapes, and the sight of keys.
func (s *Switch) stop(_ context.Context, l *line, o order) error {
	s.mu.Lock()
	o.Leg.keys, o.Leg.secret = o.Want.Keys, o.Want.Secret
	r := o.Leg.task
	other := r != nil && r.task.ID != o.Want.Task.ID
	if _, joins := o.Want.Base.(media.Join); joins && r != nil && !other {
		other = roomBridge(s.cfg.App, o.Want.Base.(media.Join).Room) != o.Leg.bridge // a prompt would hold up the join
	}
	tape := o.Leg.tape
	s.mu.Unlock()
	if tape != "" && tape != o.Want.Tape {
		s.stopTape(o.Leg, tape)
	}
	if other {
		return s.stopTask(l, r, media.CauseStopped)
	}
	return nil
}

// settleBase carries out the bases that come after joins and coaching.
func (s *Switch) settleBase(ctx context.Context, _ *line, o order) error {
	switch base := o.Want.Base.(type) {
	case media.Ring:
		return s.doRing(o.Leg)
	case media.Music:
		return s.doMusic(ctx, o.Leg, base)
	}
	return nil
}

// part ends or hands over the leg, last of all.
func (s *Switch) part(_ context.Context, l *line, o order) error {
	switch base := o.Want.Base.(type) {
	case media.Yield:
		return s.doYield(o.Leg, base)
	case media.Drop:
		return s.drop(l, o.Leg, base.Why)
	}
	return nil
}
