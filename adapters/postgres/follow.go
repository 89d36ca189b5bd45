package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/retry"
)

const (
	batch     = 256                   // lines of the journal in one transaction of a reactor
	lookAfter = time.Second           // a look at the journal without a wake-up: another program may have written
	firstWait = 20 * time.Millisecond // after the first failure
	longWait  = 2 * time.Second       // the longest pause between two tries
	tries     = 3                     // of a line that cannot be reacted to, before the reactor stops
)

// Poison is a line of the journal that a reactor cannot react to. The reactor has stopped before it: nothing is skipped.
type Poison struct {
	Reactor string
	Seq     int64
	Err     error
}

func (e *Poison) Error() string {
	return fmt.Sprintf("the reactor %s has stopped before line %d of the journal and must be mended: %v", e.Reactor, e.Seq, e.Err)
}

func (e *Poison) Unwrap() error { return e.Err }

// Follow implements desk.Follower. Several programs may follow under one name: the cursor's row lets one work at a time.
func (d *DB) Follow(ctx context.Context, name string, react desk.React) error {
	d.health.set(name, func(h *Health) { *h = Health{} })
	f := follower{d: d, name: name, react: react, size: batch}
	f.lose()
	defer f.lose() // Nobody follows any more: the database is asked.
	for {
		wake := d.written.wait()
		pause, err := f.step(ctx)
		if err != nil || ctx.Err() != nil {
			return err
		}
		if pause == 0 {
			continue
		}
		if f.failures > 0 {
			wake = nil // The pause after a failure is not cut short by new lines.
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-wake:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// step does one transaction and says how long to wait before the next; 0 is not at all. An error ends the reactor.
func (f *follower) step(ctx context.Context) (time.Duration, error) {
	n, err := f.catchUp(ctx)
	switch {
	case ctx.Err() != nil:
		return 0, nil
	case errors.Is(err, errMoved):
		return 0, nil // Whoever moved it has done some of the work.
	case err == nil:
		f.d.health.set(f.name, func(h *Health) { h.Seq, h.Err = f.at.seen, nil })
		if f.failures > 0 {
			f.d.log.Info("reactor works again", "reactor", f.name, "seq", f.at.seen)
		}
		full := n == f.size
		f.failures, f.size = 0, min(2*f.size, batch)
		if full {
			return 0, nil
		}
		return lookAfter, nil
	}
	f.d.health.set(f.name, func(h *Health) { h.Err = err })
	f.failures++
	if !away(err) {
		if f.size > 1 {
			f.size, f.failures = 1, 0
			return 0, nil
		}
		if f.failures >= tries {
			poison := &Poison{Reactor: f.name, Seq: f.at.seen + 1, Err: err}
			f.d.health.set(f.name, func(h *Health) { h.Err, h.Dead = poison, true })
			f.d.log.Error("reactor has stopped", "reactor", f.name, "seq", poison.Seq, "err", err)
			return 0, poison
		}
	}
	if f.failures == 1 {
		f.d.log.Warn("reactor waits", "reactor", f.name, "after", f.at.seen, "err", err)
	}
	return retry.Pause(f.failures, firstWait, longWait, rand.Float64()), nil
}
