package freeswitch

import (
	"fmt"
	"strings"

	"tandem/orchestrator/media/switchboard"
)

// passing says whether a command that failed may succeed when it is said again: FreeSWITCH gives no class of error, so all that it
// refuses but what it does not understand. A text of ours that can't be said never gets better.
func passing(err error) bool {
	text, yes := refused(err)
	return yes && !strings.HasPrefix(text, "-USAGE")
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
		l.Lose(fmt.Errorf("FreeSWITCH has failed %d times to carry out what leg %s is to do", g.tries.Failed()+1, g.id))
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
	needed := g.tries.Due() && s.legs[g.id] == g && o.Want.Base != nil // after Up there is another leg of this name, to which all is said anew
	s.mu.Unlock()
	if needed {
		_ = s.carryOut(l, []order{o}) // the error is the line's end: after the next Up all is said again
	}
}
