package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/fact"
)

// Message is one call of the other system.
type Message struct {
	URL    string
	Header http.Header
	Body   []byte
}

// cloudEvent is an event in the structured mode of HTTP (CloudEvents 1.0.2, section 3.1; HTTP binding, section 3.2).
type cloudEvent struct {
	SpecVersion string    `json:"specversion"`
	ID          string    `json:"id"`
	Source      string    `json:"source"`
	Type        string    `json:"type"`
	Subject     string    `json:"subject,omitempty"`
	Time        time.Time `json:"time"`
	ContentType string    `json:"datacontenttype"`
	Data        any       `json:"data"`
}

// ticketData is what is told of a ticket: as it is when the delivery leaves, which may be newer than the event.
type ticketData struct {
	Number      string        `json:"number"`
	Version     int64         `json:"version"`
	Type        string        `json:"type,omitempty"`
	Interaction string        `json:"interaction,omitempty"`
	Queue       string        `json:"queue,omitempty"`
	Agent       string        `json:"agent,omitempty"`
	State       string        `json:"state"`
	Disposition string        `json:"disposition,omitempty"`
	Opened      time.Time     `json:"opened"`
	Changed     time.Time     `json:"changed"`
	Customer    string        `json:"customer,omitempty"`
	Subject     string        `json:"subject,omitempty"`
	Fields      ticket.Values `json:"fields,omitempty"`
}

// message writes a delivery as it leaves now.
func (s *Sender) message(ctx context.Context, h Hook, d Delivery, at time.Time) (Message, error) {
	data, err := s.data(ctx, h, d.Event)
	if err != nil {
		return Message{}, err
	}
	id := fmt.Sprintf("%s-%d", s.Cell, d.Event.Seq)
	if d.Event.Ticket != "" {
		id = fmt.Sprintf("%s-t%s.%d", s.Cell, d.Event.Ticket, d.Event.Version)
	}
	body, err := json.Marshal(cloudEvent{
		SpecVersion: "1.0", ID: id, Source: "/tandem/" + s.Cell, Type: "tandem." + d.Event.Type, Subject: d.Event.Lane,
		Time: d.Event.At.UTC(), ContentType: "application/json", Data: data,
	})
	header := http.Header{}
	header.Set("Content-Type", "application/cloudevents+json; charset=utf-8")
	header.Set("User-Agent", "Tandem")
	header.Set("Webhook-Id", id)
	header.Set("Webhook-Timestamp", strconv.FormatInt(at.Unix(), 10))
	header.Set("Webhook-Signature", sign(h, id, at, body))
	return Message{h.URL, header, body}, err
}

// data reads what is told, with or without persons.
func (s *Sender) data(ctx context.Context, h Hook, e Event) (any, error) {
	if e.Ticket != "" {
		k, err := s.Tickets.Ticket(ctx, e.Ticket)
		return ticketTold(k, h.Person), err
	}
	lines, err := s.Lines.Entries(ctx, e.Seq-1, 1)
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 || lines[0].Seq != e.Seq {
		return nil, fmt.Errorf("line %d is not in the journal", e.Seq)
	}
	line := lines[0]
	if !h.Person {
		kind, body, _, err := fact.Encode(line.Fact)
		if err != nil {
			return nil, err
		}
		if line.Fact, err = fact.Decode(kind, body, nil); err != nil {
			return nil, err
		}
	}
	return s.Show(line), nil
}

func ticketTold(k ticket.Ticket, person bool) ticketData {
	out := ticketData{
		Number: k.Number, Version: k.Version, Type: k.Type, Interaction: string(k.Interaction), Queue: string(k.Queue), Agent: string(k.Agent),
		State: string(k.State), Disposition: k.Disposition, Opened: k.Opened.UTC(), Changed: k.Changed.UTC(),
	}
	if person {
		out.Customer, out.Subject, out.Fields = k.Customer, k.Subject, k.Fields
	}
	return out
}
