package postgres

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/webhook"
)

// ticketRow is a ticket as the queries ticket_… answer it.
type ticketRow struct {
	ticket.Ticket
	Fields          []byte
	Opened, Changed stamp
}

func (r ticketRow) plain() ticket.Ticket {
	t := r.Ticket
	t.Opened, t.Changed, t.Fields = r.Opened.Time, r.Changed.Time, valuesOf(r.Fields)
	return t
}

// OpenTicket implements ticket.Tx. A number that is drawn for a call that has its ticket already is not used.
func (t *Tx) OpenTicket(ctx context.Context, k ticket.Ticket) (ticket.Ticket, bool, error) {
	const op = "ticket.open"
	var n int64
	if err := t.get(ctx, &n, t.d.q.TicketNext); err != nil {
		return ticket.Ticket{}, false, wrap(op, err)
	}
	var row ticketRow
	t.wrote = true
	err := t.get(ctx, &row, t.d.q.TicketOpen, n, ticket.Number(n), k.Interaction, k.Queue, k.Agent, clean(k.Customer), clean(k.Subject),
		k.State, k.Opened.UTC(), k.Type, valuesText(k.Fields))
	if err == nil {
		return row.plain(), true, wrap(op, t.tellTicket(ctx, webhook.TicketOpened, row.Number, k.Opened))
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return ticket.Ticket{}, false, wrap(op, err)
	}
	there, err := t.ticketOf(ctx, k.Interaction)
	return there, false, wrap(op, err)
}

func (t *Tx) ticketOf(ctx context.Context, id orchestrator.InteractionID) (ticket.Ticket, error) {
	var row ticketRow
	err := t.get(ctx, &row, t.d.q.TicketOf, id)
	return row.plain(), err
}

// DisposeTicket implements ticket.Tx.
func (t *Tx) DisposeTicket(ctx context.Context, id orchestrator.InteractionID, by orchestrator.AgentID, disposition, notes string, at time.Time) error {
	const op = "ticket.dispose"
	if disposition == "" && notes == "" {
		return nil // Most after-call work says nothing, and the ticket need not be asked for.
	}
	k, err := t.ticketOf(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return wrap(op, err)
	}
	if disposition = clean(disposition); disposition != "" && disposition != k.Disposition {
		if _, err := t.run(ctx, t.d.q.TicketDispose, k.Number, disposition, at.UTC()); err != nil {
			return wrap(op, err)
		}
		if err := t.changed(ctx, k.Number, ticket.Change{Field: "disposition", From: k.Disposition, To: disposition, By: string(by), At: at}); err != nil {
			return wrap(op, err)
		}
	}
	if notes != "" {
		_, err = t.addComment(ctx, ticket.Comment{Ticket: k.Number, Author: string(by), Text: notes, At: at})
	}
	return wrap(op, err)
}

// TakeTicket implements ticket.Tx.
func (t *Tx) TakeTicket(ctx context.Context, id orchestrator.InteractionID, by orchestrator.AgentID, queue orchestrator.QueueID, at time.Time) error {
	const op = "ticket.take"
	k, err := t.ticketOf(ctx, id)
	if errors.Is(err, sql.ErrNoRows) || err == nil && k.Agent != "" {
		return nil
	}
	if err == nil {
		_, err = t.run(ctx, t.d.q.TicketTake, k.Number, by, queue, at.UTC())
	}
	if err == nil {
		err = t.changed(ctx, k.Number, ticket.Change{Field: "agent", To: string(by), By: string(by), At: at})
	}
	return wrap(op, err)
}

// RateTicket implements ticket.Tx.
func (t *Tx) RateTicket(ctx context.Context, id orchestrator.InteractionID, score int, at time.Time) error {
	const op = "ticket.rate"
	k, err := t.ticketOf(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return wrap(op, err)
	}
	words, err := t.surveyWords(ctx, id)
	r, changes := k.Rate(score, words)
	if err != nil || !changes {
		return wrap(op, err)
	}
	state := k.State
	if r.Reopen {
		state = ticket.Open
	}
	if _, err := t.run(ctx, t.d.q.TicketRate, k.Number, score, state, at.UTC()); err != nil {
		return wrap(op, err)
	}
	if r.Reopen {
		if err := t.changed(ctx, k.Number, ticket.Change{Field: "state", From: string(k.State), To: string(state), By: ticket.By, At: at}); err != nil {
			return wrap(op, err)
		}
	}
	err = t.changed(ctx, k.Number, ticket.Change{Field: "score", To: strconv.Itoa(score), By: ticket.By, At: at})
	if err == nil && r.Note != "" {
		_, err = t.addComment(ctx, ticket.Comment{Ticket: k.Number, Author: ticket.By, Text: r.Note, At: at})
	}
	return wrap(op, err)
}

// changed adds a row to the history of a ticket, which has its new version already.
func (t *Tx) changed(ctx context.Context, number string, c ticket.Change) error {
	if _, err := t.run(ctx, t.d.q.TicketChangeAdd, number, c.Field, c.From, c.To, clean(c.By), c.At.UTC()); err != nil {
		return err
	}
	return t.tellTicket(ctx, webhook.TicketChanged, number, c.At)
}

// addComment returns the comment with its ID; sql.ErrNoRows when there is no such ticket.
func (t *Tx) addComment(ctx context.Context, c ticket.Comment) (ticket.Comment, error) {
	t.wrote = true
	c.Author, c.Text, c.At = clean(c.Author), clean(c.Text), c.At.UTC()
	err := t.get(ctx, &c.ID, t.d.q.CommentAdd, clean(c.Ticket), c.Author, c.Text, c.At)
	return c, err
}
