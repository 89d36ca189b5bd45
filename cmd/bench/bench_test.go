package bench_test

import (
	"flag"
	"testing"
	"time"

	"tandem/cmd/bench"
)

var (
	full   = flag.Bool("full", false, "five long rounds of each system: figures that may be quoted")
	seed   = flag.Uint64("seed", 20261122, "of the talk times")
	talk   = flag.Duration("talk", time.Second, "mean talk time")
	agents = flag.Int("agents", 8, "phones that answer")
	crowd  = flag.Int("callers", 28, "phones that call again as soon as they are done")
)

func TestSummarise(t *testing.T) {
	var samples []time.Duration
	for range 12 {
		samples = append(samples, time.Hour) // the first tenth: a round that has not settled
	}
	for i := range 108 {
		samples = append(samples, time.Duration(108-i)*time.Millisecond)
	}
	if have, want := bench.Summarise(samples), (bench.Summary{P50: 54, P99: 107, Mean: 54.5, Max: 108}); have != want {
		t.Errorf("summary is %+v, want %+v", have, want)
	}
	if have := bench.Summarise(nil); have != (bench.Summary{}) {
		t.Errorf("of nothing it is %+v", have)
	}
}

func TestOver(t *testing.T) {
	rounds := []bench.Summary{{P50: 3, P99: 9, Mean: 4, Max: 10}, {P50: 1, P99: 20, Mean: 2, Max: 30}, {P50: 2, P99: 7, Mean: 3, Max: 8}}
	have := bench.Over(rounds)
	want := bench.Spread{
		Summary: bench.Summary{P50: 2, P99: 9, Mean: 3, Max: 10},
		Low:     bench.Summary{P50: 1, P99: 7, Mean: 2, Max: 8}, High: bench.Summary{P50: 3, P99: 20, Mean: 4, Max: 30},
	}
	if have != want {
		t.Errorf("over the rounds it is %+v, want %+v", have, want)
	}
	if even := bench.Over(rounds[:2]); even.P50 != 2 {
		t.Errorf("the median of 3 and 1 is %v", even.P50)
	}
}
