package floor

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
)

// Today is what a person has done since the day of the centre began. Strategies choose by it.
type Today struct {
	Contacts int
	Worked   time.Duration // talk, hold and after-call work; what overlaps counts once
	Free     time.Duration // available and without work
	Booked   time.Time     // up to when the two are counted
}

// handlingWeight is the part that the newest contact has in the mean handling time, as one of so many.
const handlingWeight = 10

// beginDay writes down that a new day has begun, in a centre that chooses people by what they did today. The fact says when the next
// one begins, so that a change of the time zone never alters the past.
func (f *Floor) beginDay() {
	if f.now.Before(f.DayEnds) || !f.choosesByDay() {
		return
	}
	local := f.now.In(f.cfg.zone())
	next := time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, local.Location())
	if next.Day() == local.Day() { // where the clock goes from midnight to one, this is 23:00, and the day would begin at every step
		next = time.Date(local.Year(), local.Month(), local.Day()+1, 1, 0, 0, 0, local.Location())
	}
	f.emit("", fact.DayBegun{Until: next.UTC()})
}

func (f *Floor) choosesByDay() bool {
	for _, q := range f.Queues {
		if routing.Strategy(q.Strategy).ByDay() {
			return true
		}
	}
	return false
}

func (f *Floor) applyDay(x fact.DayBegun, at time.Time) {
	f.DayEnds = x.Until
	for id, a := range f.Agents {
		a.Today = Today{Booked: at}
		f.stale[id] = struct{}{}
	}
}

// book counts an agent's time up to a moment. It comes before everything that changes what they do.
func (f *Floor) book(a *Agent, at time.Time) {
	passed := at.Sub(a.Today.Booked)
	switch {
	case a.Today.Booked.IsZero():
	case f.works(a):
		a.Today.Worked += passed
	case a.Status == orchestrator.Available && !a.NotResponding && len(a.Offers) == 0:
		a.Today.Free += passed
	}
	a.Today.Booked = at
}

// works says whether an agent talks, or does the work after it.
func (s *State) works(a *Agent) bool {
	for _, id := range a.Offers {
		if o := s.Offers[id]; o.State == orchestrator.OfferConnected || o.State == orchestrator.OfferWrapping {
			return true
		}
	}
	return false
}

// handled takes the time of a contact that is over into the mean.
func (a *Agent) handled(m routing.Media, took time.Duration) {
	if mean := &a.Pace[m]; *mean == 0 {
		*mean = took
	} else {
		*mean += (took - *mean) / handlingWeight
	}
}
