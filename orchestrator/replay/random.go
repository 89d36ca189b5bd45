package replay

import (
	"slices"
	"time"

	"tandem/orchestrator/routing"
	"tandem/orchestrator/simulate"
)

// strangers are the steps for callers who know nobody.
func strangers(steps []routing.Step) []routing.Step {
	return slices.DeleteFunc(slices.Clone(steps), func(s routing.Step) bool { return s.Only != routing.Anybody })
}

// Random is the scenario with other callers like these: as many in each interval as came, by chance, with times and patience as were
// seen. Each day is another one. Offers that nobody answered do not happen in it, nor is anybody led out of a line; people are at work
// when they were.
func (r Recording) Random(every time.Duration) simulate.Scenario {
	s := r.Scenario
	n := int((s.Length + every - 1) / every)
	s.Queues = slices.Clone(s.Queues)
	for i := range s.Queues {
		counts := make([]float64, n)
		for _, c := range s.Queues[i].Arrivals.Callers {
			counts[c.At/every]++
		}
		if last := s.Length - time.Duration(n-1)*every; last < every { // a broken interval at the end: the rest of the day is one more
			counts = counts[:n-1]
		}
		s.Queues[i].Plan.Steps = strangers(s.Queues[i].Plan.Steps)
		s.Queues[i].Arrivals = simulate.Arrivals{Counts: counts, Every: every}
	}
	return s
}
