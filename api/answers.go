package api

import (
	"sync"
	"time"

	"tandem/orchestrator"
)

const (
	maxAnswers  = 256
	keepAnswers = 10 * time.Minute
)

// answers remembers new keys under their idempotency key, in memory only: a client whose line broke fetches the key again, and
// the secret is still kept nowhere.
type answers struct {
	now func() time.Time
	mu  sync.Mutex // guards of, and makes two requests with one key wait for each other
	of  map[string]answered
}

type answered struct {
	hash string
	made NewKey
	at   time.Time
}

func newAnswers(now func() time.Time) *answers {
	return &answers{now: now, of: map[string]answered{}}
}

// once makes a key, or returns the one that was made under the same idempotency key. "" makes one in any case.
func (a *answers) once(key, hash string, make func() (NewKey, error)) (NewKey, error) {
	if key == "" {
		return make()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	for k, old := range a.of {
		if now.Sub(old.at) > keepAnswers {
			delete(a.of, k)
		}
	}
	if old, ok := a.of[key]; ok {
		if old.hash != hash {
			return NewKey{}, &orchestrator.Error{Kind: orchestrator.Conflict, Op: "key.create", Say: "this Idempotency-Key was used for another request; use a new one"}
		}
		return old.made, nil
	}
	if len(a.of) >= maxAnswers {
		return NewKey{}, &orchestrator.Error{Kind: orchestrator.Limit, Op: "key.create", Say: "too many keys were made in the last ten minutes; wait, or leave the Idempotency-Key out"}
	}
	made, err := make()
	if err == nil {
		a.of[key] = answered{hash: hash, made: made, at: now}
	}
	return made, err
}
