package storagetest

import (
	"context"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// viewCallback: the customer of a callback calls in while their phone rings, hangs up, and is called again.
func viewCallback(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	due := at(time.Hour)
	for _, step := range []struct {
		facts []fact.Fact
		want  orchestrator.CallbackState
		tries int
		due   time.Time
	}{
		{[]fact.Fact{fact.InteractionOpened{Channel: orchestrator.ChannelCallback, Queue: "sales", Who: fact.Person{Number: "+4915112345"}},
			fact.CallbackRequested{Switch: "ast1", Since: sc.now()}, fact.CallbackWaits{Until: due, Why: fact.StopNotBefore}}, orchestrator.CallbackWaiting, 0, due},
		{[]fact.Fact{fact.CustomerCalledIn{By: "i7"}}, orchestrator.CallbackCalledIn, 0, due},
		{[]fact.Fact{fact.CallbackResumed{By: "i7"}}, orchestrator.CallbackWaiting, 0, due},
		{[]fact.Fact{fact.ItemQueued{Queue: "sales", Since: sc.now()}}, orchestrator.CallbackDue, 0, time.Time{}},
		{[]fact.Fact{fact.OfferMade{Offer: "o1", Agent: "ann", Queue: "sales", Leg: "l1"}, fact.OfferAccepted{Offer: "o1", Agent: "ann"}}, orchestrator.CallbackReserved, 0, time.Time{}},
		{[]fact.Fact{fact.CustomerDialled{Offer: "o1", Leg: "k1", Attempt: 1}}, orchestrator.CallbackDialling, 1, time.Time{}},
		{[]fact.Fact{fact.OfferEnded{Offer: "o1", Agent: "ann", State: orchestrator.OfferRescinded, Accepted: true}, fact.CustomerCalledIn{By: "i8"},
			fact.CustomerGivenUp{Leg: "k1", Why: media.CauseHangup, Spared: true}}, orchestrator.CallbackCalledIn, 1, time.Time{}},
		{[]fact.Fact{fact.CustomerMissed{Leg: "k1", Attempt: 1, Why: media.CauseHangup, Spared: true}}, orchestrator.CallbackCalledIn, 0, time.Time{}},
		{[]fact.Fact{fact.CallbackResumed{By: "i8"}, fact.ItemQueued{Queue: "sales", Since: sc.now()}}, orchestrator.CallbackDue, 0, time.Time{}},
		{[]fact.Fact{fact.ItemEnded{Queue: "sales", State: orchestrator.ItemCanceled, Reason: orchestrator.Superseded}}, orchestrator.CallbackSuperseded, 0, time.Time{}},
	} {
		sc.tell("i1", step.facts...)
		sc.settle(s)
		i := get[view.Interaction](t)(s.Interaction(ctx, "i1"))
		if i.Callback != step.want || i.Attempts != step.tries || !i.Due.Equal(step.due) {
			t.Errorf("after %T: %s with %d attempts, due %s; want %s, %d, %s", step.facts[0], i.Callback, i.Attempts, i.Due, step.want, step.tries, step.due)
		}
	}
}
