package trace

import (
	"context"
	"time"

	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/ticket"
)

// Desk is what the desk tells of an interaction.
type Desk interface {
	Tickets(ctx context.Context, f ticket.Filter) ([]ticket.Ticket, error)
	Messages(ctx context.Context, f notify.Filter) ([]notify.SMS, error)
}

const (
	deskTime = time.Second // a slow desk costs a trace its ticket, nothing else
	maxTexts = 20          // of one ticket
)

// Complete adds the ticket of an interaction, and the texts that were sent about it so far.
func Complete(desk Desk, cell string) func(ctx context.Context, t Trace) Trace {
	return func(ctx context.Context, t Trace) Trace {
		ctx, cancel := context.WithTimeout(ctx, deskTime)
		defer cancel()
		tickets, err := desk.Tickets(ctx, ticket.Filter{Interaction: t.Interaction, Limit: 1})
		if err != nil || len(tickets) == 0 {
			return t
		}
		k := tickets[0]
		root := t.Spans[0]
		at := Span{ID: spanOf(cell, t.Interaction, "ticket", k.Number), Parent: root.ID, Name: "ticket", Start: k.Opened, End: k.Opened}
		at.set(text("ticket", k.Number), text("type", k.Type), text("queue", k.Queue), text("agent", k.Agent))
		t.Spans = append(t.Spans[:len(t.Spans):len(t.Spans)], at)
		texts, err := desk.Messages(ctx, notify.Filter{Ticket: k.Number, Limit: maxTexts})
		if err != nil {
			return t
		}
		for _, m := range texts {
			if m.Interaction != t.Interaction {
				continue // It was sent about the ticket later.
			}
			t.Spans = append(t.Spans, sms(cell, t, at.ID, m))
		}
		return t
	}
}

// sms is a text from the moment it was asked for to the moment the network took it, as far as that is known.
func sms(cell string, t Trace, parent SpanID, m notify.SMS) Span {
	s := Span{ID: spanOf(cell, t.Interaction, "sms", m.Key), Parent: parent, Name: "sms", Start: m.Created, End: m.Created}
	if !m.SentAt.IsZero() {
		s.End = m.SentAt
	}
	s.set(text("ticket", m.Ticket), text("ending", m.State), text("route", m.Route), number("attempts", m.Attempts))
	if m.State == notify.Failed || m.State == notify.Undelivered {
		s.Failed = string(m.State)
	}
	return s
}
