package postgres

import (
	"sync"
	"time"
)

// signal wakes everybody who waits. It carries nothing: who is woken looks into the tables.
type signal struct {
	mu   sync.Mutex
	next chan struct{} // closed by wake; written under mu
	due  *time.Timer   // wakes soon; nil when nothing has asked for it; written under mu
}

func newSignal() *signal { return &signal{next: make(chan struct{})} }

// wait returns the channel that the next wake closes: take it before you look, so that nothing is missed between.
func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next
}

func (s *signal) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.due != nil {
		s.due.Stop()
		s.due = nil
	}
	close(s.next)
	s.next = make(chan struct{})
}

// soon wakes after a while, once for all that asks for it until then.
func (s *signal) soon(after time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.due == nil {
		s.due = time.AfterFunc(after, s.wake)
	}
}
