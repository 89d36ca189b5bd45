package postgres

import (
	"context"
	"sort"
	"time"

	"tandem/orchestrator/desk/notify"
)

var (
	_ notify.Outbox = (*DB)(nil)
	_ notify.Reader = (*DB)(nil)
)

type smsRow struct {
	notify.SMS
	Created, SentAt stamp
}

func (r smsRow) plain() notify.SMS {
	m := r.SMS
	m.Created, m.SentAt = r.Created.Time, r.SentAt.Time
	return m
}

// QueueSMS implements notify.Tx.
func (t *Tx) QueueSMS(ctx context.Context, m notify.SMS) error {
	_, err := t.run(ctx, t.d.q.SmsQueue, m.Key, clean(m.To), clean(m.Text), m.Interaction, m.Ticket, m.Created.UTC())
	return wrap("sms.queue", err)
}

// ClaimSMS implements notify.Outbox.
func (d *DB) ClaimSMS(ctx context.Context, n int, lease time.Duration) ([]notify.SMS, error) {
	var rows []smsRow
	if err := d.q.SmsClaim.SelectContext(ctx, &rows, page(n), lease.Microseconds()); err != nil {
		return nil, wrap("sms.claim", err)
	}
	out := rowsOf(rows)
	sort.Slice(out, func(a, b int) bool { return out[a].ID < out[b].ID }) // An update returns in no order.
	return out, nil
}

// SettleSMS implements notify.Outbox. A message that is settled already stays as it is.
func (d *DB) SettleSMS(ctx context.Context, id int64, why string, retry time.Time) error {
	state := notify.Sent
	switch {
	case why != "" && retry.IsZero():
		state = notify.Failed
	case why != "":
		state = notify.Queued
	}
	_, err := d.q.SmsSettle.ExecContext(ctx, id, state, clean(why), orNull(retry))
	return wrap("sms.settle", err)
}

// Messages implements notify.Reader.
func (d *DB) Messages(ctx context.Context, f notify.Filter) ([]notify.SMS, error) {
	var rows []smsRow
	err := d.q.SmsList.SelectContext(ctx, &rows, f.State, f.Ticket, f.Before, page(f.Limit))
	return rowsOf(rows), wrap("sms", err)
}
