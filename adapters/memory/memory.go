// Package memory keeps the journal and the desk in maps, for tests and simulations: the same promises as adapters/postgres
// but durability, shown by the same suite (orchestrator/storagetest). It is not part of the program.
//
// One mutex guards all; a transaction that fails is undone step by step.
package memory

import (
	"sync"
	"time"

	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
)

// Store is one database. Its methods may be called from several goroutines.
type Store struct {
	now  func() time.Time
	mu   sync.Mutex    // guards all below
	next chan struct{} // closed and made anew at every change

	cell        string
	epoch       int64
	lines       []line
	checkpoints []engine.Checkpoint
}

// line is a line of the journal as it is kept: encoded, so that nobody shares memory with it.
type line struct {
	entry  fact.Entry // without Fact
	kind   string
	body   []byte
	person []byte // nil when there is none or it was erased
}

// New makes an empty store whose records take their times from now.
func New(now func() time.Time) *Store {
	return &Store{now: now, next: make(chan struct{}), cell: "bcdfg"}
}

// Moved returns a channel that is closed at the next change.
func (s *Store) Moved() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next
}

// wake tells everybody who waits that something has changed; mu is held.
func (s *Store) wake() {
	close(s.next)
	s.next = make(chan struct{})
}
