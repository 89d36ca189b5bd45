package postgres

import (
	"context"
	"encoding/json"

	"github.com/lib/pq"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/ticket"
)

// valuesText writes the fields of a ticket.
func valuesText(v ticket.Values) string {
	if text, err := json.Marshal(v); err == nil && len(v) > 0 {
		return clean(string(text))
	}
	return "{}"
}

// valuesOf reads them again; nil for none.
func valuesOf(text []byte) ticket.Values {
	var v ticket.Values
	if json.Unmarshal(text, &v) != nil || len(v) == 0 {
		return nil
	}
	return v
}

type typeRow struct {
	ID, Name string
	Queues   pq.StringArray
	Fields   []byte
	Version  int64
}

func (r typeRow) plain() ticket.Type {
	t := ticket.Type{ID: r.ID, Name: r.Name, Version: r.Version}
	_ = json.Unmarshal(r.Fields, &t.Fields) // We wrote it.
	for _, q := range r.Queues {
		t.Queues = append(t.Queues, orchestrator.QueueID(q))
	}
	return t
}

// TicketTypes implements ticket.Desk.
func (d *DB) TicketTypes(ctx context.Context) ([]ticket.Type, error) {
	var rows []typeRow
	err := d.q.TicketTypeList.SelectContext(ctx, &rows)
	return rowsOf(rows), wrap("ticket.types", err)
}

// TicketTypes implements ticket.Tx.
func (t *Tx) TicketTypes(ctx context.Context) ([]ticket.Type, error) {
	var rows []typeRow
	err := t.list(ctx, &rows, t.d.q.TicketTypeList)
	return rowsOf(rows), wrap("ticket.types", err)
}

// PutType implements ticket.Desk.
func (d *DB) PutType(ctx context.Context, k ticket.Type) (ticket.Type, error) {
	const op = "ticket.type"
	err := d.transact(ctx, op, func(t *Tx) error {
		others, err := t.TicketTypes(ctx)
		if err != nil {
			return err
		}
		if err := ticket.CheckType(k, others); err != nil {
			return err
		}
		fields, err := json.Marshal(k.Fields)
		if err != nil {
			return invalid(op, "the fields cannot be written")
		}
		queues := pq.StringArray{}
		for _, q := range k.Queues {
			queues = append(queues, string(q))
		}
		t.wrote = true
		return t.get(ctx, &k.Version, d.q.TicketTypePut, clean(k.ID), clean(k.Name), queues, clean(string(fields)))
	})
	return k, err
}

// DeleteType implements ticket.Desk.
func (d *DB) DeleteType(ctx context.Context, id string) error {
	done, err := d.q.TicketTypeDrop.ExecContext(ctx, clean(id))
	return one("ticket.type", "ticket type "+id, done, err)
}

// Open implements ticket.Desk. What is kept for a repetition is the number.
func (d *DB) Open(ctx context.Context, key string, k ticket.Ticket, notice func(number string) notify.SMS) (ticket.Ticket, error) {
	number, err := once(ctx, d, "ticket.open", key, []any{k, notice != nil}, func(t *Tx) (string, error) {
		k.Opened = now()
		opened, _, err := t.OpenTicket(ctx, k)
		if err == nil && notice != nil {
			err = t.QueueSMS(ctx, noticeOf(notice(opened.Number), opened))
		}
		return opened.Number, err
	})
	if err != nil {
		return ticket.Ticket{}, err
	}
	return d.Ticket(ctx, number)
}

// noticeOf completes the text about a new ticket, of which there is one.
func noticeOf(m notify.SMS, k ticket.Ticket) notify.SMS {
	m.Key, m.Ticket, m.Created = "ticket.opened:"+k.Number, k.Number, k.Opened
	return m
}

// Amend implements ticket.Desk.
func (d *DB) Amend(ctx context.Context, number string, version int64, by string, change func(ticket.Ticket) (ticket.Ticket, error)) (ticket.Ticket, error) {
	const op = "ticket.amend"
	err := d.transact(ctx, op, func(t *Tx) error {
		var row ticketRow
		if err := t.get(ctx, &row, d.q.TicketLock, clean(number)); err != nil {
			return missing(op, "ticket "+number, err)
		}
		was := row.plain()
		if err := ticket.CheckMove(was.State, was.State, was.Version, version); err != nil {
			return err
		}
		is, err := change(was)
		if err != nil {
			return err
		}
		changes := ticket.Changes(was, is, by, now())
		if len(changes) == 0 {
			return nil
		}
		if _, err := t.run(ctx, d.q.TicketAmend, number, clean(is.Subject), is.Type, valuesText(is.Fields), changes[0].At); err != nil {
			return err
		}
		for _, c := range changes {
			if err := t.changed(ctx, number, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return ticket.Ticket{}, err
	}
	return d.Ticket(ctx, number)
}
