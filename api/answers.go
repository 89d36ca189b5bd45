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

// answers remembers new secrets, and other things that are made, under their idempotency key, in memory only: a client whose line broke fetches the answer again,
// and a key is still kept nowhere.
type answers struct {
	now func() time.Time
	mu  sync.Mutex // guards of, and makes two requests with one key wait for each other
	of  map[string]answered
}

type answered struct {
	hash string
	made any
	at   time.Time
}

func newAnswers(now func() time.Time) *answers {
	return &answers{now: now, of: map[string]answered{}}
}

// once makes something, or returns what was made under the same idempotency key. "" makes it in any case.
func once[Made any](a *answers, key, hash string, make func() (Made, error)) (none Made, err error) {
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
		was, same := old.made.(Made)
		if old.hash != hash || !same {
			return none, &orchestrator.Error{Kind: orchestrator.Conflict, Op: "secret.create", Say: "this Idempotency-Key was used for another request; use a new one"}
		}
		return was, nil
	}
	if len(a.of) >= maxAnswers {
		return none, &orchestrator.Error{Kind: orchestrator.Limit, Op: "secret.create", Say: "too much was made in the last ten minutes; wait, or leave the Idempotency-Key out"}
	}
	made, err := make()
	if err == nil {
		a.of[key] = answered{hash: hash, made: made, at: now}
	}
	return made, err
}
