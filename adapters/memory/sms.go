package memory

import (
	"context"
	"maps"
	"slices"
	"time"

	"tandem/orchestrator/desk/notify"
)

var (
	_ notify.Outbox = (*Store)(nil)
	_ notify.Reader = (*Store)(nil)
)

// QueueSMS implements notify.Tx.
func (t *Tx) QueueSMS(_ context.Context, m notify.SMS) error {
	for _, there := range t.s.messages {
		if there.Key == m.Key {
			return nil
		}
	}
	m.ID, m.State = int64(len(t.s.messages)+1), notify.Queued
	put(t, t.s.messages, m.ID, message{SMS: m, due: t.s.stamp()})
	return nil
}

// ClaimSMS implements notify.Outbox.
func (s *Store) ClaimSMS(_ context.Context, n int, lease time.Duration) ([]notify.SMS, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []notify.SMS
	now := s.now()
	for _, id := range slices.Sorted(maps.Keys(s.messages)) {
		m := s.messages[id]
		if m.State != notify.Queued || m.due.After(now) || len(out) == page(n) {
			continue
		}
		m.Attempts++
		m.due = now.Add(lease)
		s.messages[id] = m
		out = append(out, m.SMS)
	}
	return out, nil
}

// SettleSMS implements notify.Outbox.
func (s *Store) SettleSMS(_ context.Context, id int64, why string, retry time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, there := s.messages[id]
	if !there || m.State != notify.Queued {
		return nil
	}
	m.Why = why
	switch {
	case why == "":
		m.State, m.SentAt = notify.Sent, s.stamp()
	case retry.IsZero():
		m.State = notify.Failed
	default:
		m.due = retry
	}
	s.messages[id] = m
	s.wake()
	return nil
}

// Messages implements notify.Reader.
func (s *Store) Messages(_ context.Context, f notify.Filter) ([]notify.SMS, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []notify.SMS{}
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(s.messages))) {
		m := s.messages[id].SMS
		if len(out) < page(f.Limit) && (f.State == "" || m.State == f.State) && (f.Ticket == "" || m.Ticket == f.Ticket) &&
			(f.Before == 0 || m.ID < f.Before) {
			out = append(out, m)
		}
	}
	return out, nil
}
