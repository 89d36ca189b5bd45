package postgres

import (
	"context"
	"time"

	"github.com/lib/pq"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/access"
)

var _ access.Keys = (*DB)(nil)

type keyRow struct {
	access.Key
	Scopes           pq.StringArray
	Created, Revoked stamp
}

func (r keyRow) plain() access.Key {
	k := r.Key
	k.Created, k.Revoked, k.Scopes = r.Created.Time, r.Revoked.Time, nil
	for _, s := range r.Scopes {
		k.Scopes = append(k.Scopes, access.Scope(s))
	}
	return k
}

// AddKey implements access.Keys.
func (d *DB) AddKey(ctx context.Context, k access.Key, sum [32]byte) error {
	scopes := make(pq.StringArray, len(k.Scopes))
	for i, s := range k.Scopes {
		scopes[i] = string(s)
	}
	_, err := d.q.KeyAdd.ExecContext(ctx, k.ID, clean(k.Name), scopes, sum[:], k.Created.UTC())
	if taken(err) {
		return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "key.add", Say: "there is a key of that id already; make a new one"}
	}
	return wrap("key.add", err)
}

// KeyBySum implements access.Keys.
func (d *DB) KeyBySum(ctx context.Context, sum [32]byte) (access.Key, error) {
	var row keyRow
	err := d.q.KeyBySum.GetContext(ctx, &row, sum[:])
	return row.plain(), missing("key", "such key", err)
}

// ListKeys implements access.Keys.
func (d *DB) ListKeys(ctx context.Context) ([]access.Key, error) {
	var rows []keyRow
	err := d.q.KeyList.SelectContext(ctx, &rows)
	return rowsOf(rows), wrap("keys", err)
}

// RevokeKey implements access.Keys. One that is revoked already keeps its time.
func (d *DB) RevokeKey(ctx context.Context, id string, at time.Time) error {
	r, err := d.q.KeyRevoke.ExecContext(ctx, clean(id), at.UTC())
	if err != nil {
		return wrap("key.revoke", err)
	}
	n, err := r.RowsAffected()
	if err == nil && n == 0 {
		return none("key.revoke", "key "+id)
	}
	return wrap("key.revoke", err)
}
