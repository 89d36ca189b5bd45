package postgres

import (
	"context"
	"strconv"

	"tandem/orchestrator/desk/notify"
)

// ResendSMS implements notify.Inbox.
func (d *DB) ResendSMS(ctx context.Context, id int64) (m notify.SMS, err error) {
	const op = "sms.resend"
	err = d.transact(ctx, op, func(t *Tx) error {
		var row smsRow
		if err := t.get(ctx, &row, d.q.SmsOne, id); err != nil {
			return missing(op, "message "+strconv.FormatInt(id, 10), err)
		}
		if err := notify.CheckResend(row.plain()); err != nil {
			return err
		}
		if row.State == notify.Undelivered {
			if _, err := t.run(ctx, d.q.SmsPartDrop, id); err != nil {
				return err
			}
		}
		if _, err := t.run(ctx, d.q.SmsAgain, id); err != nil {
			return err
		}
		t.queued = true
		if err := t.get(ctx, &row, d.q.SmsOne, id); err != nil {
			return err
		}
		m = row.plain()
		return nil
	})
	return m, err
}
