package smpp

import (
	"context"
	"sync"
	"time"
)

// pace says when the next part may leave: by the rate that is set, and after a throttling error by growing pauses.
type pace struct {
	gap time.Duration // between parts; 0 is none

	mu     sync.Mutex
	next   time.Time // before which none leaves
	until  time.Time // the end of a pause
	length time.Duration
}

// wait waits for the turn of a part; false when ctx ends before.
func (p *pace) wait(ctx context.Context) bool {
	p.mu.Lock()
	now := time.Now()
	if p.next.Before(now) {
		p.next = now
	}
	turn := p.next.Sub(now)
	p.next = p.next.Add(p.gap)
	p.mu.Unlock()
	if turn <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(turn)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// throttled begins a pause, longer than the last one, unless one goes on already; it returns what is left of it.
func (p *pace) throttled() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.until.After(now) {
		return p.until.Sub(now) // Others in the window are answered the same.
	}
	p.length = min(max(2*p.length, time.Second), 30*time.Second)
	p.until = now.Add(p.length)
	return p.length
}

// taken ends the growing of pauses.
func (p *pace) taken() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.length = 0
}

// paused says how long a pause still goes on.
func (p *pace) paused() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, time.Until(p.until))
}
