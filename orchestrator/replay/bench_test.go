package replay_test

import (
	"testing"
	"time"

	"tandem/orchestrator/replay"
	"tandem/orchestrator/simulate"
)

// A day of thirty thousand calls: read out of the journal, and lived through again once.
func BenchmarkDay(b *testing.B) {
	c := newCentre(&testing.T{}, 1)
	c.open()
	c.people(240, "sales")
	c.people(180, "service", "sales")
	c.callers(18_000, "7000")
	c.callers(12_000, "7001")
	c.live()
	b.Logf("%d lines", len(c.journal))
	var rec replay.Recording
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			r := replay.NewRecorder(time.Time{}, time.Time{})
			for _, e := range c.journal {
				r.Add(e)
			}
			var err error
			if rec, err = r.Recording(20*time.Second, 5*time.Second); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("again", func(b *testing.B) {
		s := rec.Scenario
		s.Days, s.Keep = 1, true
		for b.Loop() {
			days, err := simulate.Run(s, nil)
			if err != nil {
				b.Fatal(err)
			}
			if different, compared := rec.Differences(s, days[0], replay.Moved{}); compared != 30_000 || len(different) > 0 {
				b.Fatalf("%d of %d differ", len(different), compared)
			}
		}
	})
}
