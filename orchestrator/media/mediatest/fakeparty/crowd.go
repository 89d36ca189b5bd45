// Package fakeparty is the telephones' side of a fake switch: who is called, what each would hear and for how long. A fake embeds a
// Party in its channels and a Phone in its endpoints, and says what is audible; all share the fake's one lock.
package fakeparty

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// Crowd are all parties of one fake switch.
type Crowd struct {
	mu      *sync.Mutex
	changed *sync.Cond // broadcast whenever anything changes
	before  func()     // is called before each change, with the lock held
}

// NewCrowd makes one under a fake's lock. before is called, with the lock held, before each change that a party makes: what was heard
// until then must be written down.
func NewCrowd(mu *sync.Mutex, before func()) *Crowd {
	return &Crowd{mu: mu, changed: sync.NewCond(mu), before: before}
}

// Changed lets all look again that wait for something; called with the lock held.
func (c *Crowd) Changed() { c.changed.Broadcast() }

// Pause waits for the next change; called with the lock held.
func (c *Crowd) Pause() { c.changed.Wait() }

// Wait blocks until is, which is called with the lock held.
func (c *Crowd) Wait(ctx context.Context, what string, is func() bool) error {
	defer context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.changed.Broadcast()
	})()
	c.mu.Lock()
	defer c.mu.Unlock()
	for !is() {
		if ctx.Err() != nil {
			return fmt.Errorf("fake: never: %s", what)
		}
		c.changed.Wait()
	}
	return nil
}

// Change does something that a party does, under the lock.
func (c *Crowd) Change(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.before()
	do()
	c.changed.Broadcast()
}

// Phone is an endpoint with a telephone on it, which hands out channels of type C. Its fields are guarded by the fake's lock.
type Phone[C comparable] struct {
	crowd *Crowd
	name  string

	Registered bool
	invites    int
	waiting    []C
}

// NewPhone makes one that is registered.
func NewPhone[C comparable](crowd *Crowd, name string) Phone[C] {
	return Phone[C]{crowd: crowd, name: name, Registered: true}
}

// Invite lets a call reach it; called with the lock held.
func (p *Phone[C]) Invite(c C) {
	p.invites++
	p.waiting = append(p.waiting, c)
}

// Withdraw takes a call back that nobody has looked at; called with the lock held.
func (p *Phone[C]) Withdraw(c C) {
	p.waiting = slices.DeleteFunc(p.waiting, func(x C) bool { return x == c })
}

// Name is the endpoint's.
func (p *Phone[C]) Name() string { return p.name }

// Invites counts the calls that reached it.
func (p *Phone[C]) Invites() int {
	p.crowd.mu.Lock()
	defer p.crowd.mu.Unlock()
	return p.invites
}

// Next waits for a call to the telephone.
func (p *Phone[C]) Next(ctx context.Context) (c C, err error) {
	err = p.crowd.Wait(ctx, "a call to "+p.name, func() bool {
		if len(p.waiting) == 0 {
			return false
		}
		c = p.waiting[0]
		p.waiting = p.waiting[1:]
		return true
	})
	return c, err
}
