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
	err := d.transact(ctx, "views.rebuild", func(t *Tx) error {
		if _, err := t.lockCursor(ctx, desk.Views); err != nil {
			return err
		}
		last, err := t.refold(ctx, endOfTime)
		if err != nil {
			return err
		}
		return t.moveCursor(ctx, desk.Views, last)
	})
	if err == nil {
		d.moved.wake()
	}
	return err
}

func (t *Tx) lockCursor(ctx context.Context, name string) (seq int64, err error) {
	err = t.get(ctx, &seq, t.d.q.ReactorLock, name)
	return seq, err
}

// refold empties the views and folds the journal into them up to a line; it answers the last line that it met.
func (t *Tx) refold(ctx context.Context, upTo int64) (int64, error) {
	for _, s := range []*sqlx.Stmt{t.d.q.InteractionClear, t.d.q.AgentClear, t.d.q.QueueClear} {
		if _, err := t.run(ctx, s); err != nil {
			return 0, err
		}
	}
	for last := int64(0); ; {
		entries, err := t.entries(ctx, last, int(min(batch, upTo-last)))
		if err != nil {
			return 0, err
		}
		for _, e := range entries {
			if err := view.React(ctx, t, e); err != nil {
				return 0, err
			}
			last = e.Seq
		}
		if len(entries) == 0 {
			return last, nil
		}
	}
}
