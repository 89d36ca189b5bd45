package whatif_test

import (
	"log/slog"
	"runtime"
	"slices"
	"testing"
	"time"

	"tandem/orchestrator/whatif"
)

// BenchmarkBeside measures what a simulation costs whoever decides about calls: how late a goroutine runs that wants to run every
// two milliseconds for a hundred microseconds, with a simulation and without, on one processor and on two.
func BenchmarkBeside(b *testing.B) {
	for _, processors := range []int{2, 1} {
		for _, with := range []bool{false, true} {
			name := map[bool]string{false: "alone", true: "beside a simulation"}[with]
			b.Run(name+"/"+string(rune('0'+processors))+" processors", func(b *testing.B) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
				if with {
					r := whatif.New(time.Now, nil, slog.New(slog.DiscardHandler))
					go r.Run(b.Context()) //nolint:errcheck // It never fails.
					j, err := r.Start(day(long))
					if err != nil {
						b.Fatal(err)
					}
					defer r.Cancel(j.ID) //nolint:errcheck // It is there.
				}
				var late []time.Duration
				for b.Loop() {
					due := time.Now().Add(2 * time.Millisecond)
					time.Sleep(time.Until(due))
					late = append(late, time.Since(due))
					for begun := time.Now(); time.Since(begun) < 100*time.Microsecond; {
					}
				}
				slices.Sort(late)
				b.ReportMetric(float64(late[len(late)/2].Microseconds()), "µs-late-p50")
				b.ReportMetric(float64(late[len(late)*99/100].Microseconds()), "µs-late-p99")
			})
		}
	}
}
