package main

import (
	"context"
	"errors"
	"time"

	"tandem/adapters/softphone"
)

const (
	rating = "5"
	// grace is how long the end of a call may take in a centre that asks for no rating.
	grace = time.Second
)

// rate lets the caller whose agent has hung up press a rating, until the call is over.
func rate(ctx context.Context, t *teller, call *softphone.Call) (softphone.End, error) {
	for wait := grace; ; wait = patient {
		soon, cancel := context.WithTimeout(ctx, wait)
		end, err := call.WaitEnded(soon)
		cancel()
		if err == nil || !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return end, err
		}
		if err := press(ctx, t, call); err != nil {
			over, cancel := context.WithTimeout(ctx, grace)
			end, late := call.WaitEnded(over) // It may have ended under the caller's fingers.
			cancel()
			if late != nil {
				return end, err
			}
			return end, nil
		}
	}
}

// press presses the rating once something is heard.
func press(ctx context.Context, t *teller, call *softphone.Call) error {
	if err := call.HearsAudio(ctx); err != nil {
		return err
	}
	t.say("caller", "presses %s: very satisfied", rating)
	return call.SendDTMF(ctx, rating)
}
