package notify

import (
	"context"
	"sync"
	"time"
)

// Pace says when the next message may leave by a route: by the rate that is set for it, and by growing pauses after the other
// side has asked to slow down or could not be reached. The zero value sets no rate. Its methods may be called from any goroutine.
type Pace struct {
	gap time.Duration // between messages; 0 is none

	mu     sync.Mutex
	next   time.Time // before which none leaves
	until  time.Time // the end of a pause
	length time.Duration
}

const (
	shortestPause = time.Second
	longestPause  = 30 * time.Second
	longestAsked  = 10 * time.Minute // that the other side may ask for
)

// SetRate allows so many a second; 0 is no limit. It is called before the pace is used.
func (p *Pace) SetRate(perSecond float64) {
	p.gap = 0
	if perSecond > 0 {
		p.gap = time.Duration(float64(time.Second) / perSecond)
	}
}

// Wait waits for the turn of one; false when ctx ends before.
func (p *Pace) Wait(ctx context.Context) bool {
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

// SlowDown begins a pause, longer than the last one and at least as long as was asked for, unless one goes on already. It
// returns what is left of it.
func (p *Pace) SlowDown(asked time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.until.After(now) {
		return p.until.Sub(now) // Others that were on their way are answered the same.
	}
	p.length = min(max(2*p.length, shortestPause), longestPause)
	pause := max(p.length, min(asked, longestAsked))
	p.until = now.Add(pause)
	return pause
}

// Good ends the growing of pauses: something was taken.
func (p *Pace) Good() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.length = 0
}

// Paused says how long a pause still goes on.
func (p *Pace) Paused() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, time.Until(p.until))
}
