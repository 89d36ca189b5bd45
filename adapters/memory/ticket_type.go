package memory

import (
	"context"
	"maps"
	"slices"
	"strings"

	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/webhook"
)

// ticketTypes are all types by id; mu is held.
func (s *Store) ticketTypes() []ticket.Type {
	out := []ticket.Type{}
	for _, id := range slices.Sorted(maps.Keys(s.types)) {
		out = append(out, s.types[id])
	}
	return out
}

// TicketTypes implements ticket.Tx.
func (t *Tx) TicketTypes(context.Context) ([]ticket.Type, error) { return t.s.ticketTypes(), nil }

// TicketTypes implements ticket.Desk.
func (s *Store) TicketTypes(context.Context) ([]ticket.Type, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ticketTypes(), nil
}

// PutType implements ticket.Desk.
func (s *Store) PutType(_ context.Context, k ticket.Type) (ticket.Type, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ticket.CheckType(k, s.ticketTypes()); err != nil {
		return k, err
	}
	k.Version = s.types[k.ID].Version + 1
	s.types[k.ID] = k
	return k, nil
}

// DeleteType implements ticket.Desk.
func (s *Store) DeleteType(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := one(s.types, "ticket type", id)
	delete(s.types, id)
	return err
}

// Open implements ticket.Desk.
func (s *Store) Open(ctx context.Context, key string, k ticket.Ticket, notice func(number string) notify.SMS) (ticket.Ticket, error) {
	number, err := once(s, key, []any{"open", k, notice != nil}, func(t *Tx) (string, error) {
		k.Opened = s.stamp()
		k.Changed = k.Opened
		opened, _, err := t.OpenTicket(ctx, k)
		if err == nil && notice != nil {
			m := notice(opened.Number)
			m.Key, m.Ticket, m.Created = "ticket.opened:"+opened.Number, opened.Number, opened.Opened
			err = t.QueueSMS(ctx, m)
		}
		return opened.Number, err
	})
	if err != nil {
		return ticket.Ticket{}, err
	}
	return s.Ticket(ctx, number)
}

// Amend implements ticket.Desk.
func (s *Store) Amend(ctx context.Context, number string, version int64, by string, change func(ticket.Ticket) (ticket.Ticket, error)) (ticket.Ticket, error) {
	err := s.transact(func(t *Tx) error {
		n, was, err := s.find(number)
		if err != nil {
			return err
		}
		if err := ticket.CheckMove(was.State, was.State, was.Version, version); err != nil {
			return err
		}
		is, err := change(was)
		if err != nil {
			return err
		}
		changes := ticket.Changes(was, is, by, s.stamp())
		if len(changes) == 0 {
			return nil
		}
		for _, c := range changes {
			t.changed(number, c)
		}
		was.Subject, was.Type, was.Fields = is.Subject, is.Type, is.Fields
		was.Version, was.Changed = was.Version+1, changes[0].At
		put(t, s.tickets, n, was)
		return t.tellTicket(ctx, webhook.TicketChanged, was, was.Changed)
	})
	if err != nil {
		return ticket.Ticket{}, err
	}
	return s.Ticket(ctx, number)
}

// eraseFields forgets what was keyed into a ticket, a subject that was written by hand, and what its history says of both; mu is held.
func (s *Store) eraseFields(k *ticket.Ticket) {
	k.Fields = nil
	if k.Interaction == "" || slices.ContainsFunc(s.history[k.Number], func(c ticket.Change) bool { return c.Field == "subject" }) {
		k.Subject = ""
	}
	for i, c := range s.history[k.Number] {
		if strings.HasPrefix(c.Field, "fields.") || c.Field == "subject" {
			s.history[k.Number][i].From, s.history[k.Number][i].To = "", ""
		}
	}
}
