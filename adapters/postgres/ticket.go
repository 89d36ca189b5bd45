package postgres

import (
	"context"
	"time"

	"tandem/orchestrator/desk/ticket"
)

var _ ticket.Desk = (*DB)(nil)

// Ticket implements ticket.Desk.
func (d *DB) Ticket(ctx context.Context, number string) (ticket.Ticket, error) {
	var row ticketRow
	err := d.q.TicketOne.GetContext(ctx, &row, clean(number))
	return row.plain(), missing("ticket", "ticket "+number, err)
}

// Tickets implements ticket.Desk.
func (d *DB) Tickets(ctx context.Context, f ticket.Filter) ([]ticket.Ticket, error) {
	if err := pageAfter(ctx, "tickets", f.Before, d.Ticket); err != nil {
		return nil, err
	}
	var rows []ticketRow
	err := d.q.TicketList.SelectContext(ctx, &rows, f.State, f.Interaction, f.Queue, f.Before, page(f.Limit), f.Type)
	return rowsOf(rows), wrap("tickets", err)
}

type commentRow struct {
	ticket.Comment
	At stamp
}

func (r commentRow) plain() ticket.Comment {
	r.Comment.At = r.At.Time
	return r.Comment
}

// Comments implements ticket.Desk.
func (d *DB) Comments(ctx context.Context, number string) ([]ticket.Comment, error) {
	if _, err := d.Ticket(ctx, number); err != nil {
		return nil, err
	}
	var rows []commentRow
	err := d.q.CommentList.SelectContext(ctx, &rows, number)
	return rowsOf(rows), wrap("ticket.comments", err)
}

type changeRow struct {
	ticket.Change
	At stamp
}

func (r changeRow) plain() ticket.Change {
	r.Change.At = r.At.Time
	return r.Change
}

// History implements ticket.Desk.
func (d *DB) History(ctx context.Context, number string) ([]ticket.Change, error) {
	if _, err := d.Ticket(ctx, number); err != nil {
		return nil, err
	}
	var rows []changeRow
	err := d.q.TicketChangeList.SelectContext(ctx, &rows, number)
	return rowsOf(rows), wrap("ticket.history", err)
}

// Comment implements ticket.Desk. What is kept for a repetition is the comment's ID, so that an erased text stays erased.
func (d *DB) Comment(ctx context.Context, key string, c ticket.Comment) (ticket.Comment, error) {
	const op = "ticket.comment"
	if err := ticket.CheckComment(c); err != nil {
		return ticket.Comment{}, err
	}
	id, err := once(ctx, d, op, key, []string{c.Ticket, c.Author, c.Text}, func(t *Tx) (int64, error) {
		c.At = now()
		added, err := t.addComment(ctx, c)
		return added.ID, missing(op, "ticket "+c.Ticket, err)
	})
	if err != nil {
		return ticket.Comment{}, err
	}
	var row commentRow
	err = d.q.CommentOne.GetContext(ctx, &row, id)
	return row.plain(), missing(op, "comment of that key any more", err)
}

// Move implements ticket.Desk.
func (d *DB) Move(ctx context.Context, key, number string, to ticket.State, version int64, by string) (ticket.Ticket, error) {
	const op = "ticket.move"
	moved, err := once(ctx, d, op, key, []any{number, to, version, by}, func(t *Tx) (ticket.Ticket, error) {
		var row ticketRow
		if err := t.get(ctx, &row, d.q.TicketLock, clean(number)); err != nil {
			return ticket.Ticket{}, missing(op, "ticket "+number, err)
		}
		k := row.plain()
		if err := ticket.CheckMove(k.State, to, k.Version, version); err != nil {
			return ticket.Ticket{}, err
		}
		if k.State != to {
			at := now()
			if _, err := t.run(ctx, d.q.TicketMove, number, to, at); err != nil {
				return ticket.Ticket{}, err
			}
			if err := t.changed(ctx, number, ticket.Change{Field: "state", From: string(k.State), To: string(to), By: by, At: at}); err != nil {
				return ticket.Ticket{}, err
			}
			k.State, k.Version, k.Changed = to, k.Version+1, at
		}
		k.Customer, k.Fields, k.Subject = "", nil, ""
		return k, nil
	})
	if err != nil {
		return ticket.Ticket{}, err
	}
	// What can be erased is not kept with the answer: it is what it is now.
	current, err := d.Ticket(ctx, number)
	moved.Customer, moved.Fields, moved.Subject = current.Customer, current.Fields, current.Subject
	return moved, err
}

// now is the time of a client's change: UTC, microseconds, as the database keeps it.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
