package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tandem/orchestrator/engine"
)

// Newest implements engine.Journal.
func (j *Journal) Newest(ctx context.Context) (engine.Checkpoint, error) {
	var c engine.Checkpoint
	err := j.d.q.CheckpointNewest.GetContext(ctx, &c, j.d.cell)
	if errors.Is(err, sql.ErrNoRows) {
		return engine.Checkpoint{}, nil
	}
	return c, wrap("checkpoint.newest", err)
}

// Earlier implements engine.Journal.
func (j *Journal) Earlier(ctx context.Context, version string, before time.Time) (engine.Checkpoint, error) {
	var c engine.Checkpoint
	err := j.d.q.CheckpointEarlier.GetContext(ctx, &c, j.d.cell, version, before)
	if errors.Is(err, sql.ErrNoRows) {
		return engine.Checkpoint{}, nil
	}
	return c, wrap("checkpoint.earlier", err)
}

// Save implements engine.Journal and keeps the newest three beside one of each day. It is not fenced: a checkpoint is a fold of lines that are
// written, whoever folded them.
func (j *Journal) Save(ctx context.Context, c engine.Checkpoint) error {
	return j.d.transact(ctx, "checkpoint.save", func(t *Tx) error {
		if _, err := t.run(ctx, j.d.q.CheckpointSave, j.d.cell, c.Seq, c.Version, bytesOf(c.State), bytesOf(c.Persons)); err != nil {
			return err
		}
		_, err := t.run(ctx, j.d.q.CheckpointPrune, j.d.cell, c.Version)
		return err
	})
}

// bytesOf keeps an empty value from becoming NULL.
func bytesOf(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
