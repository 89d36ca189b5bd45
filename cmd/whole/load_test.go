package whole_test

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"

	"tandem/cmd/whole"
)

var (
	loadTime = flag.Duration("load", 80*time.Second, "how long callers call in the load test (make soak: 10 minutes); a quarter of it with -short")
	loadSeed = flag.Uint64("load-seed", uint64(time.Now().UnixNano()), "of everybody's fate; each run has another unless it is given")
)

const (
	loadCallers = 30
	loadAgents  = 8
	// loadLast is how long calls that live may go on when the time is over.
	loadLast = 12 * time.Second
)

// TestLoad: many callers and some agents do whatever people and phones do, and nothing may go wrong.
func TestLoad(t *testing.T) { load(t, *loadTime, 0) }

// TestLoadWithCrashes: the same, and the program is killed three times in the middle.
func TestLoadWithCrashes(t *testing.T) { load(t, *loadTime/2, 3) }

func load(t *testing.T, length time.Duration, crashes int) {
	beside(t)
	if testing.Short() {
		length /= 4
	}
	var names []string
	for i := range loadAgents {
		names = append(names, fmt.Sprintf("agent%d", i+1))
	}
	c := whole.Start(t, whole.Config{Agents: names, Ring: 5 * time.Second, Wrap: 2 * time.Second, Patience: time.Minute})
	w := &crowd{c: c, seed: *loadSeed, ledger: &ledger{visits: visits{list: map[string]*visit{}}}}
	if crashes > 0 {
		w.slow = 15 * time.Second
	}
	fmt.Printf("load for %s, %d crashes, -load-seed=%d\n", length, crashes, w.seed)

	open, enough := context.WithTimeout(context.Background(), length)
	defer enough()
	last, closing := context.WithTimeout(context.Background(), length+loadLast)
	defer closing()
	shift, home := context.WithCancel(context.Background())
	defer home()
	var callers, agents sync.WaitGroup
	for i, name := range names {
		p := c.Phone(name)
		c.Available(name)
		agents.Go(func() { w.works(shift, name, i, p) })
	}
	for i := range loadCallers {
		callers.Go(func() { w.calls(open, last, i) })
	}
	w.crash(open, crashes, length)
	callers.Wait()
	home()
	agents.Wait()
	w.audit()
}

// crash kills the program at random moments, and starts it again soon after.
func (w *crowd) crash(ctx context.Context, times int, length time.Duration) {
	r := w.chance(3000)
	for range times {
		part := length / time.Duration(times+1)
		if !pause(ctx, between(r, part/2, part)) {
			return
		}
		away := gap{from: time.Now()}
		w.c.Kill()
		pause(ctx, about(r, 500*time.Millisecond))
		w.c.Restart()
		away.to = time.Now()
		w.gaps = append(w.gaps, away)
	}
}
