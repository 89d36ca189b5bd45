package trace_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/trace"
)

// collector takes traces, or fails as it is told.
type collector struct {
	mu    sync.Mutex
	err   error
	hangs bool
	asked int
	took  []orchestrator.InteractionID
}

func (c *collector) Export(ctx context.Context, batch []trace.Trace) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	if c.hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	if c.err == nil {
		for _, t := range batch {
			c.took = append(c.took, t.Interaction)
		}
	}
	return c.err
}

func (c *collector) become(err error, hangs bool) (asked, took int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err, c.hangs = err, hangs
	return c.asked, len(c.took)
}

// exporter runs one in a bubble until stop.
func exporter(t *testing.T, c *collector) (x *trace.Exporter, fates map[trace.Fate]int, stop func()) {
	fates = map[trace.Fate]int{}
	var mu sync.Mutex
	x = &trace.Exporter{Collector: c, Log: slog.New(slog.DiscardHandler), Jitter: func() float64 { return 1 }, Observe: func(f trace.Fate, n int) {
		mu.Lock()
		defer mu.Unlock()
		fates[f] += n
	}}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = x.Run(ctx) }()
	return x, fates, func() { cancel(); <-done }
}

func one(n int) trace.Trace {
	return trace.Trace{Interaction: orchestrator.InteractionID(fmt.Sprint("i", n)), Spans: []trace.Span{{Name: "interaction"}}}
}

// TestAway: while the collector is away, or takes the line and says nothing, nobody waits; what does not fit is counted, and the rest
// arrives once and in order when it is back.
func TestAway(t *testing.T) {
	for _, hangs := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			c := &collector{err: errors.New("away"), hangs: hangs}
			x, fates, stop := exporter(t, c)
			began := time.Now()
			for n := range 2500 {
				x.Take(one(n))
			}
			if time.Since(began) != 0 || x.Waiting() != 2000 {
				t.Errorf("it has taken %s, and %d wait", time.Since(began), x.Waiting())
			}
			time.Sleep(10 * time.Minute)
			synctest.Wait()
			c.mu.Lock()
			asked := c.asked
			c.mu.Unlock()
			if asked < 5 || asked > 20 {
				t.Errorf("within ten minutes it was asked %d times", asked)
			}
			c.become(nil, false)
			time.Sleep(2 * time.Minute)
			synctest.Wait()
			stop()
			if len(c.took) != 2000 || c.took[0] != "i0" || c.took[1999] != "i1999" || fates[trace.Dropped] != 500 || fates[trace.Exported] != 2000 {
				t.Errorf("%d arrived; %v", len(c.took), fates)
			}
		})
	}
}

// TestRefused: what the collector will never take is dropped, and what comes after it is not held up.
func TestRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &collector{err: fmt.Errorf("%w: 400", trace.ErrRefused)}
		x, fates, stop := exporter(t, c)
		x.Take(one(1))
		time.Sleep(11 * time.Second)
		synctest.Wait()
		c.become(nil, false)
		x.Take(one(2))
		time.Sleep(11 * time.Second)
		synctest.Wait()
		stop()
		if len(c.took) != 1 || c.took[0] != "i2" || fates[trace.Refused] != 1 || fates[trace.Exported] != 1 {
			t.Errorf("%v arrived; %v", c.took, fates)
		}
	})
}

// TestEnd: the end hands over what is left, but waits for no collector.
func TestEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &collector{}
		x, _, stop := exporter(t, c)
		x.Take(one(1))
		stop()
		if len(c.took) != 1 {
			t.Error("what was left is lost")
		}
		c = &collector{hangs: true}
		x, fates, stop := exporter(t, c)
		x.Take(one(1))
		began := time.Now()
		stop()
		if d := time.Since(began); d > 500*time.Millisecond || fates[trace.Dropped] != 1 {
			t.Errorf("the end was held up for %s; %v", d, fates)
		}
	})
}
