package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"tandem/orchestrator/desk"
)

// Tx is one transaction: what a reaction writes in it is there together with the reactor's cursor, or not at all. The database
// hears of it at the first statement, so that a reaction that needs nothing costs nothing.
type Tx struct {
	d       *DB
	tx      *sqlx.Tx                               // nil before the first statement
	begun   func(ctx context.Context, t *Tx) error // what comes before it, such as the move of the cursor; may be nil
	rows    *rows                                  // of the views, in the hand of who folds them; nil for others
	wrote   bool                                   // something was written
	queued  bool                                   // a message is to be sent
	stopped bool                                   // a recording is to be brought home
	told    bool                                   // the journal is to be told of a survey
	hooked  bool                                   // a webhook is to be told
}

var _ desk.Tx = (*Tx)(nil)

// begin lets the database know.
func (t *Tx) begin(ctx context.Context) (err error) {
	if t.tx != nil {
		return nil
	}
	if t.tx, err = t.d.db.BeginTxx(ctx, nil); err != nil || t.begun == nil {
		return err
	}
	return t.begun(ctx, t)
}

// commit makes it last and wakes who waits for it.
func (t *Tx) commit() error {
	if t.tx == nil {
		return nil
	}
	if err := t.tx.Commit(); err != nil {
		return err
	}
	if t.queued {
		t.d.queued.wake()
	}
	if t.stopped {
		t.d.stopped.wake()
	}
	if t.told {
		t.d.surveyed.wake()
	}
	if t.hooked {
		t.d.hooked.wake()
	}
	return nil
}

// rollback takes it back; after a commit it does nothing.
func (t *Tx) rollback() {
	if t.tx != nil {
		_ = t.tx.Rollback()
	}
}

// run carries out a statement that writes, and returns how many rows it touched.
func (t *Tx) run(ctx context.Context, s *sqlx.Stmt, args ...any) (int64, error) {
	if err := t.begin(ctx); err != nil {
		return 0, err
	}
	t.wrote = true
	r, err := t.tx.StmtxContext(ctx, s).ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// get reads one row; sql.ErrNoRows when there is none.
func (t *Tx) get(ctx context.Context, to any, s *sqlx.Stmt, args ...any) error {
	if err := t.begin(ctx); err != nil {
		return err
	}
	return t.tx.StmtxContext(ctx, s).GetContext(ctx, to, args...)
}

// list reads all rows.
func (t *Tx) list(ctx context.Context, to any, s *sqlx.Stmt, args ...any) error {
	if err := t.begin(ctx); err != nil {
		return err
	}
	return t.tx.StmtxContext(ctx, s).SelectContext(ctx, to, args...)
}
