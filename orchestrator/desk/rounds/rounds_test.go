package rounds

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A part goes on at once while it finds all that it can carry, waits for the bell or the time, and does not trust the bell of a round
// that failed.
func TestRounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		began, bell, away := time.Now(), make(chan struct{}), 0
		found := []struct {
			n   int
			err error
		}{{2, nil}, {0, nil}, {0, errors.New("away")}, {0, nil}}
		var at []time.Duration
		go func() {
			time.Sleep(300 * time.Millisecond)
			close(bell) // and stays open, as a bell does until somebody looks
		}()
		done := make(chan error, 1)
		go func() {
			done <- Rounds{
				Every: time.Second, Wake: func() <-chan struct{} { return bell }, Full: 2, Away: func(error) { away++ },
			}.Run(ctx, func(context.Context) (int, error) {
				at = append(at, time.Since(began))
				if len(at) == len(found) {
					stop()
				}
				return found[len(at)-1].n, found[len(at)-1].err
			})
		}()
		if err := <-done; err != nil || away != 1 {
			t.Errorf("it ended with %v, %d rounds failed", err, away)
		}
		want := []time.Duration{0, 0, 300 * time.Millisecond, 1300 * time.Millisecond}
		for n, when := range want {
			if at[n] != when {
				t.Errorf("round %d was after %v, want %v", n+1, at[n], when)
			}
		}
	})
}
