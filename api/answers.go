package api

import (
	"context"
	"sync"
	"time"

	"tandem/orchestrator"
)

const (
	maxAnswers  = 10_000 // the phones of a whole centre, made one after the other
	keepAnswers = 10 * time.Minute
)

// answers remembers new secrets, and other things that are made, under their idempotency key, in memory only: a client whose line broke fetches the answer again,
// and a key is still kept nowhere.
type answers struct {
	now func() time.Time
	mu  sync.Mutex // guards of and row, and is not held while something is made
	of  map[string]*answered
	row []*answered // those of of, oldest first, and some that failed
}

// answered is what was made, or is being made, under a key. made and failed are read when done is closed.
type answered struct {
	key, hash string
	at        time.Time
	done      chan struct{}
	made      any
	failed    bool
}

func newAnswers(now func() time.Time) *answers {
	return &answers{now: now, of: map[string]*answered{}}
}

// once makes something, or returns what was made under the same idempotency key: two requests with one key wait for each other, those
// with others do not. What fails is not remembered. "" makes it in any case.
func once[Made any](ctx context.Context, a *answers, key, hash string, make func() (Made, error)) (none Made, err error) {
	if key == "" {
		return make()
	}
	for {
		x, mine, err := a.take(key, hash)
		if err != nil {
			return none, err
		}
		if mine {
			return makeFor(a, x, make)
		}
		select {
		case <-x.done:
		case <-ctx.Done():
			return none, ctx.Err()
		}
		if x.failed {
			continue // whoever began before us has nothing; now it is our turn
		}
		if was, same := x.made.(Made); same {
			return was, nil
		}
		return none, otherRequest()
	}
}

// makeFor makes it for all who wait for it, and lets them go whatever happens.
func makeFor[Made any](a *answers, x *answered, make func() (Made, error)) (made Made, err error) {
	x.failed = true
	defer func() {
		if x.failed {
			a.mu.Lock()
			delete(a.of, x.key)
			a.mu.Unlock()
		}
		close(x.done)
	}()
	if made, err = make(); err == nil {
		x.made, x.failed = made, false
	}
	return made, err
}

// take finds what is known under a key; mine says that nothing was, and that the caller makes it now.
func (a *answers) take(key, hash string) (x *answered, mine bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	for len(a.row) > 0 && now.Sub(a.row[0].at) > keepAnswers {
		if old := a.row[0]; a.of[old.key] == old {
			delete(a.of, old.key)
		}
		a.row = a.row[1:]
	}
	if old, ok := a.of[key]; ok {
		if old.hash != hash {
			return nil, false, otherRequest()
		}
		return old, false, nil
	}
	if len(a.row) >= maxAnswers {
		return nil, false, &orchestrator.Error{Kind: orchestrator.Limit, Op: "secret.create", Say: "too much was made in the last ten minutes; wait, or leave the Idempotency-Key out"}
	}
	x = &answered{key: key, hash: hash, at: now, done: make(chan struct{})}
	a.of[key], a.row = x, append(a.row, x)
	return x, true, nil
}

func otherRequest() error {
	return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "secret.create", Say: "this Idempotency-Key was used for another request; use a new one"}
}
