package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// passing says whether a command that failed may succeed when it is said again: there was no answer, or Asterisk blames itself.
func passing(err error) bool {
	var silent *unanswered
	return errors.As(err, &silent) || errors.Is(err, context.DeadlineExceeded) || statusOf(err) >= 500
}

// settled notes whether a leg's want was carried out, and what follows if not. The caller holds turn.
func (s *Switch) settled(l *line, g *leg, failed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if failed && g.gone {
		return
	}
	switch next, after := g.tries.Settle(failed, s.cfg.Again); next {
	case switchboard.GiveUp:
		l.Lose(fmt.Errorf("Asterisk has failed %d times to carry out what leg %s is to do", g.tries.Failed()+1, g.id))
	case switchboard.Again:
		s.present.Later(after, func(l *line) { s.sayAgain(l, g) })
	}
}

// sayAgain carries out the last want of a leg, if it is still not carried out.
func (s *Switch) sayAgain(l *line, g *leg) {
	g.turn.Lock()
	defer g.turn.Unlock()
	s.mu.Lock()
	o := order{Leg: g, Want: g.want}
	needed := g.tries.Due() && s.legs[g.id] == g // after Up there is another leg of this name, to which all is said anew
	s.mu.Unlock()
	if needed {
		_ = s.carryOut(l.Ctx, l, []order{o}) // the error is the line's end: after the next Up all is said again
	}
}

// checkBridge asks whether a leg is where we think it is, when the commands to it are done that may have made it leave and come back.
func (s *Switch) checkBridge(l *line, g *leg, id string) {
	g.turn.Lock()
	defer g.turn.Unlock()
	var is bridge
	err := s.rest.call(l.Ctx, http.MethodGet, "/bridges/"+id, nil, nil, &is)
	if err != nil && statusOf(err) != http.StatusNotFound || slices.Contains(is.Channels, string(g.id)) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.bridge == id && !g.gone {
		s.ousted(g)
	}
}

// ousted says the want of a leg again that was taken out of its bridge by somebody else: another program, or a bridge's end of ours that
// Asterisk has done after we gave it up. Called with mu held.
func (s *Switch) ousted(g *leg) {
	s.settle(g, "")
	switch base := g.want.Base.(type) {
	case media.Join:
	case media.Music:
		if base.Class == "" {
			return // it is to be in none
		}
	default:
		return
	}
	if g.tries.Failed() > 0 {
		return // it will be said again anyway
	}
	if next, after := g.tries.Settle(true, s.cfg.Again); next == switchboard.Again {
		s.present.Later(after, func(l *line) { s.sayAgain(l, g) })
	}
}
