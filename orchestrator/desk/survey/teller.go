package survey

import (
	"context"
	"log/slog"
	"time"

	"tandem/orchestrator/desk/rounds"
)

// Teller brings into the journal what happened to surveys outside it, each thing once, and closes what has expired. Run it only
// where the floor decides.
type Teller struct {
	Book Book
	// Tell writes it into the journal; a second time under the same key changes nothing.
	Tell  func(ctx context.Context, key string, u Untold) error
	Log   *slog.Logger
	Now   func() time.Time
	Wake  func() <-chan struct{} // closed when there may be something to tell
	Keep  time.Duration          // how long a number is remembered as invited
	Every time.Duration          // a look without a wake-up; 0 is 2 s
}

const (
	tellBatch   = 50
	expireEvery = 10 * time.Minute
)

// Run tells until ctx ends. A journal or a database that is away is waited for.
func (t *Teller) Run(ctx context.Context) error {
	every := t.Every
	if every <= 0 {
		every = 2 * time.Second
	}
	var expired time.Time
	return rounds.Rounds{Every: every, Wake: t.Wake, Full: tellBatch, Away: func(err error) {
		t.Log.Warn("what came of surveys waits to be written into the journal", "err", err)
	}}.Run(ctx, func(ctx context.Context) (int, error) {
		n, err := t.Once(ctx)
		if now := t.Now(); err == nil && now.Sub(expired) >= expireEvery {
			expired = now
			_, err = t.Book.ExpireSurveys(ctx, now, now.Add(-t.Keep))
		}
		return n, err
	})
}

// Once tells what is untold now, oldest first, and returns how much it told. The key makes a telling whose note was lost in a
// crash the same telling.
func (t *Teller) Once(ctx context.Context) (n int, err error) {
	untold, err := t.Book.UntoldSurveys(ctx, tellBatch)
	if err != nil {
		return 0, err
	}
	for _, u := range untold {
		for _, one := range u.parts() {
			if err := t.Tell(ctx, one.key(), one); err != nil {
				return n, err
			}
			if err := t.Book.SurveyTold(ctx, one); err != nil {
				return n, err
			}
		}
		n++
	}
	return n, nil
}

// parts are the things to tell, one by one and in their order.
func (u Untold) parts() (out []Untold) {
	if u.TellInvited {
		out = append(out, Untold{Survey: u.Survey, TellInvited: true})
	}
	if u.TellAnswered {
		out = append(out, Untold{Survey: u.Survey, TellAnswered: true})
	}
	return out
}

func (u Untold) key() string {
	if u.TellInvited {
		return "survey.invited:" + string(u.Interaction)
	}
	return "survey.answered:" + string(u.Interaction)
}
