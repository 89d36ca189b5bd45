package postgres

import (
	"context"
	"database/sql"
	"errors"

	"tandem/orchestrator/desk/notify"
)

var _ notify.Inbox = (*DB)(nil)

// KeepReceipt implements notify.Inbox. The part's row is what a receipt and the answer to the part meet at: whoever comes
// second waits there for the first and sees what it wrote.
func (d *DB) KeepReceipt(ctx context.Context, r notify.Receipt) error {
	return d.transact(ctx, "sms.receipt", func(t *Tx) error {
		var id int64
		if err := t.get(ctx, &id, d.q.SmsPartTold, r.Route, clean(r.Ref), r.State, clean(r.Why)); err != nil {
			return err
		}
		if id == 0 && r.Message >= 0 {
			err := t.get(ctx, &id, d.q.SmsPartDoubted, r.Route, clean(r.Ref), r.Message)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		if id == 0 {
			return nil
		}
		if err := t.get(ctx, &id, d.q.SmsLock, id); err != nil {
			return err
		}
		_, err := t.run(ctx, d.q.SmsReceipt, id)
		return err
	})
}

// KeepText implements notify.Inbox.
func (d *DB) KeepText(ctx context.Context, x notify.Text, meaning func(string) notify.Meaning) error {
	x.From, x.To, x.Text = clean(x.From), clean(x.To), clean(x.Text)
	return d.transact(ctx, "sms.text", func(t *Tx) error {
		if x.Joint.Total > 1 {
			return t.joinText(ctx, x, meaning)
		}
		m := meaning(x.Text)
		n, err := t.run(ctx, d.q.SmsTextPut, x.Key, x.Route, x.From, x.To, x.Text, m.Word, x.Received.UTC())
		if err != nil || n == 0 {
			return err
		}
		return t.follow(ctx, x, m)
	})
}

// joinText keeps one part, and the whole when it was the last one missing.
func (t *Tx) joinText(ctx context.Context, x notify.Text, meaning func(string) notify.Meaning) error {
	if _, err := t.run(ctx, t.d.q.SmsTextOpen, x.Route, x.From, x.To, x.Joint.Ref, x.Joint.Total, x.Received.UTC()); err != nil {
		return err
	}
	var row struct {
		ID    int64
		Text  string
		Whole bool
	}
	err := t.get(ctx, &row, t.d.q.SmsTextJoin, x.Route, x.From, x.To, x.Joint.Ref, x.Joint.Total, x.Joint.Part, x.Text)
	if err != nil || !row.Whole {
		return err
	}
	x.Text = row.Text
	m := meaning(x.Text)
	if _, err := t.run(ctx, t.d.q.SmsTextWhole, row.ID, x.Text, m.Word); err != nil {
		return err
	}
	return t.follow(ctx, x, m)
}

// follow does what a text means.
func (t *Tx) follow(ctx context.Context, x notify.Text, m notify.Meaning) (err error) {
	switch m.Word {
	case notify.Stop:
		_, err = t.run(ctx, t.d.q.SmsOptoutPut, x.From, x.Text)
	case notify.Start:
		_, err = t.run(ctx, t.d.q.SmsOptoutDrop, x.From)
	}
	if err != nil || m.Reply.Text == "" {
		return err
	}
	return t.QueueSMS(ctx, m.Reply)
}

// SetOptOut implements notify.Inbox.
func (d *DB) SetOptOut(ctx context.Context, number string, out bool) error {
	var err error
	if out {
		_, err = d.q.SmsOptoutPut.ExecContext(ctx, clean(number), "")
	} else {
		_, err = d.q.SmsOptoutDrop.ExecContext(ctx, clean(number))
	}
	return wrap("sms.optout", err)
}

type textRow struct {
	notify.Text
	Received stamp
}

func (r textRow) plain() notify.Text {
	x := r.Text
	x.Received = r.Received.Time
	return x
}

// Texts implements notify.Reader.
func (d *DB) Texts(ctx context.Context, before int64, limit int) ([]notify.Text, error) {
	var rows []textRow
	err := d.q.SmsTextList.SelectContext(ctx, &rows, before, page(limit))
	return rowsOf(rows), wrap("sms.texts", err)
}

type optOutRow struct {
	notify.OptOut
	Since stamp
}

func (r optOutRow) plain() notify.OptOut {
	o := r.OptOut
	o.Since = r.Since.Time
	return o
}

// OptOuts implements notify.Reader.
func (d *DB) OptOuts(ctx context.Context, after string, limit int) ([]notify.OptOut, error) {
	var rows []optOutRow
	err := d.q.SmsOptoutList.SelectContext(ctx, &rows, after, page(limit))
	return rowsOf(rows), wrap("sms.optouts", err)
}
