package postgres

import (
	"context"
	"time"

	"tandem/orchestrator"
	link "tandem/orchestrator/desk/place"
)

var _ link.Desk = (*DB)(nil)

// KeepPlace implements place.Tx.
func (t *Tx) KeepPlace(ctx context.Context, token link.Sum, id orchestrator.InteractionID, until time.Time) error {
	if _, err := t.run(ctx, t.d.q.PlaceLinkForget, now().Add(-24*time.Hour)); err != nil {
		return wrap("place.keep", err)
	}
	_, err := t.run(ctx, t.d.q.PlaceLinkPut, token[:], id, until.UTC())
	return wrap("place.keep", err)
}

// PlaceOf implements place.Desk.
func (d *DB) PlaceOf(ctx context.Context, token link.Sum) (id orchestrator.InteractionID, err error) {
	err = d.q.PlaceLinkOne.GetContext(ctx, &id, token[:])
	return id, missing("place", "place at this link", err)
}
