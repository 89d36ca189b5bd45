package switchboard

import "time"

// A command that a switch refuses once must not leave a caller in silence or a phone ringing: the engine says a want that has not
// changed only after an Up. So a door keeps the last want of each leg and carries it out again after a pause. If that does not help
// it gives the line up, because after Up all is read and said anew; it does so once per leg, because a command that is refused for
// ever (a module that is not loaded) must not take the line from all other calls again and again.

// patience is how often a want is carried out again before the line is given up.
const patience = 3

// Tries are those to carry out the want of one leg.
type Tries struct {
	failed   int  // one after another
	planned  bool // another one is
	costLine bool // the line was given up for it, and that did not help
}

// Outcome is what follows from a try.
type Outcome int

// Outcomes: nothing is to be done, the want is to be said again after the pause, or the line is to be given up.
const (
	Settled Outcome = iota
	Again
	GiveUp
)

// Settle notes how the last try went. first is the pause before a second one.
func (t *Tries) Settle(failed bool, first time.Duration) (Outcome, time.Duration) {
	switch {
	case !failed:
		t.failed, t.costLine = 0, false
		return Settled, 0
	case t.planned:
		return Settled, 0
	case t.failed >= patience && !t.costLine:
		t.costLine = true
		return GiveUp, 0
	}
	t.planned = true
	after := Pause(first, max(0, t.failed-patience))
	t.failed++
	return Again, after
}

// Due begins the try that was planned; false when it is not needed any more.
func (t *Tries) Due() bool {
	t.planned = false
	return t.failed > 0
}

// Failed counts the tries that failed, one after another.
func (t *Tries) Failed() int { return t.failed }

// Inherit keeps, over the loss of a line, that it was given up for this leg.
func (t *Tries) Inherit(old Tries) { t.costLine = old.costLine }

// Pause grows with the number of tries before, up to sixteen times.
func Pause(first time.Duration, before int) time.Duration { return first << min(before, 4) }
