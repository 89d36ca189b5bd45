package simulate

import (
	"testing"
	"time"

	"tandem/orchestrator/erlang"
)

// Where the intervals are alike and long, the staff by simulation is that of Erlang C; one that begins with too few or too many ends
// there too.
func TestStaffIsErlangs(t *testing.T) {
	long(t)
	need := Need{Calls: []float64{100, 100, 100, 100, 100, 100}, Every: 30 * time.Minute, Service: Distribution{Is: Exponential, Mean: 3 * time.Minute},
		Within: 20 * time.Second, Answered: .85, Seed: 1, Effort: 8_000}
	want := erlang.Staff(10, 3*time.Minute, 0, 20*time.Second, .85)
	for _, begin := range []int{want - 4, want, want + 4} {
		got, err := need.Staff([]int{begin, begin, begin, begin, begin, begin}, .95, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, g := range got {
			if g.People < want-1 || g.People > want+1 || g.Level.Mean < .85 || g.Calls < 95 || g.Calls > 105 {
				t.Errorf("begun with %d, interval %d: %+v; Erlang C says %d", begin, i, g, want)
			}
		}
	}
}

// A formula takes each interval for one that has gone on for ever. One that begins with nobody in a call needs fewer, and the goal is
// reached in those after it too, which have what it left.
func TestStaffKnowsTheIntervalBefore(t *testing.T) {
	long(t)
	need := Need{Calls: []float64{0, 120, 20, 20}, Every: 10 * time.Minute, Service: Distribution{Is: Constant, Mean: 8 * time.Minute},
		Within: 20 * time.Second, Answered: .8, Seed: 1, Effort: 8_000}
	alone := erlang.Staff(16, 8*time.Minute, 0, 20*time.Second, .8)
	got, err := need.Staff([]int{0, erlang.Staff(96, 8*time.Minute, 0, 20*time.Second, .8), alone, alone}, .95, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].People != 0 || got[0].Calls != 0 {
		t.Errorf("nobody calls, and %+v is there", got[0])
	}
	for i, g := range got[1:] {
		if g.Level.Mean < .8 {
			t.Errorf("interval %d: %+v", i+1, g)
		}
	}
	// In the first ten minutes with calls, of 96 erlang only few have begun: whoever came is not gone yet, and the line has no time to grow.
	if got[1].People >= erlang.Staff(96, 8*time.Minute, 0, 20*time.Second, .8) {
		t.Errorf("%d people for ten minutes that begin empty", got[1].People)
	}
}
