package trace

import (
	"context"
	"log/slog"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// Lines is the journal as the views have folded it in; view.Reader says more.
type Lines interface {
	Seq(ctx context.Context) (int64, error)
	WaitFor(ctx context.Context, seq int64) (int64, error)
	Entries(ctx context.Context, after int64, limit int) ([]fact.Entry, error)
	Timeline(ctx context.Context, id orchestrator.InteractionID) ([]fact.Entry, error)
}

const (
	readLines = 256 // at once
	tryAgain  = time.Second
)

// Tracer follows the journal from its present end on, and hands each interaction that is over to the exporter.
type Tracer struct {
	Cell  string
	Lines Lines
	To    *Exporter
	Log   *slog.Logger
}

// Run follows until ctx ends. A journal that is away is waited for: its lines are read then.
func (t *Tracer) Run(ctx context.Context) error {
	book := &Book{Cell: t.Cell, Dropped: func() { t.To.count(Dropped, 1) }}
	book.Past = func(id orchestrator.InteractionID) []fact.Entry {
		past, err := t.Lines.Timeline(ctx, id)
		if err != nil {
			t.Log.Debug("an interaction that began before is not traced", "interaction", id, "cause", err)
		}
		return past
	}
	at, told := int64(-1), false
	for ctx.Err() == nil {
		next, err := t.step(ctx, book, at)
		if err == nil {
			at, told = next, false
			continue
		}
		if ctx.Err() == nil && !told {
			told = true
			t.Log.Warn("traces wait for the journal", "cause", err)
		}
		pause(ctx, tryAgain)
	}
	return nil
}

// step takes the next lines, and waits when there is none.
func (t *Tracer) step(ctx context.Context, book *Book, at int64) (int64, error) {
	if at < 0 {
		return t.Lines.Seq(ctx)
	}
	seen, err := t.Lines.WaitFor(ctx, at+1)
	if err != nil {
		return at, err
	}
	entries, err := t.Lines.Entries(ctx, at, int(min(seen-at, readLines)))
	for _, e := range entries {
		if whole, over := book.Take(e); over {
			t.To.Take(whole)
		}
		at = e.Seq
	}
	return at, err
}

// pause waits, or less when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
