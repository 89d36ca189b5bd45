// Package rounds is how a part of the desk goes round: it looks for work at once while there may be more, else when it is woken or when
// a while has passed.
//
// Contract: Run returns when its context ends, and for no other reason. What fails is told and tried again in the next round; the
// wake-up of a round that failed is not waited for, because what it stood for may be lost.
package rounds

import (
	"context"
	"time"
)

// Rounds are those of one part.
type Rounds struct {
	Every time.Duration          // a round without a wake-up
	Wake  func() <-chan struct{} // closed when there may be work; nil: only Every
	Full  int                    // so much was found that there may be more
	Away  func(err error)        // told of a round that failed
}

// Run goes round until ctx ends. once does what there is to do now, and says how much it found.
func (r Rounds) Run(ctx context.Context, once func(context.Context) (int, error)) error {
	for ctx.Err() == nil {
		var wake <-chan struct{}
		if r.Wake != nil {
			wake = r.Wake() // before the look, so that nothing is missed between
		}
		n, err := once(ctx)
		if err != nil && ctx.Err() == nil {
			r.Away(err)
			wake = nil
		}
		if n == r.Full {
			continue
		}
		timer := time.NewTimer(r.Every)
		select {
		case <-ctx.Done():
		case <-wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}
