package postgres

import "sync"

// Health is how a reactor stands.
type Health struct {
	Seq  int64 // the last line it has reacted to
	Err  error // why it waits or has stopped; nil when it works
	Dead bool  // it has stopped for good: an entry cannot be reacted to
}

// health collects how the reactors of this program stand.
type health struct {
	mu *sync.Mutex
	of map[string]Health
}

func newHealth() health { return health{mu: &sync.Mutex{}, of: map[string]Health{}} }

func (h health) set(name string, change func(*Health)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.of[name]
	change(&now)
	h.of[name] = now
}

// Reactors tells how each reactor of this program stands.
func (d *DB) Reactors() map[string]Health {
	d.health.mu.Lock()
	defer d.health.mu.Unlock()
	all := make(map[string]Health, len(d.health.of))
	for name, h := range d.health.of {
		all[name] = h
	}
	return all
}
