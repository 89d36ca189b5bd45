package engine

import (
	"context"
	"errors"
	"time"

	"tandem/orchestrator/fact"
)

// ErrFenced says that another program has opened the same cell since: this one must stop deciding at once.
var ErrFenced = errors.New("another Tandem has taken over this cell; this one has stopped deciding")

// Cell is one floor with one writer.
type Cell struct {
	Name  string // a few random letters made with the database; the first part of the name of every leg, room and tape
	Epoch int64  // how often the cell was opened; the newest opener is the only one that can append
}

// Checkpoint is a folded floor. Persons is kept apart so that it can be erased.
type Checkpoint struct {
	Seq     int64  // the last entry folded in; 0 is the empty floor
	Version string // the form of State: a program folds on only what has its own form
	State   []byte
	Persons []byte
}

// Journal keeps facts in order, durably. storagetest shows that an implementation does.
type Journal interface {
	// Open takes the cell: from now on every earlier opener gets ErrFenced.
	Open(ctx context.Context) (Cell, error)
	// Newest returns the newest checkpoint, a zero one when there is none.
	Newest(ctx context.Context) (Checkpoint, error)
	// Entries returns up to limit entries after seq, oldest first.
	Entries(ctx context.Context, after int64, limit int) ([]fact.Entry, error)
	// Append writes entries, all or none, durable when it returns; their numbers follow the last one without a gap.
	// After any error but ErrFenced nobody knows whether they were written: read the journal again.
	Append(ctx context.Context, entries []fact.Entry) error
	// Save keeps a checkpoint: the newest few, and of those of its version the first of each day (UTC). It may be slow; it never
	// blocks Append.
	Save(ctx context.Context, c Checkpoint) error
	// Earlier returns the newest checkpoint of a version whose last entry lies before a moment, a zero one when there is none.
	Earlier(ctx context.Context, version string, before time.Time) (Checkpoint, error)
}
