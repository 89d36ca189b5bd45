package api

import (
	"context"
	"net/http"
	"strconv"

	"tandem/orchestrator/desk/notify"
)

// ListMessages lists a page of SMS, newest first.
func (s *Server) ListMessages(ctx context.Context, r ListMessagesRequestObject) (ListMessagesResponseObject, error) {
	before, err := readNumber("message", r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := s.cfg.Messages.Messages(ctx, notify.Filter{
		State: notify.State(r.Params.State), Ticket: r.Params.Ticket, Before: before, Limit: r.Params.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, r.Params.Limit, "message", func(m notify.SMS) string { return number(m.ID) })
	return ListMessages200JSONResponse{Items: wireAll(rows, messageWire), NextCursor: next}, nil
}

// readNumber reads the cursor of a list whose rows have numbers; 0 for none.
func readNumber(kind, cursor string) (int64, error) {
	key, err := readCursor(kind, cursor)
	if err != nil || key == "" {
		return 0, err
	}
	n, err := strconv.ParseInt(key, 10, 64)
	if err != nil || n < 1 {
		return 0, wrongField(http.StatusBadRequest, "malformed", "cursor", "is not one that this list gave; leave it out to begin at the newest")
	}
	return n, nil
}

func number(id int64) string { return strconv.FormatInt(id, 10) }

func messageWire(m notify.SMS) Message {
	return Message{
		ID: m.ID, Channel: MessageChannelSms, To: m.To, Text: notify.Veiled(m.Text), Interaction: string(m.Interaction), Ticket: m.Ticket, State: MessageState(m.State),
		Attempts: m.Attempts, Why: m.Why, Class: MessageClass(m.Class), Route: m.Route, Parts: m.Parts, Refs: m.Refs,
		Created: m.Created.UTC(), Sent: m.SentAt.UTC(), Receipt: m.ReceiptAt.UTC(),
	}
}
