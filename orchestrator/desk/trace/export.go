package trace

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"tandem/orchestrator/desk/retry"
)

// Collector takes traces: an OpenTelemetry collector, or a tracing system that speaks OTLP.
type Collector interface {
	// Export hands traces over. ErrRefused says that these will never be taken; after any other error they are brought again.
	Export(ctx context.Context, batch []Trace) error
}

// ErrRefused says that the collector is there and does not take what it was given.
var ErrRefused = errors.New("the collector refuses the traces")

// Fate is what became of a trace.
type Fate string

// The fates of a trace.
const (
	Exported Fate = "exported"
	Refused  Fate = "refused" // by the collector
	Dropped  Fate = "dropped" // there was no room: the collector is away, or too slow
)

const (
	maxQueue   = 2_000 // traces that wait
	maxBatch   = 100   // traces in one request
	usualEvery = 5 * time.Second
	askTime    = 10 * time.Second
	firstPause = time.Second
	longPause  = time.Minute
	lastTime   = 500 * time.Millisecond // for what is left at the end: a restart is not held up
)

// Exporter hands traces to a collector, in batches. Nobody waits for it.
type Exporter struct {
	Collector Collector
	// Complete adds what the desk knows of an interaction that is over; nil adds nothing.
	Complete func(ctx context.Context, t Trace) Trace
	Log      *slog.Logger
	Jitter   func() float64
	Every    time.Duration          // between two batches; 0 is 5 s
	Observe  func(fate Fate, n int) // for figures; nil is nobody
	mu       sync.Mutex             // guards the queue
	queue    []Trace                // oldest first; at its head those that are being exported
	ripe     int                    // of them, those that have waited for the desk
}

// Take queues a trace, or drops it; it never waits.
func (x *Exporter) Take(t Trace) {
	x.mu.Lock()
	full := len(x.queue) >= maxQueue
	if !full {
		x.queue = append(x.queue, t)
	}
	x.mu.Unlock()
	if full {
		x.count(Dropped, 1)
	}
}

func (x *Exporter) count(fate Fate, n int) {
	if x.Observe != nil && n > 0 {
		x.Observe(fate, n)
	}
}

// Waiting is how many traces wait.
func (x *Exporter) Waiting() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.queue)
}

// Run exports until ctx ends, and then what is left if the collector is quick. A collector that is away is tried again, ever less
// often; meanwhile traces wait, as many as there is room for.
func (x *Exporter) Run(ctx context.Context) error {
	every, failures := x.Every, 0
	if every <= 0 {
		every = usualEvery
	}
	for {
		wait := every
		if failures > 0 {
			wait = retry.Pause(failures, firstPause, longPause, x.Jitter())
		}
		if pause(ctx, wait); ctx.Err() != nil {
			break
		}
		err := x.round(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			if failures++; failures == 1 {
				x.Log.Warn("the collector takes no traces; they wait, and calls do not", "cause", err)
			}
		case failures > 0:
			x.Log.Info("the collector takes traces again", "failures", failures)
			failures = 0
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastTime)
	defer cancel()
	x.ripen()
	if err := x.round(last); err != nil {
		x.Log.Debug("the last traces were not taken", "cause", err)
	}
	x.count(Dropped, x.Waiting())
	return nil
}

// round exports what was there at the round before: the desk has opened its tickets since.
func (x *Exporter) round(ctx context.Context) error {
	defer x.ripen()
	for {
		x.mu.Lock()
		batch := x.queue[:min(x.ripe, maxBatch)]
		x.mu.Unlock()
		if len(batch) == 0 {
			return nil
		}
		whole := make([]Trace, len(batch))
		for i, t := range batch {
			if whole[i] = t; x.Complete != nil {
				whole[i] = x.Complete(ctx, t)
			}
		}
		err := x.ask(ctx, whole)
		fate := Exported
		if errors.Is(err, ErrRefused) {
			x.Log.Error("the collector has refused traces; they are lost", "first", whole[0].Interaction, "count", len(whole), "cause", err)
			fate, err = Refused, nil
		}
		if err != nil {
			return err
		}
		x.count(fate, len(whole))
		x.mu.Lock()
		x.queue = append([]Trace(nil), x.queue[len(whole):]...)
		x.ripe -= len(whole)
		x.mu.Unlock()
	}
}

func (x *Exporter) ask(ctx context.Context, batch []Trace) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	return x.Collector.Export(ctx, batch)
}

func (x *Exporter) ripen() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ripe = len(x.queue)
}
