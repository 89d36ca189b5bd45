package memory

import (
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/place"
)

// KeepPlace implements place.Tx.
func (t *Tx) KeepPlace(_ context.Context, token place.Sum, id orchestrator.InteractionID, _ time.Time) error {
	put(t, t.s.places, token, id)
	return nil
}

// PlaceOf implements place.Desk.
func (s *Store) PlaceOf(_ context.Context, token place.Sum) (orchestrator.InteractionID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, there := s.places[token]
	if !there {
		return "", none("place", "at this link")
	}
	return id, nil
}
