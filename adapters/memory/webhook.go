package memory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/webhook"
)

var (
	_ webhook.Keeper = (*Store)(nil)
	_ webhook.Outbox = (*Store)(nil)
)

// delivery is a delivery for a webhook; due is when it may be claimed.
type delivery struct {
	webhook.Delivery
	due time.Time
}

// WantedHooks implements webhook.Tx.
func (t *Tx) WantedHooks(context.Context) ([]webhook.Hook, error) { return t.s.activeHooks(), nil }

// QueueDelivery implements webhook.Tx.
func (t *Tx) QueueDelivery(_ context.Context, hook string, e webhook.Event) error {
	for _, d := range t.s.deliveries {
		if d.Hook == hook && d.Event.Seq == e.Seq && d.Event.Ticket == e.Ticket && d.Event.Version == e.Version {
			return nil
		}
	}
	t.s.nextDelivery++
	now := t.s.stamp()
	put(t, t.s.deliveries, t.s.nextDelivery, delivery{due: now, Delivery: webhook.Delivery{
		ID: t.s.nextDelivery, Hook: hook, Event: e, State: webhook.Queued, Queued: now,
	}})
	return nil
}

// activeHooks are the active ones by id; mu is held.
func (s *Store) activeHooks() []webhook.Hook {
	out := []webhook.Hook{}
	for _, id := range slices.Sorted(maps.Keys(s.hooks)) {
		if h := s.hooks[id]; h.State == webhook.Active {
			out = append(out, h)
		}
	}
	return out
}

// ActiveHooks implements webhook.Outbox.
func (s *Store) ActiveHooks(context.Context) ([]webhook.Hook, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.activeHooks(), nil
}

// Hooks implements webhook.Keeper.
func (s *Store) Hooks(context.Context) ([]webhook.Hook, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []webhook.Hook{}
	for _, id := range slices.Sorted(maps.Keys(s.hooks)) {
		out = append(out, s.hooks[id])
	}
	return out, nil
}

// Hook implements webhook.Keeper.
func (s *Store) Hook(_ context.Context, id string) (webhook.Hook, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return one(s.hooks, "webhook", id)
}

// PutHook implements webhook.Keeper.
func (s *Store) PutHook(_ context.Context, h webhook.Hook) (webhook.Hook, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.stamp()
	old, there := s.hooks[h.ID]
	switch {
	case !there && len(s.hooks) >= webhook.MaxHooks:
		return webhook.Hook{}, false, &orchestrator.Error{Kind: orchestrator.Conflict, Op: "webhook.put",
			Say: fmt.Sprintf("there are %d webhooks, and no more are possible; delete one first", webhook.MaxHooks)}
	case !there:
		old = webhook.Hook{ID: h.ID, Created: now, Secret: h.Secret, After: int64(len(s.lines))}
	case old.URL != h.URL:
		old.Failures, old.Failing, old.RetryAt, old.Why = 0, time.Time{}, time.Time{}, ""
	}
	old.URL, old.Events, old.Person, old.State, old.Changed = h.URL, slices.Clone(h.Events), h.Person, h.State, now
	s.hooks[h.ID] = old
	s.wake()
	return old, !there, nil
}

// DeleteHook implements webhook.Keeper.
func (s *Store) DeleteHook(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := one(s.hooks, "webhook", id)
	delete(s.hooks, id)
	maps.DeleteFunc(s.deliveries, func(_ int64, d delivery) bool { return d.Hook == id })
	return err
}

// RotateHook implements webhook.Keeper.
func (s *Store) RotateHook(_ context.Context, id, secret string, until time.Time) (webhook.Hook, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, err := one(s.hooks, "webhook", id)
	if err != nil {
		return h, err
	}
	h.OldSecret, h.OldUntil, h.Secret, h.Changed = h.Secret, until, secret, s.stamp()
	s.hooks[id] = h
	return h, nil
}

// Standing implements webhook.Keeper.
func (s *Store) Standing(_ context.Context, id string) (webhook.Standing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out webhook.Standing
	for _, d := range s.deliveries {
		switch {
		case d.Hook != id:
		case d.State == webhook.Dead:
			out.Dead++
		default:
			out.Waiting++
			if out.Oldest.IsZero() || d.Queued.Before(out.Oldest) {
				out.Oldest = d.Queued
			}
		}
	}
	return out, nil
}

// ClaimDeliveries implements webhook.Outbox.
func (s *Store) ClaimDeliveries(_ context.Context, hook string, n int, lease time.Duration) ([]webhook.Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []webhook.Delivery{}
	if s.hooks[hook].State != webhook.Active {
		return out, nil
	}
	now, lanes := s.now(), map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(s.deliveries)) {
		d := s.deliveries[id]
		if d.Hook != hook || d.State != webhook.Queued {
			continue
		}
		first := !lanes[d.Event.Lane]
		lanes[d.Event.Lane] = true
		if !first || d.due.After(now) || len(out) == page(n) {
			continue
		}
		d.Attempts++
		d.due = now.Add(lease)
		s.deliveries[id] = d
		out = append(out, d.Delivery)
	}
	return out, nil
}

// ArrivedDelivery implements webhook.Outbox.
func (s *Store) ArrivedDelivery(_ context.Context, d webhook.Delivery) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deliveries[d.ID].State == webhook.Queued {
		delete(s.deliveries, d.ID)
	}
	s.wake()
	return nil
}

// LaterDelivery implements webhook.Outbox.
func (s *Store) LaterDelivery(_ context.Context, d webhook.Delivery, due time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	here := s.deliveries[d.ID]
	if here.State == webhook.Queued && here.Attempts == d.Attempts {
		here.State, here.Why, here.due = d.State, d.Why, due
		s.deliveries[d.ID] = here
	}
	s.wake()
	return nil
}

// HookWent implements webhook.Outbox.
func (s *Store) HookWent(_ context.Context, hook string, failures int, why string, retryAt time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, there := s.hooks[hook]
	if !there {
		return nil
	}
	switch {
	case failures == 0:
		h.Failing = time.Time{}
	case h.Failing.IsZero():
		h.Failing = s.stamp()
	}
	h.Failures, h.Why, h.RetryAt = failures, why, retryAt
	s.hooks[hook] = h
	return nil
}

// SweepDeliveries implements webhook.Outbox.
func (s *Store) SweepDeliveries(_ context.Context, queued, dead time.Time) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for id, d := range s.deliveries {
		switch {
		case d.State == webhook.Queued && d.Queued.Before(queued):
			if d.State = webhook.Dead; d.Why == "" {
				d.Why = "it waited too long"
			}
			s.deliveries[id] = d
			n++
		case d.State == webhook.Dead && d.Queued.Before(dead):
			delete(s.deliveries, id)
		}
	}
	return n, nil
}

// DeadDeliveries implements webhook.Keeper.
func (s *Store) DeadDeliveries(_ context.Context, hook string, before int64, limit int) ([]webhook.Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []webhook.Delivery{}
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(s.deliveries))) {
		d := s.deliveries[id]
		if d.Hook == hook && d.State == webhook.Dead && (before == 0 || id < before) && len(out) < page(limit) {
			out = append(out, d.Delivery)
		}
	}
	_, err := one(s.hooks, "webhook", hook)
	return out, err
}

// ResendDeliveries implements webhook.Keeper.
func (s *Store) ResendDeliveries(_ context.Context, hook string, ids []int64) (int, error) {
	const most = 1000
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, id := range slices.Sorted(maps.Keys(s.deliveries)) {
		d := s.deliveries[id]
		if d.Hook == hook && d.State == webhook.Dead && (len(ids) == 0 || slices.Contains(ids, id)) && n < most {
			n++
			d.State, d.Attempts, d.Why, d.Queued, d.due = webhook.Queued, 0, "", s.stamp(), s.now()
			s.deliveries[id] = d
		}
	}
	s.wake()
	_, err := one(s.hooks, "webhook", hook)
	return n, err
}
