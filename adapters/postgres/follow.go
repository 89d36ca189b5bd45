package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"tandem/orchestrator/desk"
	"tandem/orchestrator/fact"
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

// follower is one reactor at work; its goroutine alone touches it.
type follower struct {
	d        *DB
	name     string
	react    desk.React
	size     int // lines of the next transaction: 1 after a failure, to come up to the line that fails
	failures int // in a row
	made     bool
}

// step does one transaction and says how long to wait before the next; 0 is not at all. An error ends the reactor.
func (f *follower) step(ctx context.Context) (time.Duration, error) {
	n, last, err := f.catchUp(ctx)
	switch {
	case ctx.Err() != nil:
		return 0, nil
	case err == nil:
		f.d.health.set(f.name, func(h *Health) { h.Seq, h.Err = last, nil })
		if f.failures > 0 {
			f.d.log.Info("reactor works again", "reactor", f.name, "seq", last)
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
			poison := &Poison{Reactor: f.name, Seq: last + 1, Err: err}
			f.d.health.set(f.name, func(h *Health) { h.Err, h.Dead = poison, true })
			f.d.log.Error("reactor has stopped", "reactor", f.name, "seq", poison.Seq, "err", err)
			return 0, poison
		}
	}
	if f.failures == 1 {
		f.d.log.Warn("reactor waits", "reactor", f.name, "after", last, "err", err)
	}
	return backoff(f.failures), nil
}

// backoff is how long to wait after so many failures in a row: it doubles, has a limit, and jitter keeps programs apart.
func backoff(failures int) time.Duration {
	wait := min(firstWait<<min(failures-1, 16), longWait)
	return wait/2 + rand.N(wait)/2
}

// catchUp reacts to the next lines in one transaction. n is how many, last the line where the cursor stands now.
func (f *follower) catchUp(ctx context.Context) (n int, last int64, err error) {
	if !f.made {
		if _, err := f.d.q.ReactorMake.ExecContext(ctx, f.name); err != nil {
			return 0, 0, wrap("follow", err)
		}
		f.made = true
	}
	err = f.d.transact(ctx, "follow", func(t *Tx) error {
		last, err = t.lockCursor(ctx, f.name)
		if err != nil {
			return err
		}
		n, err = f.reactTo(ctx, t, last)
		if n > 0 && err == nil {
			err = t.moveCursor(ctx, f.name, last+int64(n))
		}
		return err
	})
	if err != nil {
		return 0, last, err
	}
	if n > 0 {
		f.d.moved.wake()
	}
	return n, last + int64(n), nil
}

// reactTo reacts to the lines after a line and returns how many there were.
func (f *follower) reactTo(ctx context.Context, t *Tx, after int64) (int, error) {
	entries, err := t.entries(ctx, after, f.size)
	if len(entries) == 0 && err != nil {
		return 0, err
	}
	// A line that cannot be read is met again at the head of the next batch, when all before it is done.
	for _, e := range entries {
		if err := reacted(ctx, f.react, t, e); err != nil {
			return 0, err
		}
	}
	return len(entries), nil
}

// reacted calls a reaction; one that panics has failed like any other, so that it is stopped and told with its line.
func reacted(ctx context.Context, react desk.React, t *Tx, e fact.Entry) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(err, fmt.Errorf("the reaction panicked: %v", r))
		}
	}()
	return react(ctx, t, e)
}

// moveCursor says how far the reactor has come. A fold need not wait for the disk; what may be told to a customer must.
func (t *Tx) moveCursor(ctx context.Context, name string, to int64) error {
	sync := "off"
	if t.wrote && name != desk.Views {
		sync = "on"
	}
	var set string
	return t.get(ctx, &set, t.d.q.ReactorMove, name, to, sync)
}

// entries reads the journal inside the transaction.
func (t *Tx) entries(ctx context.Context, after int64, limit int) ([]fact.Entry, error) {
	var rows []line
	if err := t.list(ctx, &rows, t.d.q.JournalEntries, t.d.cell, after, limit); err != nil {
		return nil, err
	}
	return decode(rows)
}
