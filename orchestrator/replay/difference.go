package replay

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/simulate"
)

// Difference is a caller of whom something else would have become.
type Difference struct {
	ID         orchestrator.InteractionID
	Queue      orchestrator.QueueID
	At         time.Time // entered the line
	Was, Would simulate.Fate
}

// Differences holds a day that the simulator lived through, with Keep, against what was: who would have been answered by somebody
// else, at another time, or not. Callers of queues that the other scenario does not have are left out, and those who are new by what
// moved says; its zero value is that nobody was led elsewhere.
func (r Recording) Differences(other simulate.Scenario, day simulate.Day, moved Moved) (different []Difference, compared int) {
	was := map[place]simulate.Fate{}
	for _, f := range r.Was.Fates {
		was[place{r.Scenario.Queues[f.Queue].ID, f.Caller}] = f
	}
	for _, f := range day.Fates {
		q := other.Queues[f.Queue].ID
		stood := place{q, f.Caller}
		if moved.from != nil {
			stood = moved.from[stood]
		}
		old, known := was[stood]
		if !known || len(other.Queues[f.Queue].Arrivals.Callers) == 0 {
			continue
		}
		compared++
		if stood.queue != q || old.Ending != f.Ending || old.Agent != f.Agent || old.Wait != f.Wait {
			at := r.From.Add(other.Queues[f.Queue].Arrivals.Callers[f.Caller].At)
			different = append(different, Difference{r.IDs[stood.queue][stood.caller], stood.queue, at, old, f})
		}
	}
	return different, compared
}
