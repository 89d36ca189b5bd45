package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/view"
)

// RebuildViews throws the views away and folds the whole journal again, in one transaction: readers see the old rows until the
// new ones are complete, and the reactor waits.
func (d *DB) RebuildViews(ctx context.Context) error {
	if _, err := d.q.ReactorMake.ExecContext(ctx, desk.Views); err != nil {
		return wrap("views.rebuild", err)
	}
	err := d.transact(ctx, "views.rebuild", func(t *Tx) error { return t.refold(ctx, endOfTime) })
	if err == nil {
		d.moved.wake()
	}
	return err
}

// refold empties the views and folds the journal into them up to a line.
func (t *Tx) refold(ctx context.Context, upTo int64) error {
	var at place
	if err := t.get(ctx, &at, t.d.q.ReactorReset, desk.Views); err != nil {
		return err
	}
	for _, s := range []*sqlx.Stmt{t.d.q.InteractionClear, t.d.q.AgentClear, t.d.q.QueueClear, t.d.q.SwitchClear} {
		if _, err := t.run(ctx, s); err != nil {
			return err
		}
	}
	t.rows = newRows(t.d)
	for {
		entries, err := t.entries(ctx, at.Seq, int(min(batch, upTo-at.Seq)))
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, e := range entries {
			if err := view.React(ctx, t, e); err != nil {
				return err
			}
		}
		last := entries[len(entries)-1].Seq
		if err := t.fold(ctx, desk.Views, at, last); err != nil {
			return err
		}
		t.rows.settled()
		at.Seq = last
	}
}
