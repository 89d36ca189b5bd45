package postgres

import (
	"context"
	"database/sql"
	"errors"

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

// Save implements engine.Journal and keeps the newest three. It is not fenced: a checkpoint is a fold of lines that are
// written, whoever folded them.
func (j *Journal) Save(ctx context.Context, c engine.Checkpoint) error {
	return j.d.transact(ctx, "checkpoint.save", func(t *Tx) error {
		if _, err := t.run(ctx, j.d.q.CheckpointSave, j.d.cell, c.Seq, c.Version, bytesOf(c.State), bytesOf(c.Persons)); err != nil {
			return err
		}
		_, err := t.run(ctx, j.d.q.CheckpointPrune, j.d.cell)
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
