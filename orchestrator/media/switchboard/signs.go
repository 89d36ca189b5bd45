package switchboard

import (
	"context"
	"sync"
	"time"
)

// Signs let a command wait for what a reader sees, ahead of the mailbox: a Do that waits must not depend on an engine that waits for
// the Do. The zero value expects none.
type Signs struct {
	mu      sync.Mutex
	waiting map[string][]func()
}

// Expect prepares to wait for the first of some signs, before the command that causes it.
func (s *Signs) Expect(signs ...string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting == nil {
		s.waiting = map[string][]func(){}
	}
	seen := make(chan struct{})
	see := sync.OnceFunc(func() { close(seen) })
	for _, sign := range signs {
		s.waiting[sign] = append(s.waiting[sign], see)
	}
	return seen
}

// Give lets all go on that wait for a sign.
func (s *Signs) Give(sign string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, see := range s.waiting[sign] {
		see()
	}
	delete(s.waiting, sign)
}

// Forget drops all that is expected: nobody waits on a new line for what an old one was to bring.
func (s *Signs) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.waiting)
}

// Await waits for a sign of Expect; false when it does not come in time, or ctx ends before.
func Await(ctx context.Context, sign <-chan struct{}, most time.Duration) bool {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-sign:
		return true
	case <-timer.C:
		return false
	case <-ctx.Done():
		return false
	}
}
