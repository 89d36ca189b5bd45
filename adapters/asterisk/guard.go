package asterisk

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"time"

	"tandem/orchestrator/media"
)

// guard is the dead man's switch of a leg: Asterisk's absolute time-out, after which the leg goes to extension T of its
// context. It is set anew every third of its time while the line is up, so it runs out only when we are away. While a prompt
// runs Asterisk lets nobody set it: it is renewed just before and just after, so a guard must be longer than any prompt.
type guard struct {
	after   time.Duration
	due     bool      // Asterisk has another value, such as the one that the dialplan set, or an old one
	set     time.Time // last; as due, guarded by Switch.mu
	renewal *time.Timer
}

func (s *Switch) doGuard(_ context.Context, _ *line, o order) error {
	g := o.Leg
	s.mu.Lock()
	if g.guard == nil {
		g.guard = &guard{}
	}
	if g.guard.after != o.Want.Guard {
		g.guard.after, g.guard.due = o.Want.Guard, true
	}
	now := g.guard.due && g.inside && !g.busy()
	s.mu.Unlock()
	if !now {
		return nil
	}
	return s.setGuard(g)
}

// keepGuard renews a guard at the beginning and at the end of a prompt, if it is not fresh.
func (s *Switch) keepGuard(g *leg) error {
	s.mu.Lock()
	needed := g.guard != nil && g.inside && (g.guard.due || g.guard.after > 0 && time.Since(g.guard.set) > g.guard.after/10)
	s.mu.Unlock()
	if !needed {
		return nil
	}
	return s.setGuard(g)
}

// lift takes a guard off before the leg begins to talk. Done after the join, a crash between the two would let Asterisk take a
// party out of its conversation when the old guard runs out.
func (s *Switch) lift(ctx context.Context, l *line, o order) error {
	if _, joins := o.Want.Base.(media.Join); !joins || o.Want.Guard != 0 {
		return nil
	}
	return s.doGuard(ctx, l, o)
}

// setGuard writes the time-out, in whole seconds and never less than what was asked, and plans its renewal, or a new try. The caller holds
// turn.
func (s *Switch) setGuard(g *leg) error {
	s.mu.Lock()
	after := g.guard.after
	s.mu.Unlock()
	value := strconv.Itoa(int(math.Ceil(after.Seconds())))
	err := s.rest.ari.Channel().SetVariable(channelKey(string(g.id)), "TIMEOUT(absolute)", value)
	s.mu.Lock()
	defer s.mu.Unlock()
	g.disarm()
	if g.guard == nil || g.gone || statusOf(err) == http.StatusNotFound {
		return err
	}
	g.guard.due = err != nil
	g.guard.set = time.Now()
	switch {
	case err != nil: // Asterisk would take the leg to its fallback although we are there
		g.guard.renewal = time.AfterFunc(s.cfg.Again, func() { s.renewGuard(g) })
	case after > 0:
		g.guard.renewal = time.AfterFunc(after/3, func() { s.renewGuard(g) })
	}
	return err
}

func (s *Switch) renewGuard(g *leg) {
	_, leave, ok := s.present.Enter()
	if !ok {
		return
	}
	defer leave()
	g.turn.Lock()
	defer g.turn.Unlock()
	s.mu.Lock()
	wanted := !g.gone && g.inside && !g.left && g.guard != nil && (g.guard.due || g.guard.after > 0)
	busy := g.busy()
	s.mu.Unlock()
	if !wanted || busy {
		return
	}
	if err := s.setGuard(g); err != nil {
		s.log.Warn("a guard was not renewed", g.named(), "error", err)
	}
}

// disarm stops renewing; called with mu held.
func (g *leg) disarm() {
	if g.guard != nil && g.guard.renewal != nil {
		g.guard.renewal.Stop()
	}
}
