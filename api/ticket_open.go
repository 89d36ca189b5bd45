package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/fact"
)

// OpenTicket opens a ticket that no call asked for.
func (s *Server) OpenTicket(ctx context.Context, r OpenTicketRequestObject) (OpenTicketResponseObject, error) {
	k := ticket.Ticket{
		Subject: r.Body.Subject, Type: r.Body.Type, Queue: orchestrator.QueueID(r.Body.Queue), Customer: r.Body.Customer, State: ticket.Open,
	}
	if strings.TrimSpace(k.Subject) == "" {
		return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "subject", "is blank; write what it is about")
	}
	types, err := s.cfg.Tickets.TicketTypes(ctx)
	if err != nil {
		return nil, err
	}
	if k.Fields, err = fields(types, k, r.Body.Fields); err != nil {
		return nil, err
	}
	queue := view.Queue{}
	if k.Queue != "" {
		queue, err = s.cfg.Views.Queue(ctx, k.Queue)
		switch {
		case orchestrator.KindOf(err) == orchestrator.NotFound:
			return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "queue", fmt.Sprintf("there is no queue %q", k.Queue))
		case err != nil:
			return nil, err
		}
	}
	by := from(ctx)
	k, err = s.cfg.Tickets.Open(ctx, by.once(r.Params.IdempotencyKey), k, noticeFor(k.Customer, r.Body.Notify, queue))
	if err != nil {
		return nil, err
	}
	return OpenTicket201JSONResponse{Body: ticketWire(k), Headers: OpenTicket201ResponseHeaders{ETag: etag(k.Version)}}, nil
}

// noticeFor makes the text about a new ticket; nil when the customer is told nothing.
func noticeFor(customer string, wanted bool, q view.Queue) func(number string) notify.SMS {
	if !wanted || !orchestrator.Textable(customer) || q.Tickets == fact.TicketNever {
		return nil
	}
	return func(number string) notify.SMS {
		text := fmt.Sprintf("Your service number is %s.", number)
		if q.Number != "" {
			text += fmt.Sprintf(" For more on this, ring %s.", q.Number)
		}
		return notify.SMS{To: customer, Text: text}
	}
}

// fields puts what a client wrote over the fields that a ticket has.
func fields(types []ticket.Type, k ticket.Ticket, values map[string]any) (ticket.Values, error) {
	if k.Type == "" {
		for name := range values {
			return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "fields."+printable(name), "is there without a type; name the type")
		}
		return nil, nil
	}
	i := slices.IndexFunc(types, func(t ticket.Type) bool { return t.ID == k.Type })
	if i < 0 {
		return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "type", fmt.Sprintf("there is no ticket type %q", k.Type))
	}
	return types[i].Write(k.Fields, values)
}

// AmendTicket changes subject, type and fields.
func (s *Server) AmendTicket(ctx context.Context, r AmendTicketRequestObject) (AmendTicketResponseObject, error) {
	seen, body := version(r.Params.IfMatch), r.Body
	if body.Subject != "" && strings.TrimSpace(body.Subject) == "" {
		return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "subject", "is blank; write what it is about")
	}
	types, err := s.cfg.Tickets.TicketTypes(ctx) // Before: what changes the ticket runs within a transaction.
	if err != nil {
		return nil, err
	}
	k, err := s.cfg.Tickets.Amend(ctx, r.Ticket, seen, from(ctx).key.Name, func(k ticket.Ticket) (ticket.Ticket, error) {
		if body.Subject != "" {
			k.Subject = body.Subject
		}
		if body.Type != "" && body.Type != k.Type {
			k.Type, k.Fields = body.Type, nil
		}
		if body.Type == "" && len(body.Fields) == 0 {
			return k, nil // A type that is gone, or asks for more now, is no reason to refuse a subject.
		}
		var err error
		k.Fields, err = fields(types, k, body.Fields)
		return k, err
	})
	if orchestrator.KindOf(err) == orchestrator.Conflict && seen != 0 {
		return nil, s.changed(ctx, r.Ticket, seen, err)
	}
	if err != nil {
		return nil, err
	}
	return AmendTicket200JSONResponse{Body: ticketWire(k), Headers: AmendTicket200ResponseHeaders{ETag: etag(k.Version)}}, nil
}

// MoveTickets moves many tickets, each for itself.
func (s *Server) MoveTickets(ctx context.Context, r MoveTicketsRequestObject) (MoveTicketsResponseObject, error) {
	by := from(ctx)
	var out BulkResult
	for i, item := range r.Body.Items {
		_, err := s.cfg.Tickets.Move(ctx, by.onceOf(r.Params.IdempotencyKey, i), item.Ticket, ticket.State(item.State), item.Version, by.key.Name)
		out.add(item.Ticket, err)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return MoveTickets200JSONResponse(out), nil
}

// add says of one what became of it.
func (b *BulkResult) add(id string, err error) {
	if err == nil {
		b.Done++
		b.Items = append(b.Items, BulkItem{ID: id, Status: http.StatusOK})
		return
	}
	b.Failed++
	r := refuse(err)
	b.Items = append(b.Items, BulkItem{ID: id, Status: r.status, Says: r.detail})
}
