package freeswitch

import (
	"fmt"
	"strings"
	"time"
)

// A command that FreeSWITCH refuses once must not leave a caller in silence or a phone ringing: the engine says a want that has not
// changed only after an Up. So the adapter keeps the last want of each leg and carries it out again after a pause. If that does
// not help it gives the line up, because after Up all is read and said anew; it does so once per leg, because a command that
// FreeSWITCH refuses for ever (a module that is not loaded) must not take the line from all other calls again and again.

// patience is how often a want is carried out again before the line is given up.
const patience = 3

// passing says whether a command that failed may succeed when it is said again: FreeSWITCH gives no class of error, so all that it
// refuses but what it does not understand. A text of ours that can't be said never gets better.
func passing(err error) bool {
	text, yes := refused(err)
	return yes && !strings.HasPrefix(text, "-USAGE")
}

// settled notes whether a leg's want was carried out, and plans to say it again if not. The caller holds turn.
func (s *Switch) settled(l *line, g *leg, failed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !failed {
		g.tries, g.costLine = 0, false
		return
	}
	if g.retrying || g.gone {
		return
	}
	if g.tries >= patience && !g.costLine {
		g.costLine = true
		l.lose(fmt.Errorf("FreeSWITCH has failed %d times to carry out what leg %s is to do", g.tries+1, g.id))
		return
	}
	g.retrying = true
	after := s.pause(max(0, g.tries-patience))
	g.tries++
	s.later(after, func(l *line) { s.sayAgain(l, g) })
}

// pause grows with the number of tries before, up to sixteen times.
func (s *Switch) pause(before int) time.Duration { return s.cfg.Again << min(before, 4) }

// sayAgain carries out the last want of a leg, if it is still not carried out.
func (s *Switch) sayAgain(l *line, g *leg) {
	g.turn.Lock()
	defer g.turn.Unlock()
	s.mu.Lock()
	g.retrying = false
	o := order{leg: g, want: g.want}
	needed := s.legs[g.id] == g && g.tries > 0 && o.want.Base != nil // after Up there is another leg of this name, to which all is said anew
	s.mu.Unlock()
	if needed {
		_ = s.carryOut(l, []order{o}) // the error is the line's end: after the next Up all is said again
	}
}
