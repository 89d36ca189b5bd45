package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	wrongBurst   = 20               // wrong keys of one address at once
	wrongEvery   = 3 * time.Second  // then one more
	maxAddresses = 10_000           // remembered at once
	forgetAfter  = 10 * time.Minute // without a wrong key
)

// wrongKeys limits the wrong keys of each address, or its links that lead nowhere, so that nobody keeps the log and the database busy with them.
type wrongKeys struct {
	now func() time.Time
	mu  sync.Mutex // guards of
	of  map[string]*guesser
}

type guesser struct {
	limit *rate.Limiter
	last  time.Time
}

func newWrongKeys(now func() time.Time) *wrongKeys {
	return &wrongKeys{now: now, of: map[string]*guesser{}}
}

// allow counts a wrong key of an address and says whether it is still answered as one.
func (w *wrongKeys) allow(address string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	g := w.of[address]
	if g == nil {
		if len(w.of) >= maxAddresses && !w.forget(now) {
			return false // Nobody old enough to forget: this is an attack from everywhere.
		}
		g = &guesser{limit: rate.NewLimiter(rate.Every(wrongEvery), wrongBurst)}
		w.of[address] = g
	}
	g.last = now
	return g.limit.AllowN(now, 1)
}

// forget makes room; mu is held.
func (w *wrongKeys) forget(now time.Time) bool {
	for a, g := range w.of {
		if now.Sub(g.last) > forgetAfter {
			delete(w.of, a)
		}
	}
	return len(w.of) < maxAddresses
}
