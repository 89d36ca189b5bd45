package engine

import (
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/flow"
)

// lookAtOnce is how many web services are asked at the same time; the others wait within their own time limit.
const lookAtOnce = 64

// findAtOnce is how many callers' records are looked up at the same time: they share the database with the journal.
const findAtOnce = 4

// Looker asks web services on behalf of flows, and the desk for who calls.
type Looker interface {
	// Look returns a value for each of find.Into, "" for one that the answer does not have; for a caller, all that routing may know of
	// them, and nil without an error for a stranger. It may be asked the same twice, after a crash. An error says why in words that name neither the address nor anything of the caller: they are kept for ever.
	Look(ctx context.Context, find flow.Find) (map[string]string, error)
}

// lookUp begins the look-ups that interactions wait for, unless they are under way. What comes of them is an input like any other.
// Those that a former life asked in vain are begun again when their switch is up.
func (e *Engine) lookUp(ctx context.Context, about []orchestrator.InteractionID) {
	for _, id := range about {
		q, wanted := e.floor.Lookup(id)
		if _, underway := e.asked[q.ID]; !wanted || underway {
			continue
		}
		e.asked[q.ID] = struct{}{}
		go func() { // not waited for: it has a time limit of its own, and its answer is of no use to the next life
			in := floor.LookedUp{Interaction: id, Lookup: q.ID}
			in.Values, in.Why = e.look(ctx, id, q.Find)
			select {
			case e.inbox <- envelope{in: in}:
			case <-ctx.Done():
			}
		}()
	}
}

// look asks once, within the time limit that the flow gives.
func (e *Engine) look(ctx context.Context, id orchestrator.InteractionID, find flow.Find) (values map[string]string, why string) {
	if e.cfg.Looker == nil {
		return nil, "this Tandem asks no web services"
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, find.Timeout)
	defer cancel()
	room := e.looking
	if find.Caller != "" {
		room = e.finding
	}
	select {
	case room <- struct{}{}:
		defer func() { <-room }()
	case <-ctx.Done():
		return nil, "too many look-ups at once"
	}
	values, err := e.cfg.Looker.Look(ctx, find)
	if err != nil {
		e.cfg.Log.Warn("a look-up failed", "interaction", id, "why", err, "took", time.Since(began))
		return nil, err.Error()
	}
	return values, ""
}
