package api

import (
	"context"
	"net/http"
	"strconv"

	"tandem/orchestrator/desk/notify"
)

// ListMessages lists a page of SMS, newest first.
func (s *Server) ListMessages(ctx context.Context, r ListMessagesRequestObject) (ListMessagesResponseObject, error) {
	key, err := readCursor("message", r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	var before int64
	if key != "" {
		if before, err = strconv.ParseInt(key, 10, 64); err != nil || before < 1 {
			return nil, wrongField(http.StatusBadRequest, "malformed", "cursor", "is not one that this list gave; leave it out to begin at the newest")
		}
	}
	rows, err := s.cfg.Messages.Messages(ctx, notify.Filter{
		State: notify.State(r.Params.State), Ticket: r.Params.Ticket, Before: before, Limit: r.Params.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, r.Params.Limit, "message", func(m notify.SMS) string { return strconv.FormatInt(m.ID, 10) })
	return ListMessages200JSONResponse{Items: wireAll(rows, messageWire), NextCursor: next}, nil
}

func messageWire(m notify.SMS) Message {
	return Message{
		ID: m.ID, Channel: MessageChannelSms, To: m.To, Text: m.Text, Interaction: string(m.Interaction), Ticket: m.Ticket, State: MessageState(m.State),
		Attempts: m.Attempts, Why: m.Why, Created: m.Created.UTC(), Sent: m.SentAt.UTC(),
	}
}
