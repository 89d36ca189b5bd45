package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// opened is the epoch that a claim of this program carries; NULL when it has never had the cell.
func (d *DB) opened() any {
	if epoch := d.epoch.Load(); epoch > 0 {
		return epoch
	}
	return nil
}

// freeClaims makes the jobs due that an earlier opener of the cell had claimed: it has been killed, or is fenced. When it fails
// the jobs wait for the end of their lease.
func (d *DB) freeClaims(ctx context.Context, epoch int64) {
	for _, s := range []*sqlx.Stmt{d.q.SmsFree, d.q.RecordingFree, d.q.DeliveryFree} {
		if _, err := s.ExecContext(ctx, epoch); err != nil {
			d.log.Warn("the claims of an earlier program last until their lease ends", "cause", err)
			return
		}
	}
	d.queued.wake()
	d.stopped.wake()
	d.hooked.wake()
}
