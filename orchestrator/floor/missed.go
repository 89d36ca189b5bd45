package floor

import (
	"time"

	"tandem/orchestrator/fact"
)

// This file is a switch that stays away. Nothing is offered to its callers as soon as its line is lost; when the guard has run out, its
// own fallback has those who live, and nobody knows of the others. From then on they count in no line: nobody waits behind them, and no
// wait of theirs grows. They stay where they are on the books, because the switch alone knows what became of them.

// missedAt is when a switch that is away counts as missed.
func (f *Floor) missedAt(s *Switch) time.Time { return s.Since.Add(f.cfg.Guard) }

// uncounted says whether the switch of an interaction has been away for so long that it counts in no line.
func (s *State) uncounted(i *Interaction) bool {
	sw := s.Switches[i.Switch]
	return sw != nil && !sw.Missed.IsZero() && !i.lineless()
}

func (f *Floor) applyMissed(x fact.SwitchMissed) {
	f.Switches[x.Switch].Missed = f.At
	for _, i := range f.InteractionsOn(x.Switch) {
		if i.inLine() && f.uncounted(i) {
			f.waiting[i.Queue].remove(i.ID)
		}
	}
}

// countAgain takes one who is in line on a switch that is back into the count; a plan may have changed meanwhile.
func (f *Floor) countAgain(i *Interaction) {
	if !i.inLine() || f.waiting[i.Queue].has(i.ID) {
		return
	}
	f.intoLine(i)
	if f.isBehind(i) {
		f.fallBehind(i.Queue)
	}
}

// waitedTill is how long somebody waited who is found to be gone: not longer than it counted.
func (f *Floor) waitedTill(i *Interaction) time.Duration {
	if f.uncounted(i) && !i.Since.IsZero() {
		return max(0, f.Switches[i.Switch].Missed.Sub(i.entered()))
	}
	return f.waited(i)
}
