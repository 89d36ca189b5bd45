package webhook

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/retry"
)

// whose says whose fault a failure is.
type whose int

const (
	none   whose = iota
	ours         // it is not the other side's: nothing left, or it could not be noted
	events       // the other side refuses this event, and may take others
	theirs       // the other side is away, or takes nothing
)

// failure is why a delivery did not arrive.
type failure struct {
	of   whose
	why  string
	wait time.Duration // that the other side asks for
}

// refusals are the statuses that are about one event: sending another may well succeed.
var refusals = []int{http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity}

// deliver sends one event and notes what came of it. What cannot be noted leaves again when the lease ends.
func (s *Sender) deliver(ctx context.Context, h Hook, d Delivery) failure {
	f := s.post(ctx, h, d)
	if ctx.Err() != nil && f.of != none {
		return failure{of: ours} // We are stopping: the lease brings it back.
	}
	settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	var err error
	if f.of == none {
		s.observe(outcomeGood)
		err = s.Outbox.ArrivedDelivery(settle, d)
	} else {
		s.observe(map[whose]string{ours: "failed", events: "refused", theirs: "failed"}[f.of])
		// Longer than the hook waits as a whole: else one event that the other side stumbles over would be tried first for ever.
		now := s.Now()
		due := now.Add(retry.Pause(d.Attempts, 5*firstPause, longPause, s.Jitter()))
		d.State, d.Why = Queued, f.why
		if now.Sub(d.Queued) > s.patience() {
			d.State = Dead
			s.observe("died")
			s.Log.Error("a webhook delivery is given up; it is a dead letter now, see the API", "hook", h.ID, "event", d.Event.Type, "line", d.Event.Seq, "why", f.why)
		}
		err = s.Outbox.LaterDelivery(settle, d, due)
	}
	if err != nil {
		s.Log.Warn("it cannot be noted what came of a webhook delivery; it may leave again", "hook", h.ID, "err", err)
	}
	return f
}

// post makes the call and judges the answer.
func (s *Sender) post(ctx context.Context, h Hook, d Delivery) failure {
	ctx, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	m, err := s.message(ctx, h, d, s.Now())
	if err != nil {
		if orchestrator.KindOf(err) != orchestrator.Unavailable {
			s.Log.Error("a webhook delivery cannot be written", "hook", h.ID, "event", d.Event.Type, "err", err)
		}
		return failure{of: ours, why: "it could not be read in Tandem"}
	}
	status, wait, err := s.Poster.Post(ctx, m)
	switch {
	case err != nil:
		return failure{theirs, err.Error(), 0}
	case status >= 200 && status < 300:
		return failure{}
	case slices.Contains(refusals, status):
		return failure{events, fmt.Sprintf("the answer was %d", status), 0}
	case status >= 300 && status < 400:
		return failure{theirs, fmt.Sprintf("the answer was %d; redirects are not followed, give the new address", status), 0}
	}
	return failure{theirs, fmt.Sprintf("the answer was %d", status), wait}
}
