package postgres

import (
	"context"
	"database/sql"
	"errors"
	"sort"
	"time"

	"github.com/lib/pq"

	"tandem/orchestrator/desk/notify"
)

var (
	_ notify.Outbox = (*DB)(nil)
	_ notify.Reader = (*DB)(nil)
)

type smsRow struct {
	notify.SMS
	Refs                       pq.StringArray
	Created, SentAt, ReceiptAt stamp
}

func (r smsRow) plain() notify.SMS {
	m := r.SMS
	m.Refs, m.Created, m.SentAt, m.ReceiptAt = r.Refs, r.Created.Time, r.SentAt.Time, r.ReceiptAt.Time
	return m
}

// QueueSMS implements notify.Tx.
func (t *Tx) QueueSMS(ctx context.Context, m notify.SMS) error {
	t.queued = true
	_, err := t.run(ctx, t.d.q.SmsQueue, m.Key, m.Class, clean(m.To), clean(m.Text), m.Interaction, m.Ticket, m.Created.UTC())
	return wrap("sms.queue", err)
}

// ClaimSMS implements notify.Outbox.
func (d *DB) ClaimSMS(ctx context.Context, n int, lease time.Duration) ([]notify.SMS, error) {
	var rows []smsRow
	if err := d.q.SmsClaim.SelectContext(ctx, &rows, page(n), lease.Microseconds(), d.opened()); err != nil {
		return nil, wrap("sms.claim", err)
	}
	out := rowsOf(rows)
	sort.Slice(out, func(a, b int) bool { return out[a].ID < out[b].ID }) // An update returns in no order.
	return out, nil
}

// MadeSMS implements notify.Outbox.
func (d *DB) MadeSMS(ctx context.Context, m notify.SMS, span time.Duration, numbers, beginnings []string) (made notify.Made, err error) {
	like := make(pq.StringArray, len(beginnings))
	for i, b := range beginnings {
		like[i] = clean(b) + "%"
	}
	err = d.q.SmsMade.GetContext(ctx, &made, m.ID, m.Created.UTC(), span.Microseconds(), pq.StringArray(numbers), like)
	return made, wrap("sms.made", err)
}

// LeaveSMS implements notify.Outbox.
func (d *DB) LeaveSMS(ctx context.Context, m notify.SMS, lease time.Duration) (bool, error) {
	var state notify.State
	err := d.q.SmsLeave.GetContext(ctx, &state, m.ID, m.Attempts, m.Route, m.Parts, clean(m.To), lease.Microseconds())
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return state == notify.Sending, wrap("sms.leave", err)
}

// SettleSMS implements notify.Outbox.
func (d *DB) SettleSMS(ctx context.Context, m notify.SMS, due time.Time) error {
	const op = "sms.settle"
	settle := []any{m.ID, m.State, clean(m.Why), m.Route, m.Parts, orNull(due), m.Attempts}
	if len(m.Refs) == 0 && m.State != notify.Unsure { // A receipt may have come for what is unsure.
		_, err := d.q.SmsSettle.ExecContext(ctx, settle...)
		return wrap(op, err)
	}
	return d.transact(ctx, op, func(t *Tx) error {
		for i, ref := range m.Refs { // Before the message, in the order in which a receipt takes them: else they wait for each other.
			if _, err := t.run(ctx, d.q.SmsPartTaken, m.Route, clean(ref), m.ID, i+1); err != nil {
				return err
			}
		}
		if _, err := t.run(ctx, d.q.SmsSettle, settle...); err != nil {
			return err
		}
		_, err := t.run(ctx, d.q.SmsReceipt, m.ID)
		return err
	})
}

// Messages implements notify.Reader.
func (d *DB) Messages(ctx context.Context, f notify.Filter) ([]notify.SMS, error) {
	var rows []smsRow
	err := d.q.SmsList.SelectContext(ctx, &rows, f.State, f.Ticket, f.Before, page(f.Limit))
	return rowsOf(rows), wrap("sms", err)
}

// WaitingSMS counts the messages that are to be sent.
func (d *DB) WaitingSMS(ctx context.Context) (n int, err error) {
	err = d.q.SmsWaiting.GetContext(ctx, &n)
	return n, wrap("sms.waiting", err)
}
