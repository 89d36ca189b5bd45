package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/ticket"
)

// ListTickets lists a page of tickets, newest first.
func (s *Server) ListTickets(ctx context.Context, r ListTicketsRequestObject) (ListTicketsResponseObject, error) {
	before, err := readCursor("ticket", r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := s.cfg.Tickets.Tickets(ctx, ticket.Filter{
		State: ticket.State(r.Params.State), Type: r.Params.Type, Interaction: orchestrator.InteractionID(r.Params.Interaction),
		Queue: orchestrator.QueueID(r.Params.Queue), Before: before, Limit: r.Params.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, r.Params.Limit, "ticket", func(t ticket.Ticket) string { return t.Number })
	return ListTickets200JSONResponse{Items: wireAll(rows, ticketWire), NextCursor: next}, nil
}

// GetTicket answers one ticket.
func (s *Server) GetTicket(ctx context.Context, r GetTicketRequestObject) (GetTicketResponseObject, error) {
	t, err := s.cfg.Tickets.Ticket(ctx, r.Ticket)
	if err != nil {
		return nil, err
	}
	out := ticketWire(t)
	way, err := s.way(ctx, t.Interaction)
	if err != nil {
		return nil, err
	}
	out.Attributes = way.attributes
	return GetTicket200JSONResponse{Body: out, Headers: GetTicket200ResponseHeaders{ETag: etag(t.Version)}}, nil
}

// PutTicketState moves a ticket.
func (s *Server) PutTicketState(ctx context.Context, r PutTicketStateRequestObject) (PutTicketStateResponseObject, error) {
	seen := version(r.Params.IfMatch)
	_, err := s.cfg.Tickets.Move(ctx, "", r.Ticket, ticket.State(r.Body.State), seen, from(ctx).key.Name)
	if orchestrator.KindOf(err) == orchestrator.Conflict && seen != 0 {
		return nil, s.changed(ctx, r.Ticket, seen, err)
	}
	if err != nil {
		return nil, err
	}
	t, err := s.cfg.Tickets.Ticket(ctx, r.Ticket) // The answer of Move is kept for repetitions and names no customer.
	if err != nil {
		return nil, err
	}
	return PutTicketState200JSONResponse{Body: ticketWire(t), Headers: PutTicketState200ResponseHeaders{ETag: etag(t.Version)}}, nil
}

// changed tells a client whose version is old (RFC 9110 section 13.1.1) apart from one whose move is not allowed.
func (s *Server) changed(ctx context.Context, number string, seen int64, conflict error) error {
	now, err := s.cfg.Tickets.Ticket(ctx, number)
	if err != nil || now.Version == seen {
		return conflict
	}
	return &refusal{status: http.StatusPreconditionFailed, kind: "changed",
		detail: fmt.Sprintf("the ticket is at version %d and you have seen %d; read it again", now.Version, seen)}
}

// ListComments lists what was noted.
func (s *Server) ListComments(ctx context.Context, r ListCommentsRequestObject) (ListCommentsResponseObject, error) {
	all, err := s.cfg.Tickets.Comments(ctx, r.Ticket)
	if err != nil {
		return nil, err
	}
	return ListComments200JSONResponse{Items: wireAll(all, commentWire)}, nil
}

// AddComment notes something.
func (s *Server) AddComment(ctx context.Context, r AddCommentRequestObject) (AddCommentResponseObject, error) {
	by := from(ctx)
	c, err := s.cfg.Tickets.Comment(ctx, by.once(r.Params.IdempotencyKey), ticket.Comment{Ticket: r.Ticket, Author: by.key.Name, Text: r.Body.Text})
	if err != nil {
		return nil, err
	}
	return AddComment201JSONResponse(commentWire(c)), nil
}

// GetHistory lists every change.
func (s *Server) GetHistory(ctx context.Context, r GetHistoryRequestObject) (GetHistoryResponseObject, error) {
	all, err := s.cfg.Tickets.History(ctx, r.Ticket)
	if err != nil {
		return nil, err
	}
	return GetHistory200JSONResponse{Items: wireAll(all, func(c ticket.Change) Change {
		return Change{Field: c.Field, From: c.From, To: c.To, By: c.By, At: c.At.UTC()}
	})}, nil
}

func ticketWire(t ticket.Ticket) Ticket {
	return Ticket{
		Number: t.Number, Type: t.Type, Fields: TicketFields(t.Fields), Interaction: string(t.Interaction), Queue: string(t.Queue), Agent: string(t.Agent), Customer: t.Customer,
		Subject: t.Subject, Disposition: t.Disposition, Score: t.Score, FollowUp: t.FollowUp(), State: TicketState(t.State), Version: t.Version, Opened: t.Opened.UTC(), Changed: t.Changed.UTC(),
	}
}

func commentWire(c ticket.Comment) Comment {
	return Comment{ID: c.ID, Author: c.Author, Text: c.Text, At: c.At.UTC()}
}

// etag is the version of a ticket as HTTP writes it.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// version reads it again; 0 is "whatever it is now". The document has checked the form.
func version(ifMatch string) int64 {
	v, err := strconv.ParseInt(strings.Trim(ifMatch, `"`), 10, 64)
	if err != nil {
		return 0 // "*" or nothing.
	}
	return v
}
