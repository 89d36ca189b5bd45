package memory

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/fact"
)

// Tx is one transaction. The store's mutex is held while it lasts.
type Tx struct {
	s    *Store
	undo []func() // how to take back what was done, in order
}

var _ desk.Tx = (*Tx)(nil)

// put writes a value of a map and remembers how to take it back.
func put[K comparable, V any](t *Tx, m map[K]V, k K, v V) {
	old, there := m[k]
	t.undo = append(t.undo, func() {
		if there {
			m[k] = old
		} else {
			delete(m, k)
		}
	})
	m[k] = v
}

// transact runs do as a whole or not at all.
func (s *Store) transact(do func(*Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &Tx{s: s}
	if err := do(t); err != nil {
		for _, undo := range slices.Backward(t.undo) {
			undo()
		}
		return err
	}
	s.wake()
	return nil
}

// reacted calls a reaction; one that panics has failed like any other.
func reacted(ctx context.Context, react desk.React, t *Tx, e fact.Entry) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the reaction panicked: %v", r)
		}
	}()
	return react(ctx, t, e)
}

const (
	batch = 256
	tries = 3 // of a line that cannot be reacted to, before the reactor stops
)

// Follow implements desk.Follower.
func (s *Store) Follow(ctx context.Context, name string, react desk.React) error {
	size, failures := batch, 0
	for ctx.Err() == nil {
		wake := s.Moved()
		n, err := s.catchUp(ctx, name, react, size)
		switch {
		case err == nil && n == 0:
			select {
			case <-ctx.Done():
			case <-wake:
			}
		case err == nil:
			failures, size = 0, min(2*size, batch)
		case size > 1:
			size = 1 // Come up to the line that fails.
		case failures+1 >= tries:
			return err
		default:
			failures++
		}
	}
	return nil
}

// catchUp reacts to the next lines in one transaction.
func (s *Store) catchUp(ctx context.Context, name string, react desk.React, size int) (n int, err error) {
	s.mu.Lock()
	idle := s.cursors[name] == int64(len(s.lines))
	s.mu.Unlock()
	if idle {
		return 0, nil // Nothing changes, so that nobody is woken.
	}
	err = s.transact(func(t *Tx) error {
		entries, err := s.entries(s.cursors[name], size)
		if len(entries) == 0 && err != nil {
			return err
		}
		for _, e := range entries {
			if err := reacted(ctx, react, t, e); err != nil {
				return fmt.Errorf("the reactor %s has stopped before line %d of the journal: %w", name, e.Seq, err)
			}
		}
		n = len(entries)
		put(t, s.cursors, name, s.cursors[name]+int64(n))
		return nil
	})
	return n, err
}

// Story implements ticket.Tx and recording.Tx.
func (t *Tx) Story(_ context.Context, id orchestrator.InteractionID, upTo int64) ([]fact.Entry, error) {
	return t.s.story(id, upTo)
}

func (s *Store) story(id orchestrator.InteractionID, upTo int64) ([]fact.Entry, error) {
	var out []fact.Entry
	var wrong error
	for _, l := range s.lines[:min(upTo, int64(len(s.lines)))] {
		if l.entry.About == id && id != "" {
			e, err := l.decode()
			out, wrong = append(out, e), errors.Join(wrong, err)
		}
	}
	return out, wrong
}

// QueueAt implements ticket.Tx.
func (t *Tx) QueueAt(_ context.Context, id orchestrator.QueueID, upTo int64) (fact.QueueDefined, error) {
	for _, l := range slices.Backward(t.s.lines[:min(upTo, int64(len(t.s.lines)))]) {
		if l.kind != (fact.QueueDefined{}).Kind() {
			continue
		}
		e, err := l.decode()
		if q, ok := e.Fact.(fact.QueueDefined); err != nil || ok && q.Queue == id {
			return q, err
		}
	}
	return fact.QueueDefined{}, none("queue", string(id))
}

// none says that there is no such thing.
func none(what, id string) error {
	return &orchestrator.Error{Kind: orchestrator.NotFound, Op: what, Say: "there is no " + what + " " + id}
}

// one reads a value of a map.
func one[K ~string, V any](m map[K]V, what string, k K) (V, error) {
	v, ok := m[k]
	if !ok {
		return v, none(what, string(k))
	}
	return v, nil
}

// page clamps the length of a page: 0 is the whole of what is allowed.
func page(limit int) int {
	const most = 200
	if limit <= 0 {
		return most
	}
	return min(limit, most)
}

// after cuts a list, newest first, down to the page behind the row that is named so; Invalid when there is none.
func after[V any](list []V, before string, limit int, name func(V) string, keep func(V) bool) ([]V, error) {
	if before != "" {
		i := slices.IndexFunc(list, func(v V) bool { return name(v) == before })
		if i < 0 {
			return nil, &orchestrator.Error{Kind: orchestrator.Invalid, Op: "page",
				Say: "there is no page after " + before + "; begin again at the first page"}
		}
		list = list[i+1:]
	}
	out := []V{}
	for _, v := range list {
		if len(out) < page(limit) && keep(v) {
			out = append(out, v)
		}
	}
	return out, nil
}
