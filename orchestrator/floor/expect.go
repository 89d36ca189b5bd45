package floor

import (
	"maps"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
)

// Expectation is how long a caller in line can expect to wait from now on.
type Expectation struct {
	Median time.Duration // half of those in this place wait no longer
	Bound  time.Duration // nine of ten
}

func expect(place int, pace time.Duration) Expectation {
	median, bound := routing.Expect(place, pace)
	return Expectation{median, bound}
}

// Accuracy is what became of the expectations that callers were given when they entered a line, as sums over those who were answered.
type Accuracy struct {
	Answered int64         // with an expectation
	Within   int64         // of them, within the bound
	Late     time.Duration // wait − median: above 0 they waited longer than was expected
	Missed   time.Duration // |wait − median|
}

func (a *Accuracy) add(given Expectation, wait time.Duration) {
	if given.Median == 0 {
		return // none was given
	}
	a.Answered++
	if wait <= given.Bound {
		a.Within++
	}
	a.Late += wait - given.Median
	a.Missed += (wait - given.Median).Abs()
}

// Outlook is what somebody who joined a line now could expect, and how right such expectations were.
type Outlook struct {
	Queue   orchestrator.QueueID
	Waiting int
	Pace    time.Duration // between two departures
	Expectation
	Accuracy
}

// outlooks are those of all queues, by id, or of one.
func (f *Floor) outlooks(of orchestrator.QueueID) []Outlook {
	var out []Outlook
	for _, id := range slices.Sorted(maps.Keys(f.Queues)) {
		if of != "" && of != id {
			continue
		}
		o := Outlook{Queue: id, Waiting: f.waiting[id].size(), Pace: f.pace(id)}
		o.Expectation = expect(o.Waiting+1, o.Pace)
		if l := f.Lines[id]; l != nil {
			o.Accuracy = l.Accuracy
		}
		out = append(out, o)
	}
	return out
}

// given writes down what a caller who enters a line can expect.
func (f *Floor) given(x *fact.ItemQueued, id orchestrator.InteractionID) {
	x.Place = f.placeAt(x.Queue, id, x.Since.Add(-x.Ahead))
	e := expect(x.Place, f.pace(x.Queue))
	x.Expect, x.Bound = e.Median, e.Bound
}

// toExpect is what a caller in line can expect now. It never rises by arithmetic alone: as long as nobody was let in before the caller,
// slower departures than were expected do not take back what the caller was told.
func (f *Floor) toExpect(i *Interaction) (place int, e Expectation) {
	place = f.position(i)
	e = expect(place, f.pace(i.Queue))
	if i.Told.Median > 0 && place <= i.Place {
		e = Expectation{min(e.Median, i.Told.Median), min(e.Bound, i.Told.Bound)}
	}
	return place, e
}
