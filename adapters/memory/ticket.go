package memory

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/webhook"
)

var _ ticket.Desk = (*Store)(nil)

// answer is what a client was answered under its key.
type answer struct {
	request, answer []byte
	at              time.Time
}

// keepAnswers is how long a repetition is known as one.
const keepAnswers = 24 * time.Hour

// OpenTicket implements ticket.Tx.
func (t *Tx) OpenTicket(ctx context.Context, k ticket.Ticket) (ticket.Ticket, bool, error) {
	for _, there := range t.s.tickets {
		if k.Interaction != "" && there.Interaction == k.Interaction {
			return there, false, nil
		}
	}
	n := t.s.nextTicket
	t.s.nextTicket++ // Never taken back: numbers that were drawn and not used leave gaps.
	k.Number, k.Version = ticket.Number(n), 1
	put(t, t.s.tickets, n, k)
	return k, true, t.tellTicket(ctx, webhook.TicketOpened, k, k.Opened)
}

// tellTicket notes that a ticket was opened or changed, for the hooks that want it.
func (t *Tx) tellTicket(ctx context.Context, event string, k ticket.Ticket, at time.Time) error {
	return webhook.Tell(ctx, t, webhook.Event{Type: event, Lane: k.Number, Ticket: k.Number, Version: k.Version, At: at})
}

// DisposeTicket implements ticket.Tx.
func (t *Tx) DisposeTicket(ctx context.Context, id orchestrator.InteractionID, by orchestrator.AgentID, disposition, notes string, at time.Time) error {
	for n, k := range t.s.tickets {
		if k.Interaction != id {
			continue
		}
		if disposition != "" && disposition != k.Disposition {
			t.changed(k.Number, ticket.Change{Field: "disposition", From: k.Disposition, To: disposition, By: string(by), At: at})
			k.Disposition, k.Version, k.Changed = disposition, k.Version+1, at
			put(t, t.s.tickets, n, k)
			if err := t.tellTicket(ctx, webhook.TicketChanged, k, at); err != nil {
				return err
			}
		}
		if notes != "" {
			t.addComment(ticket.Comment{Ticket: k.Number, Author: string(by), Text: notes, At: at})
		}
	}
	return nil
}

// TakeTicket implements ticket.Tx.
func (t *Tx) TakeTicket(ctx context.Context, id orchestrator.InteractionID, by orchestrator.AgentID, queue orchestrator.QueueID, at time.Time) error {
	for n, k := range t.s.tickets {
		if k.Interaction != id || k.Agent != "" {
			continue
		}
		t.changed(k.Number, ticket.Change{Field: "agent", To: string(by), By: string(by), At: at})
		k.Agent, k.Queue, k.Version, k.Changed = by, cmp.Or(k.Queue, queue), k.Version+1, at
		put(t, t.s.tickets, n, k)
		return t.tellTicket(ctx, webhook.TicketChanged, k, at)
	}
	return nil
}

// RateTicket implements ticket.Tx.
func (t *Tx) RateTicket(ctx context.Context, id orchestrator.InteractionID, score int, at time.Time) error {
	for n, k := range t.s.tickets {
		r, changes := k.Rate(score, t.s.surveys[id].Words)
		if k.Interaction != id || !changes {
			continue
		}
		if r.Reopen {
			t.changed(k.Number, ticket.Change{Field: "state", From: string(k.State), To: string(ticket.Open), By: ticket.By, At: at})
			k.State = ticket.Open
		}
		t.changed(k.Number, ticket.Change{Field: "score", To: strconv.Itoa(score), By: ticket.By, At: at})
		k.Score, k.Version, k.Changed = score, k.Version+1, at
		put(t, t.s.tickets, n, k)
		if err := t.tellTicket(ctx, webhook.TicketChanged, k, at); err != nil {
			return err
		}
		if r.Note != "" {
			t.addComment(ticket.Comment{Ticket: k.Number, Author: ticket.By, Text: r.Note, At: at})
		}
	}
	return nil
}

func (t *Tx) changed(number string, c ticket.Change) {
	put(t, t.s.history, number, append(slices.Clone(t.s.history[number]), c))
}

func (t *Tx) addComment(c ticket.Comment) ticket.Comment {
	c.ID = int64(len(t.s.comments) + 1)
	put(t, t.s.comments, c.ID, c)
	return c
}

// find returns a ticket and its place; mu is held.
func (s *Store) find(number string) (int64, ticket.Ticket, error) {
	for n, k := range s.tickets {
		if k.Number == number {
			return n, k, nil
		}
	}
	return 0, ticket.Ticket{}, none("ticket", number)
}

// Ticket implements ticket.Desk.
func (s *Store) Ticket(_ context.Context, number string) (ticket.Ticket, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, k, err := s.find(number)
	return k, err
}

// Tickets implements ticket.Desk.
func (s *Store) Tickets(_ context.Context, f ticket.Filter) ([]ticket.Ticket, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []ticket.Ticket
	for _, n := range slices.Backward(slices.Sorted(maps.Keys(s.tickets))) {
		all = append(all, s.tickets[n])
	}
	return after(all, f.Before, f.Limit, func(k ticket.Ticket) string { return k.Number }, func(k ticket.Ticket) bool {
		return (f.State == "" || k.State == f.State) && (f.Interaction == "" || k.Interaction == f.Interaction) &&
			(f.Queue == "" || k.Queue == f.Queue) && (f.Type == "" || k.Type == f.Type)
	})
}

// Comments implements ticket.Desk.
func (s *Store) Comments(_ context.Context, number string) ([]ticket.Comment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, _, err := s.find(number); err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(slices.Collect(maps.Values(s.comments)), func(c ticket.Comment) bool { return c.Ticket != number })
	slices.SortFunc(all, func(a, b ticket.Comment) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

// History implements ticket.Desk.
func (s *Store) History(_ context.Context, number string) ([]ticket.Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, _, err := s.find(number); err != nil {
		return nil, err
	}
	return slices.Clone(s.history[number]), nil
}

// once carries out a change exactly once under its key.
func once[Answer any](s *Store, key string, request any, do func(*Tx) (Answer, error)) (out Answer, err error) {
	body, err := json.Marshal(request)
	if err != nil {
		return out, err
	}
	err = s.transact(func(t *Tx) error {
		if kept, there := s.answers[key]; there && key != "" && s.now().Sub(kept.at) < keepAnswers {
			if string(kept.request) != string(body) {
				return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "answer",
					Say: "this idempotency key was used for another request; use a new key for a new request"}
			}
			return json.Unmarshal(kept.answer, &out)
		}
		if out, err = do(t); err != nil || key == "" {
			return err
		}
		kept, err := json.Marshal(out)
		put(t, s.answers, key, answer{body, kept, s.now()})
		return err
	})
	return out, err
}

// Comment implements ticket.Desk.
func (s *Store) Comment(_ context.Context, key string, c ticket.Comment) (ticket.Comment, error) {
	if err := ticket.CheckComment(c); err != nil {
		return ticket.Comment{}, err
	}
	return once(s, key, []string{"comment", c.Ticket, c.Author, c.Text}, func(t *Tx) (ticket.Comment, error) {
		if _, _, err := s.find(c.Ticket); err != nil {
			return ticket.Comment{}, err
		}
		c.At = s.stamp()
		return t.addComment(c), nil
	})
}

// Move implements ticket.Desk.
func (s *Store) Move(ctx context.Context, key, number string, to ticket.State, version int64, by string) (ticket.Ticket, error) {
	moved, err := once(s, key, []any{"move", number, to, version, by}, func(t *Tx) (ticket.Ticket, error) {
		n, k, err := s.find(number)
		if err != nil {
			return k, err
		}
		if err := ticket.CheckMove(k.State, to, k.Version, version); err != nil {
			return ticket.Ticket{}, err
		}
		if k.State != to {
			at := s.stamp()
			t.changed(number, ticket.Change{Field: "state", From: string(k.State), To: string(to), By: by, At: at})
			k.State, k.Version, k.Changed = to, k.Version+1, at
			put(t, s.tickets, n, k)
			if err := t.tellTicket(ctx, webhook.TicketChanged, k, at); err != nil {
				return ticket.Ticket{}, err
			}
		}
		k.Customer, k.Fields, k.Subject = "", nil, "" // An answer outlives an erasure.
		return k, nil
	})
	if err != nil {
		return ticket.Ticket{}, err
	}
	current, err := s.Ticket(ctx, number)
	moved.Customer, moved.Fields, moved.Subject = current.Customer, current.Fields, current.Subject
	return moved, err
}
