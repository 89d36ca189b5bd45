package engine

import (
	"context"
	"fmt"
	"time"
)

// Lease keeps programs from taking the cell from each other: who holds it and is well is left alone, the others stand by.
// Whether an old owner can still write is not its matter: that is the epoch's.
type Lease interface {
	// Take returns when this program has the lease, at once when it has it already.
	Take(ctx context.Context) error
	// Release gives it to whoever waits for it.
	Release()
}

const (
	// proofs is how often a program that cannot work with its switch gives way to others before it takes the cell all the same:
	// then there are none, and clients want to be served while the switch is away.
	proofs = 4
	// proofTime bounds one.
	proofTime = 5 * time.Second
)

// stand waits until the cell may be taken: nobody else decides, and the switches can be worked with. A program that cannot work
// with them, such as one with a wrong password, must not take the cell from one that can.
func (e *Engine) stand(ctx context.Context) error {
	if e.cfg.Lease == nil {
		return nil
	}
	for tried := 1; ; tried++ {
		if err := e.takeLease(ctx); err != nil {
			return err
		}
		err := e.prove(ctx)
		if err == nil {
			return nil
		}
		if tried == proofs {
			e.cfg.Log.Error("the switch cannot be worked with; the cell is taken all the same, as nobody else wants it", "cause", err)
			return nil
		}
		e.cfg.Log.Warn("the switch cannot be worked with; another Tandem may take the cell", "cause", err)
		e.note(func(s *Status) { s.Why = "the switch cannot be worked with: " + err.Error() })
		e.cfg.Lease.Release()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * e.cfg.Retry): // longer than one who stands by needs to notice
		}
	}
}

// takeLease waits for the lease, and says so when it takes a while.
func (e *Engine) takeLease(ctx context.Context) error {
	const notice = "another Tandem decides; this one stands by and takes over when that one ends"
	late := time.AfterFunc(e.cfg.Retry, func() {
		e.cfg.Log.Info("standing by", "why", notice)
		e.note(func(s *Status) { s.Why = notice })
	})
	defer late.Stop()
	if err := e.cfg.Lease.Take(ctx); err != nil {
		return fmt.Errorf("take the lease of the cell: %w", err)
	}
	return nil
}

func (e *Engine) prove(ctx context.Context) error {
	if e.cfg.Prove == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, proofTime)
	defer cancel()
	return e.cfg.Prove(ctx)
}
