package asterisk

import (
	"context"
	"math"
	"strconv"
	"time"
)

// guard is the dead man's switch of a leg: Asterisk's absolute time-out, after which the leg goes to extension T of its
// context. It is set anew every third of its time while the line is up, so it runs out only when we are away.
type guard struct {
	after   time.Duration
	unknown bool // set by somebody else, such as the dialplan
	renewal *time.Timer
}

func (s *Switch) doGuard(_ context.Context, _ *line, o order) error {
	g, after := o.leg, o.want.Guard
	s.mu.Lock()
	if g.guard == nil {
		g.guard = &guard{}
	}
	same := !g.inside || (g.guard.after == after && !g.guard.unknown)
	s.mu.Unlock()
	if same {
		return nil
	}
	if err := s.setGuard(g, after); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g.disarm()
	g.guard.after, g.guard.unknown = after, false
	s.renew(g)
	return nil
}

// setGuard writes the time-out in whole seconds, never less than what was asked.
func (s *Switch) setGuard(g *leg, after time.Duration) error {
	value := strconv.Itoa(int(math.Ceil(after.Seconds())))
	return s.rest.ari.Channel().SetVariable(channelKey(string(g.id)), "TIMEOUT(absolute)", value)
}

// renew plans the next renewal; called with mu held.
func (s *Switch) renew(g *leg) {
	if g.guard.after <= 0 || g.gone {
		return
	}
	after := g.guard.after
	g.guard.renewal = time.AfterFunc(after/3, func() {
		_, leave, err := s.enter()
		if err != nil {
			return
		}
		defer leave()
		g.turn.Lock()
		defer g.turn.Unlock()
		s.mu.Lock()
		wanted := !g.gone && g.inside && g.guard != nil && g.guard.after == after
		s.mu.Unlock()
		if !wanted {
			return
		}
		if err := s.setGuard(g, after); err != nil && statusOf(err) != 404 {
			s.log.Warn("a guard was not renewed", "leg", g.id, "error", err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if g.guard != nil && g.guard.after == after {
			s.renew(g)
		}
	})
}

// disarm stops renewing; called with mu held.
func (g *leg) disarm() {
	if g.guard != nil && g.guard.renewal != nil {
		g.guard.renewal.Stop()
	}
}
