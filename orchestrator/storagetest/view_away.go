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

// viewAway: callers of a switch that is away are shown so, and count as waiting until it is missed.
func viewAway(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	sc.queued("i1", "")
	sc.tell("", fact.SwitchUp{Switch: "ast1", Boot: "b1"})
	check := func(step string, away bool, waiting int) {
		t.Helper()
		sc.settle(s)
		one, all := get[view.Interaction](t)(s.Interaction(ctx, "i1")), get[[]view.Interaction](t)(s.Interactions(ctx, view.Filter{Live: true}))
		q := get[view.Queue](t)(s.Queue(ctx, "sales"))
		if one.AwaySince.IsZero() == away || len(all) > 0 && all[0].AwaySince != one.AwaySince || q.Waiting != waiting || q.OldestSince.IsZero() != (waiting == 0) {
			t.Errorf("%s: away since %v, in the list %v, %d wait since %v", step, one.AwaySince, all, q.Waiting, q.OldestSince)
		}
	}
	check("there", false, 1)
	sc.tell("", fact.SwitchDown{Switch: "ast1"})
	down := sc.now()
	check("away", true, 1)
	sc.tell("", fact.SwitchMissed{Switch: "ast1"})
	check("missed", true, 0)
	if i := get[view.Interaction](t)(s.Interaction(ctx, "i1")); !i.AwaySince.Equal(down) {
		t.Errorf("away since %v, want %v", i.AwaySince, down)
	}
	sc.tell("", fact.SwitchUp{Switch: "ast1", Boot: "b1"})
	check("back", false, 1)
	sc.tell("", fact.SwitchDown{Switch: "ast1"})
	sc.abandon("i1")
	check("over", false, 0)
}

// viewLostTalk: a caller whose talk was lost waits again and has no agent, and the agent is offered nothing for a moment.
func viewLostTalk(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	sc.queued("i1", "")
	since, cool := sc.now(), at(time.Hour)
	sc.answered("i1")
	sc.tell("i1", fact.TalkEnded{Offer: "o-i1", Agent: "ann", By: fact.BySwitch, Why: media.CauseLost},
		fact.ItemRequeued{Offer: "o-i1", Agent: "ann", CoolUntil: cool, ItemQueued: fact.ItemQueued{Queue: "sales", Since: since}})
	sc.settle(s)
	i, ann := get[view.Interaction](t)(s.Interaction(ctx, "i1")), get[view.Agent](t)(s.Agent(ctx, "ann"))
	if i.State != orchestrator.ItemQueued || i.Agent != "" || !i.Connected.IsZero() || !i.Queued.Equal(since) || !i.Waiting() {
		t.Errorf("the caller is %+v", i)
	}
	if ann.OfferState != orchestrator.OfferWrapping || !ann.CoolUntil.Equal(cool) {
		t.Errorf("ann is %+v", ann)
	}
}
