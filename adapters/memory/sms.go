package memory

import (
	"context"
	"maps"
	"slices"
	"strings"
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

// open says whether a message is still to be sent.
func (m message) open() bool { return m.State == notify.Queued || m.State == notify.Sending }

// ClaimSMS implements notify.Outbox.
func (s *Store) ClaimSMS(_ context.Context, n int, lease time.Duration) ([]notify.SMS, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []notify.SMS
	now := s.now()
	for _, id := range slices.Sorted(maps.Keys(s.messages)) {
		m := s.messages[id]
		if !m.open() || m.due.After(now) || len(out) == page(n) {
			continue
		}
		m.Attempts++
		m.due = now.Add(lease)
		s.messages[id] = m
		out = append(out, s.withRefs(m.SMS))
	}
	return out, nil
}

// signs stand in numbers for people.
var signs = strings.NewReplacer(" ", "", "(", "", ")", "", ".", "", "-", "", "/", "")

// MadeSMS implements notify.Outbox.
func (s *Store) MadeSMS(_ context.Context, m notify.SMS, span time.Duration, numbers, beginnings []string) (made notify.Made, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, o := range s.messages {
		before := o.Created.Before(m.Created) || o.Created.Equal(m.Created) && id < m.ID
		if !before || m.Created.Sub(o.Created) >= span || o.State == notify.Failed || o.State == notify.Withheld {
			continue
		}
		made.All++
		if slices.Contains(numbers, signs.Replace(o.To)) {
			made.Number++
		}
		if slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(signs.Replace(o.To), b) }) {
			made.Country++
		}
	}
	return made, nil
}

// LeaveSMS implements notify.Outbox.
func (s *Store) LeaveSMS(_ context.Context, m notify.SMS, lease time.Duration) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	here := s.messages[m.ID]
	if !here.open() || here.Attempts != m.Attempts {
		return false, nil
	}
	here.State, here.Route, here.Parts, here.due = notify.Sending, m.Route, m.Parts, s.now().Add(lease)
	if _, out := s.optOuts[m.To]; out && here.Class != notify.Reply {
		here.State, here.Why, here.Text = notify.Withheld, "the number has opted out", notify.Veiled(here.Text)
	}
	s.messages[m.ID] = here
	s.wake()
	return here.State == notify.Sending, nil
}

// SettleSMS implements notify.Outbox.
func (s *Store) SettleSMS(_ context.Context, m notify.SMS, due time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, ref := range m.Refs {
		k := partKey{m.Route, ref}
		p := s.parts[k]
		if p.sms != m.ID && (p.sms != 0 || s.now().Sub(p.told) > time.Hour) {
			p.state, p.why = "", ""
		}
		p.sms, p.n = m.ID, i+1
		s.parts[k] = p
	}
	here, there := s.messages[m.ID]
	if there && (here.open() && here.Attempts == m.Attempts || m.State == notify.Sent && (here.open() || here.State == notify.Unsure)) {
		here.State, here.Why, here.Route, here.Parts = m.State, m.Why, m.Route, m.Parts
		if !here.open() {
			here.Text = notify.Veiled(here.Text)
		}
		if !due.IsZero() {
			here.due = due
		}
		if m.State == notify.Sent {
			here.SentAt = s.stamp()
		}
		s.messages[m.ID] = here
		s.receipts(m.ID)
		s.wake()
	}
	return nil
}

// withRefs adds what the network calls the parts.
func (s *Store) withRefs(m notify.SMS) notify.SMS {
	m.Refs = nil
	for k, p := range s.parts {
		if p.sms == m.ID {
			m.Refs = append(m.Refs, k.ref)
		}
	}
	slices.SortFunc(m.Refs, func(a, b string) int { return s.parts[partKey{m.Route, a}].n - s.parts[partKey{m.Route, b}].n })
	return m
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
			out = append(out, s.withRefs(m))
		}
	}
	return out, nil
}
