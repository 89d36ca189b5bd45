package asterisk

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
	do   func(context.Context, *line, order) error
}

// Do carries out what differs from what the legs carry, in the order of promise 6.
func (s *Switch) Do(ctx context.Context, wants map[media.LegID]media.Want) error {
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
	s.mu.Lock()
	for _, o := range orders {
		if before := o.leg.want.Tape; before != o.want.Tape {
			s.missed(o.leg.id, before)
		}
		o.leg.want = o.want
		if o.leg.gone { // while we waited for its turn
			s.missed(o.leg.id, o.want.Tape)
		}
	}
	s.mu.Unlock()
	return s.carryOut(ctx, l, orders)
}

// carryOut says the steps of all orders, whose turns are held.
func (s *Switch) carryOut(ctx context.Context, l *line, orders []order) error {
	failed := map[*leg]bool{}
	for _, step := range []step{
		{"stop", s.stop}, {"dial", s.dial}, {"admit", s.admit}, {"lift", s.lift}, {"join", s.join}, {"coach", s.doCoach},
		{"base", s.settleBase}, {"mute", s.doMute}, {"guard", s.doGuard}, {"tape", s.doTape}, {"task", s.begin}, {"leave", s.part},
	} {
		for _, o := range orders {
			if !s.reachable(o.leg) {
				continue
			}
			if err := step.do(ctx, l, o); err != nil {
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
		s.missed(id, want.Tape)
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

// failed deals with a command that Asterisk refused. 404 is the ordinary answer for a leg that is just ending: its end will be
// told by the event, or by the check if the event was lost (F15). again says that it may succeed when it is tried once more.
func (s *Switch) failed(l *line, g *leg, what string, err error) (again bool) {
	s.log.Debug("a command failed", "leg", g.id, "what", what, "error", err)
	status := statusOf(err)
	s.mu.Lock()
	ending := g.gone || g.hungUp || g.dropped
	again = passing(err) && !ending
	repeated := again && g.tries > 0
	if status == 404 || status == 409 || status == 422 || status == 0 {
		s.checkLater(g)
	}
	s.mu.Unlock()
	if status != 404 && !ending && !repeated {
		s.refuse(l, g.id, fmt.Sprintf("%s: %v", what, err))
	}
	return again
}

// stop ends what must not go on while the rest is done: tasks, tapes, and the sight of keys.
func (s *Switch) stop(_ context.Context, l *line, o order) error {
	s.mu.Lock()
	o.leg.keys, o.leg.secret = o.want.Keys, o.want.Secret
	r := o.leg.task
	other := r != nil && r.task.ID != o.want.Task.ID
	if _, joins := o.want.Base.(media.Join); joins && r != nil && !other {
		other = roomBridge(s.cfg.App, o.want.Base.(media.Join).Room) != o.leg.bridge // a prompt would hold up the join
	}
	tape := o.leg.tape
	s.mu.Unlock()
	if tape != "" && tape != o.want.Tape {
		s.stopTape(o.leg, tape)
	}
	if other {
		return s.stopTask(l, r, media.CauseStopped)
	}
	return nil
}

// settleBase carries out the bases that come after joins and coaching.
func (s *Switch) settleBase(ctx context.Context, _ *line, o order) error {
	switch base := o.want.Base.(type) {
	case media.Ring:
		return s.doRing(o.leg)
	case media.Music:
		return s.doMusic(ctx, o.leg, base)
	}
	return nil
}

// part ends or hands over the leg, last of all.
func (s *Switch) part(_ context.Context, l *line, o order) error {
	switch base := o.want.Base.(type) {
	case media.Yield:
		return s.doYield(o.leg, base)
	case media.Drop:
		return s.drop(l, o.leg, base.Why)
	}
	return nil
}
