package desk

import (
	"context"
	"log/slog"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/rounds"
)

// Erasure is that somebody was erased, without saying who.
type Erasure struct {
	ID           int64
	Interactions []orchestrator.InteractionID
}

// Erasures are those that the floor has not been told of. It runs in another program than tandem erase and remembers people too.
type Erasures interface {
	// UntoldErasures lists at most n, oldest first.
	UntoldErasures(ctx context.Context, n int) ([]Erasure, error)
	// ErasureTold notes that the floor has forgotten them at a line of the journal. No checkpoint from before that line is kept.
	ErasureTold(ctx context.Context, id, seq int64) error
}

// Forgetter has the floor that runs forget who was erased. Run it only where the floor decides.
type Forgetter struct {
	Book Erasures
	// Tell has the floor forget, and returns the line that says so. A second time changes nothing more.
	Tell  func(ctx context.Context, e Erasure) (seq int64, err error)
	Log   *slog.Logger
	Every time.Duration // 0 is 2 s
}

const forgetBatch = 20

// Run goes round until ctx ends. A journal or a database that is away is waited for.
func (f *Forgetter) Run(ctx context.Context) error {
	every := f.Every
	if every <= 0 {
		every = 2 * time.Second
	}
	return rounds.Rounds{Every: every, Full: forgetBatch, Away: func(err error) {
		f.Log.Warn("who was erased waits to be forgotten by the running centre too", "err", err)
	}}.Run(ctx, f.Once)
}

// Once tells what is untold now, and returns how much.
func (f *Forgetter) Once(ctx context.Context) (n int, err error) {
	untold, err := f.Book.UntoldErasures(ctx, forgetBatch)
	if err != nil {
		return 0, err
	}
	for _, e := range untold {
		seq, err := f.Tell(ctx, e)
		if err != nil {
			return n, err
		}
		if err := f.Book.ErasureTold(ctx, e.ID, seq); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
