package simulate

import (
	"testing"
	"time"
)

// A rate at which nobody ever comes ends as a day without callers, not in a search without end or in callers before the beginning.
func TestNobodyComes(t *testing.T) {
	for name, a := range map[string]Arrivals{
		"per_hour": {PerHour: 1e-12}, "counts": {Counts: []float64{1e-18, 0}, Every: time.Minute}, "no counts": {Counts: []float64{0}, Every: time.Minute},
	} {
		s := small()
		s.Queues[0].Arrivals = a
		watched := 0
		ended := make(chan []Day, 1)
		go func() {
			days, _ := Run(s, func(float64) bool { watched++; return watched < 1000 })
			ended <- days
		}()
		select {
		case days := <-ended:
			if len(days) != 1 || days[0].Queues[0].Offered() != 0 || watched >= 1000 {
				t.Errorf("%s: %+v, watched %d times", name, days, watched)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: it does not end", name)
		}
	}
}

// However rare, callers come at the rate that was said.
func TestRareCallers(t *testing.T) {
	s := small()
	s.Length, s.Days, s.Queues[0].Arrivals = time.Hour, 2000, Arrivals{Counts: []float64{.01, .04}, Every: 30 * time.Minute}
	s.Agents[0].End = s.Length
	days, err := Run(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, d := range days {
		n += int(d.Queues[0].Offered())
	}
	if n < 60 || n > 140 {
		t.Errorf("%d callers in 2000 days of 0.05", n)
	}
}
