package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"tandem/orchestrator/desk"
)

// Tx is one transaction: what a reaction writes in it is there together with the reactor's cursor, or not at all.
type Tx struct {
	tx    *sqlx.Tx
	d     *DB
	wrote bool // something was written
}

var _ desk.Tx = (*Tx)(nil)

// run carries out a statement that writes, and returns how many rows it touched.
func (t *Tx) run(ctx context.Context, s *sqlx.Stmt, args ...any) (int64, error) {
	t.wrote = true
	r, err := t.tx.StmtxContext(ctx, s).ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// get reads one row; sql.ErrNoRows when there is none.
func (t *Tx) get(ctx context.Context, to any, s *sqlx.Stmt, args ...any) error {
	return t.tx.StmtxContext(ctx, s).GetContext(ctx, to, args...)
}

// list reads all rows.
func (t *Tx) list(ctx context.Context, to any, s *sqlx.Stmt, args ...any) error {
	return t.tx.StmtxContext(ctx, s).SelectContext(ctx, to, args...)
}
