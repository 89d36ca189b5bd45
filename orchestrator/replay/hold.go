package replay

import (
	"errors"

	"tandem/orchestrator/simulate"
)

// Held is a span that was, beside what would have been.
type Held struct {
	Recording
	Other     simulate.Scenario
	Moved     Moved // by other decision tables
	Days      []simulate.Day
	Different []Difference // of the first day
	Compared  int
	Was       simulate.Report
	Would     simulate.Report
	Less      simulate.Report // would less was
}

// Hold runs another scenario and holds it against what was, with intervals at a level such as 0.95. Watch is as that of simulate.Run.
func (r Recording) Hold(other simulate.Scenario, moved Moved, level float64, watch func(share float64) bool) (Held, error) {
	h := Held{Recording: r, Other: other, Moved: moved}
	h.Other.Keep = true
	if err := h.Other.Check(); err != nil {
		return h, err
	}
	var err error
	if h.Days, err = simulate.Run(h.Other, watch); err != nil {
		return h, err
	}
	if len(h.Days) == 0 {
		return h, errors.New("nothing was run")
	}
	h.Different, h.Compared = r.Differences(h.Other, h.Days[0], moved)
	was := r.Scenario
	was.Target, was.Short = other.Target, other.Short // both are measured alike
	day := simulate.Tell(was, r.Was.Fates, r.Was.People)
	for i, q := range r.Was.Queues { // loans are not told by callers
		day.Queues[i].Loans, day.Queues[i].Lent, day.Queues[i].Recalls = q.Loans, q.Lent, q.Recalls
	}
	h.Was = simulate.NewReport(was, []simulate.Day{day}, level)
	h.Would = simulate.NewReport(h.Other, h.Days, level)
	h.Less = h.Would.Less(h.Was)
	return h, nil
}
