package freeswitch

import (
	"math"
	"time"

	"tandem/orchestrator/media"
)

// guard is the dead man's switch of a leg: a transfer to the fallback that FreeSWITCH has scheduled and that we put off every
// third of its time while the line is up, so it happens only when we are away. Its group is the leg's name.
type guard struct {
	after   time.Duration
	due     bool // FreeSWITCH has another one, such as the one that the dialplan set, or an old one
	renewal *time.Timer
}

func (s *Switch) doGuard(l *line, o order) error {
	g := o.Leg
	s.mu.Lock()
	if g.guard == nil {
		g.guard = &guard{}
	}
	if g.guard.after != o.Want.Guard {
		g.guard.after, g.guard.due = o.Want.Guard, true
	}
	now := g.guard.due && g.inside()
	s.mu.Unlock()
	if !now {
		return nil
	}
	return s.setGuard(l, g)
}

// lift takes a guard off before the leg begins to talk. Done after the join, a crash between the two would let FreeSWITCH take
// a party out of its conversation when the old guard runs out.
func (s *Switch) lift(l *line, o order) error {
	if _, joins := o.Want.Base.(media.Join); !joins || o.Want.Guard != 0 {
		return nil
	}
	return s.doGuard(l, o)
}

// setGuard schedules the transfer anew, in whole seconds and never earlier than asked, and plans the next time. The caller
// holds turn.
func (s *Switch) setGuard(l *line, g *leg) error {
	s.mu.Lock()
	after := g.guard.after
	s.mu.Unlock()
	if err := l.ask("sched_del %s", g.id); err != nil {
		return err
	}
	if after > 0 {
		if err := l.ask("sched_transfer +%d %s %s XML %s", int(math.Ceil(after.Seconds())), g.id, s.cfg.Fallback, s.cfg.Context); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g.disarm()
	if g.guard == nil || g.gone {
		return nil
	}
	g.guard.due = false
	if after > 0 {
		g.guard.renewal = time.AfterFunc(after/3, func() { s.renewGuard(g) })
	}
	return nil
}

func (s *Switch) renewGuard(g *leg) {
	l, leave, ok := s.present.Enter()
	if !ok {
		return
	}
	defer leave()
	g.turn.Lock()
	defer g.turn.Unlock()
	s.mu.Lock()
	wanted := g.inside() && g.guard != nil && g.guard.after > 0
	s.mu.Unlock()
	if !wanted {
		return
	}
	if err := s.setGuard(l, g); err != nil {
		s.settled(l, g, s.failed(l, g, "guard", err))
	}
}

// disarm stops renewing; called with mu held.
func (g *leg) disarm() {
	if g.guard != nil && g.guard.renewal != nil {
		g.guard.renewal.Stop()
	}
}
