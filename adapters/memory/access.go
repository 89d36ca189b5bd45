package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/access"
)

var _ access.Keys = (*Store)(nil)

// AddKey implements access.Keys.
func (s *Store) AddKey(_ context.Context, k access.Key, sum [32]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for there, o := range s.keys {
		if o.ID == k.ID || there == sum {
			return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "key.add", Say: "there is a key of that id already; make a new one"}
		}
	}
	s.keys[sum] = k
	return nil
}

// KeyBySum implements access.Keys.
func (s *Store) KeyBySum(_ context.Context, sum [32]byte) (access.Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, there := s.keys[sum]
	if !there {
		return k, none("key", "")
	}
	return k, nil
}

// ListKeys implements access.Keys.
func (s *Store) ListKeys(context.Context) ([]access.Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(maps.Values(s.keys), func(a, b access.Key) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	}), nil
}

// RevokeKey implements access.Keys.
func (s *Store) RevokeKey(_ context.Context, id string, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sum, k := range s.keys {
		if k.ID != id {
			continue
		}
		if k.Revoked.IsZero() {
			k.Revoked = at
			s.keys[sum] = k
		}
		return nil
	}
	return none("key", id)
}
