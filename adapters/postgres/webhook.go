package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/webhook"
)

var _ webhook.Keeper = (*DB)(nil)

// hookRow is a hook as the queries hook_… answer it.
type hookRow struct {
	webhook.Hook
	Events                                       pq.StringArray
	Created, Changed, OldUntil, Failing, RetryAt stamp
}

func (r hookRow) plain() webhook.Hook {
	h := r.Hook
	h.Events, h.Created, h.Changed, h.OldUntil = r.Events, r.Created.Time, r.Changed.Time, r.OldUntil.Time
	h.Failing, h.RetryAt = r.Failing.Time, r.RetryAt.Time
	return h
}

// Hooks implements webhook.Keeper.
func (d *DB) Hooks(ctx context.Context) ([]webhook.Hook, error) {
	var rows []hookRow
	err := d.q.HookList.SelectContext(ctx, &rows)
	return rowsOf(rows), wrap("webhooks", err)
}

// Hook implements webhook.Keeper.
func (d *DB) Hook(ctx context.Context, id string) (webhook.Hook, error) {
	var row hookRow
	err := d.q.HookOne.GetContext(ctx, &row, clean(id))
	return row.plain(), missing("webhook", "webhook "+id, err)
}

// PutHook implements webhook.Keeper.
func (d *DB) PutHook(ctx context.Context, h webhook.Hook) (webhook.Hook, bool, error) {
	const op = "webhook.put"
	all, err := d.Hooks(ctx)
	if err != nil {
		return webhook.Hook{}, false, err
	}
	if _, err := d.Hook(ctx, h.ID); orchestrator.KindOf(err) == orchestrator.NotFound && len(all) >= webhook.MaxHooks {
		return webhook.Hook{}, false, &orchestrator.Error{Kind: orchestrator.Conflict, Op: op,
			Say: fmt.Sprintf("there are %d webhooks, and no more are possible; delete one first", webhook.MaxHooks)}
	}
	defer d.wanted.forget()
	var made bool
	err = d.q.HookPut.GetContext(ctx, &made, clean(h.ID), clean(h.URL), pq.StringArray(h.Events), h.Person, h.State, now(), h.Secret, d.cell)
	if err != nil {
		return webhook.Hook{}, false, wrap(op, err)
	}
	d.hooked.wake()
	h, err = d.Hook(ctx, h.ID)
	return h, made, err
}

// DeleteHook implements webhook.Keeper.
func (d *DB) DeleteHook(ctx context.Context, id string) error {
	defer d.wanted.forget()
	done, err := d.q.HookDrop.ExecContext(ctx, clean(id))
	return one("webhook.delete", "webhook "+id, done, err)
}

// RotateHook implements webhook.Keeper.
func (d *DB) RotateHook(ctx context.Context, id, secret string, until time.Time) (webhook.Hook, error) {
	done, err := d.q.HookRotate.ExecContext(ctx, clean(id), secret, orNull(until), now())
	if err := one("webhook.rotate", "webhook "+id, done, err); err != nil {
		return webhook.Hook{}, err
	}
	return d.Hook(ctx, id)
}

// one makes NotFound of a statement that touched no row.
func one(op, what string, done interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return wrap(op, err)
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		return none(op, what)
	}
	return wrap(op, err)
}

// Standing implements webhook.Keeper.
func (d *DB) Standing(ctx context.Context, id string) (webhook.Standing, error) {
	var row struct {
		Waiting, Dead int
		Oldest        stamp
	}
	err := d.q.HookStanding.GetContext(ctx, &row, clean(id))
	return webhook.Standing{Waiting: row.Waiting, Dead: row.Dead, Oldest: row.Oldest.Time}, wrap("webhook.standing", err)
}

// DeadDeliveries implements webhook.Keeper.
func (d *DB) DeadDeliveries(ctx context.Context, hook string, before int64, limit int) ([]webhook.Delivery, error) {
	if _, err := d.Hook(ctx, hook); err != nil {
		return nil, err
	}
	var rows []deliveryRow
	err := d.q.DeliveryDead.SelectContext(ctx, &rows, hook, before, page(limit))
	return rowsOf(rows), wrap("webhook.dead", err)
}

// resendMost is how many dead letters one call queues again.
const resendMost = 1000

// ResendDeliveries implements webhook.Keeper.
func (d *DB) ResendDeliveries(ctx context.Context, hook string, ids []int64) (int, error) {
	const op = "webhook.resend"
	if _, err := d.Hook(ctx, hook); err != nil {
		return 0, err
	}
	if ids == nil {
		ids = []int64{}
	}
	done, err := d.q.DeliveryAgain.ExecContext(ctx, hook, pq.Int64Array(ids), resendMost)
	if err != nil {
		return 0, wrap(op, err)
	}
	d.hooked.wake()
	n, err := done.RowsAffected()
	return int(n), wrap(op, err)
}
