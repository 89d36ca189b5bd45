package floor

import (
	"fmt"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// What a client may ask of the floor itself, as commands that change nothing. Into is written before the command is answered, and
// only if the answer is no error.
type (
	// ShowQueue asks for a queue as it is defined, with its plan.
	ShowQueue struct {
		Queue orchestrator.QueueID
		Into  *fact.QueueDefined
	}
	// ShowAgent asks for what an agent can do and carry.
	ShowAgent struct {
		Agent orchestrator.AgentID
		Into  *Agent
	}
	// ShowOutlook asks what a caller can expect who joins a line now: of one queue, or with "" of all.
	ShowOutlook struct {
		Queue orchestrator.QueueID
		Into  *[]Outlook
	}
	// ShowWork asks for everything that an agent has in hand, oldest first.
	ShowWork struct {
		Agent orchestrator.AgentID
		Into  *[]Work
	}
	// Work is an item that an agent has in hand, or is offered.
	Work struct {
		Offer       orchestrator.OfferID
		State       orchestrator.OfferState
		Interaction orchestrator.InteractionID
		Channel     orchestrator.Channel
		Queue       orchestrator.QueueID
		Until       time.Time // when an offer that nobody accepts ends, or the after-call work; zero for neither
	}
	// ShowLoans asks for the agents who are on loan from a queue or to it.
	ShowLoans struct {
		Queue orchestrator.QueueID
		Into  *[]Loan
	}
	// ShowForbidden asks for a page of the do-not-call list: the first numbers after one, in order.
	ShowForbidden struct {
		After string
		Limit int
		Into  *[]string
	}
	// ShowDecision asks why a call in line goes where it goes, or waits.
	ShowDecision struct {
		Interaction orchestrator.InteractionID
		Into        *Explanation
	}
)

func (f *Floor) show(what any) error {
	switch ask := what.(type) {
	case ShowQueue:
		q, ok := f.Queues[ask.Queue]
		if !ok {
			return unknownQueue(ask.Queue)
		}
		q.Steps, q.Borrow = slices.Clone(q.Steps), slices.Clone(q.Borrow)
		*ask.Into = q
	case ShowAgent:
		a := f.Agents[ask.Agent]
		if a == nil {
			return unknownAgent(ask.Agent)
		}
		*ask.Into = *a
		ask.Into.Skills, ask.Into.Offers = slices.Clone(a.Skills), slices.Clone(a.Offers)
	case ShowOutlook:
		if _, ok := f.Queues[ask.Queue]; !ok && ask.Queue != "" {
			return unknownQueue(ask.Queue)
		}
		*ask.Into = f.outlooks(ask.Queue)
	case ShowForbidden:
		*ask.Into = f.forbidden(ask.After, ask.Limit)
	case ShowWork:
		a := f.Agents[ask.Agent]
		if a == nil {
			return unknownAgent(ask.Agent)
		}
		*ask.Into = f.work(a)
	case ShowLoans:
		if _, ok := f.Queues[ask.Queue]; !ok {
			return unknownQueue(ask.Queue)
		}
		*ask.Into = f.loans(ask.Queue)
	case ShowDecision:
		x, ok := f.Explain(ask.Interaction, f.now)
		if !ok {
			return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("interaction %s is not in line now", ask.Interaction)}
		}
		*ask.Into = x
	}
	return nil
}

// forbidden are the first numbers of the do-not-call list after one. It is not sorted as a whole: it may be long, and calls wait meanwhile.
func (f *Floor) forbidden(after string, limit int) []string {
	page := []string{}
	for number := range f.barred {
		if at, _ := slices.BinarySearch(page, number); number > after && at < limit {
			page = slices.Insert(page, at, number)
			page = page[:min(len(page), limit)]
		}
	}
	return page
}

func (f *Floor) work(a *Agent) []Work {
	out := make([]Work, 0, len(a.Offers))
	for _, id := range a.Offers {
		o := f.Offers[id]
		w := Work{Offer: id, State: o.State, Interaction: o.Interaction, Channel: f.Interactions[o.Interaction].On(), Queue: o.Queue, Until: o.WrapUntil}
		if o.State == orchestrator.OfferDelivering || o.State == orchestrator.OfferAlerting {
			w.Until = o.RingUntil
		}
		out = append(out, w)
	}
	return out
}
