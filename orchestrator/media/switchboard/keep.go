package switchboard

import (
	"context"
	"math/rand/v2"
	"time"
)

// Keep lives one line after the other until ctx ends, and returns its error. live opens a line, lives it to its loss and says
// whether it was up; lost is told why it is away and for how long at most. The pause doubles from backoff on up to sixteen times as
// long, begins anew after a line that was up, and is shortened by dice, so that many do not come back at once.
func Keep(ctx context.Context, backoff time.Duration, live func() (wasUp bool, err error), lost func(why error, pause time.Duration)) error {
	pause := backoff
	for {
		wasUp, err := live()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if wasUp {
			pause = backoff
		}
		lost(err, pause)
		timer := time.NewTimer(pause/2 + rand.N(pause/2+1))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		pause = min(2*pause, 16*backoff)
	}
}
