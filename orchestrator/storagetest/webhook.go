package storagetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/webhook"
	"tandem/orchestrator/fact"
)

var webhookCases = []testCase{
	{"are made, changed, given another secret and forgotten", webhookKept},
	{"are told what they want, from when they are there", webhookTold},
	{"are told of tickets", webhookTickets},
	{"are handed each interaction in its order, to one claimer", webhookOrder},
	{"are handed what was claimed by one who was killed", webhookKilled},
	{"bury what waits too long, and dig it up again", webhookDead},
	{"remember how the other side does", webhookWent},
}

// hook makes an active webhook.
func hook(ctx context.Context, t *testing.T, s Store, id string, events ...string) webhook.Hook {
	t.Helper()
	h, made, err := s.PutHook(ctx, webhook.Hook{ID: id, URL: "https://crm.example/in", Events: events, State: webhook.Active, Secret: "whsec_a"})
	must(t, err)
	if !made {
		t.Fatalf("%s was there already", id)
	}
	return h
}

// claim claims everything that is due for a hook, for an hour.
func claim(ctx context.Context, t *testing.T, s Store, hook string) []webhook.Delivery {
	t.Helper()
	return get[[]webhook.Delivery](t)(s.ClaimDeliveries(ctx, hook, 200, time.Hour))
}

// told writes deliveries down by type and lane.
func told(all []webhook.Delivery) (out []string) {
	for _, d := range all {
		out = append(out, d.Event.Type+" "+d.Event.Lane)
	}
	return out
}

func webhookKept(ctx context.Context, t *testing.T, s Store) {
	h := hook(ctx, t, s, "crm", "item_queued", "ticket_opened")
	want := h
	want.URL, want.Events, want.Person, want.State = "https://other.example/", []string{"item_ended"}, true, webhook.Paused
	again, made, err := s.PutHook(ctx, webhook.Hook{ID: "crm", URL: want.URL, Events: want.Events, Person: true, State: webhook.Paused, Secret: "whsec_b"})
	must(t, err)
	if made || again.Secret != "whsec_a" || again.URL != want.URL || !again.Person || again.State != webhook.Paused || !slices.Equal(again.Events, want.Events) ||
		!again.Created.Equal(h.Created) || h.Created.IsZero() {
		t.Errorf("changed, it is %+v", again)
	}
	until := at(time.Hour)
	turned := get[webhook.Hook](t)(s.RotateHook(ctx, "crm", "whsec_c", until))
	if turned.Secret != "whsec_c" || turned.OldSecret != "whsec_a" || !turned.OldUntil.Equal(until) {
		t.Errorf("with another secret it is %+v", turned)
	}
	if all := get[[]webhook.Hook](t)(s.Hooks(ctx)); len(all) != 1 || all[0].Secret != "whsec_c" {
		t.Errorf("all are %+v", all)
	}
	if active := get[[]webhook.Hook](t)(s.ActiveHooks(ctx)); len(active) != 0 {
		t.Errorf("a paused one is active: %+v", active)
	}
	must(t, s.DeleteHook(ctx, "crm"))
	kind(t, "gone", s.DeleteHook(ctx, "crm"), orchestrator.NotFound)
	kind(t, "gone", second(s.Hook(ctx, "crm")), orchestrator.NotFound)
	kind(t, "gone", second(s.RotateHook(ctx, "crm", "x", until)), orchestrator.NotFound)
	kind(t, "gone", second(s.DeadDeliveries(ctx, "crm", 0, 5)), orchestrator.NotFound)
	kind(t, "gone", second(s.ResendDeliveries(ctx, "crm", nil)), orchestrator.NotFound)
	for i := range webhook.MaxHooks {
		hook(ctx, t, s, fmt.Sprintf("h%02d", i), "item_queued")
	}
	_, _, err = s.PutHook(ctx, webhook.Hook{ID: "more", State: webhook.Active})
	kind(t, "one too many", err, orchestrator.Conflict)
}

func webhookTold(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketNever)
	sc.queued("i0", "+49150")
	hook(ctx, t, s, "crm", "item_queued", "item_ended")
	hook(ctx, t, s, "asleep", "item_queued")
	must(t, second2(s.PutHook(ctx, webhook.Hook{ID: "asleep", Events: []string{"item_queued"}, State: webhook.Paused})))
	sc.queued("i1", "+49151")
	sc.abandon("i1")
	sc.settle(s)
	crm := claim(ctx, t, s, "crm")
	if have := told(crm); !slices.Equal(have, []string{"item_queued i1"}) {
		t.Errorf("it is told %q", have)
	}
	if d := crm[0]; d.Event.Seq == 0 || d.Event.At.IsZero() || d.Attempts != 1 || d.State != webhook.Queued || d.Queued.IsZero() {
		t.Errorf("claimed is %+v", d)
	}
	must(t, s.ArrivedDelivery(ctx, crm[0]))
	if have := told(claim(ctx, t, s, "crm")); !slices.Equal(have, []string{"item_ended i1"}) {
		t.Errorf("then it is told %q", have)
	}
	if st := get[webhook.Standing](t)(s.Standing(ctx, "asleep")); st.Waiting != 0 {
		t.Errorf("before a paused one lies %+v", st)
	}
}

// second2 is the error of a function with three answers.
func second2[A, B any](_ A, _ B, err error) error { return err }

func webhookTickets(ctx context.Context, t *testing.T, s Store) {
	hook(ctx, t, s, "crm", webhook.TicketOpened, webhook.TicketChanged)
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	sc.call("i1", "+49151")
	sc.settle(s)
	taken := func() {
		sc.queued("i2", "+49152")
		sc.tell("i2", fact.TicketAsked{Subject: "Lost parcel"})
		sc.answered("i2") // who takes it gets the ticket
		sc.settle(s)
		var have []string
		for range 2 {
			for _, d := range claim(ctx, t, s, "crm") {
				have = append(have, fmt.Sprintf("%s %d", d.Event.Type, d.Event.Version))
				must(t, s.ArrivedDelivery(ctx, d))
			}
		}
		if !slices.Equal(have, []string{"ticket_opened 1", "ticket_changed 2"}) {
			t.Errorf("of a ticket that a flow opened it is told %q", have)
		}
	}
	defer taken()
	k := get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{}))[0]
	must(t, second(s.Move(ctx, "", k.Number, ticket.Pending, 0, "ann")))
	must(t, second(s.Move(ctx, "", k.Number, ticket.Pending, 0, "ann"))) // It stands there already.
	kind(t, "an old version", second(s.Move(ctx, "", k.Number, ticket.Solved, 1, "ann")), orchestrator.Conflict)
	var have []string
	for range 5 {
		for _, d := range claim(ctx, t, s, "crm") {
			have = append(have, fmt.Sprintf("%s %d", d.Event.Type, d.Event.Version))
			if d.Event.Ticket != k.Number || d.Event.Lane != k.Number {
				t.Errorf("told is %+v", d)
			}
			must(t, s.ArrivedDelivery(ctx, d))
		}
	}
	if !slices.Equal(have, []string{"ticket_opened 1", "ticket_changed 2", "ticket_changed 3"}) {
		t.Errorf("it is told %q", have)
	}
}

func webhookOrder(ctx context.Context, t *testing.T, s Store) {
	hook(ctx, t, s, "crm", "item_queued", "item_ended", "interaction_ended")
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketNever)
	for _, id := range []orchestrator.InteractionID{"i1", "i2"} {
		sc.queued(id, "+49151")
		sc.abandon(id)
	}
	sc.settle(s)
	first := claim(ctx, t, s, "crm")
	if have := told(first); !slices.Equal(have, []string{"item_queued i1", "item_queued i2"}) {
		t.Fatalf("at first it is told %q", have)
	}
	if more := claim(ctx, t, s, "crm"); len(more) != 0 {
		t.Errorf("another claimer gets %q", told(more))
	}
	first[0].Why = "busy"
	must(t, s.LaterDelivery(ctx, first[0], time.Now().Add(time.Hour)))
	must(t, s.ArrivedDelivery(ctx, first[1]))
	if have := told(claim(ctx, t, s, "crm")); !slices.Equal(have, []string{"item_ended i2"}) {
		t.Errorf("while the first of i1 waits it is told %q", have)
	}
	first[0].Attempts = 7 // Another claim.
	must(t, s.LaterDelivery(ctx, first[0], time.Now().Add(-time.Hour)))
	if have := told(claim(ctx, t, s, "crm")); len(have) != 0 {
		t.Errorf("one who was overtaken has a say: %q", have)
	}
	if st := get[webhook.Standing](t)(s.Standing(ctx, "crm")); st.Waiting != 5 || st.Oldest.IsZero() || st.Dead != 0 {
		t.Errorf("before it lies %+v", st)
	}
}

func webhookKilled(ctx context.Context, t *testing.T, s Store) {
	hook(ctx, t, s, "crm", "item_queued", "item_ended")
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketNever)
	sc.queued("i1", "+49151")
	sc.abandon("i1")
	sc.settle(s)
	first := get[[]webhook.Delivery](t)(s.ClaimDeliveries(ctx, "crm", 9, 30*time.Millisecond))
	if len(first) != 1 {
		t.Fatalf("claimed are %q", told(first))
	}
	eventually(ctx, t, "it is handed out again, and the next of its lane not before", func() bool {
		again := claim(ctx, t, s, "crm")
		if len(again) == 1 && (again[0].Event != first[0].Event || again[0].Attempts != 2) {
			t.Fatalf("handed out again is %+v", again[0])
		}
		return len(again) == 1
	})
}

func webhookDead(ctx context.Context, t *testing.T, s Store) {
	hook(ctx, t, s, "crm", "item_queued")
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketNever)
	for i := range 4 {
		sc.queued(orchestrator.InteractionID(fmt.Sprintf("i%d", i)), "+49151")
	}
	sc.settle(s)
	due := claim(ctx, t, s, "crm")
	due[0].State, due[0].Why = webhook.Dead, "the answer was 400"
	must(t, s.LaterDelivery(ctx, due[0], time.Now()))
	if n := get[int](t)(s.SweepDeliveries(ctx, due[0].Queued.Add(-time.Hour), due[0].Queued.Add(-time.Hour))); n != 0 {
		t.Errorf("%d have died early", n)
	}
	if n := get[int](t)(s.SweepDeliveries(ctx, due[0].Queued.Add(time.Hour), due[0].Queued.Add(-time.Hour))); n != 3 {
		t.Errorf("%d have died of waiting", n)
	}
	dead := get[[]webhook.Delivery](t)(s.DeadDeliveries(ctx, "crm", 0, 2))
	rest := get[[]webhook.Delivery](t)(s.DeadDeliveries(ctx, "crm", dead[1].ID, 9))
	if len(dead) != 2 || len(rest) != 2 || dead[0].ID < dead[1].ID || rest[1].Why != "the answer was 400" || rest[0].Why != "it waited too long" {
		t.Errorf("the dead letters are %+v and %+v", dead, rest)
	}
	if n := get[int](t)(s.ResendDeliveries(ctx, "crm", []int64{rest[1].ID, 4711})); n != 1 {
		t.Errorf("%d are sent again", n)
	}
	if again := claim(ctx, t, s, "crm"); len(again) != 1 || again[0].ID != rest[1].ID || again[0].Attempts != 1 || again[0].Why != "" {
		t.Errorf("sent again is %+v", again)
	}
	if n := get[int](t)(s.ResendDeliveries(ctx, "crm", nil)); n != 3 {
		t.Errorf("%d others are sent again", n)
	}
	must(t, second(s.SweepDeliveries(ctx, time.Now().Add(time.Hour), at(-time.Hour))))
	must(t, second(s.SweepDeliveries(ctx, at(-time.Hour), time.Now().Add(time.Hour))))
	if st := get[webhook.Standing](t)(s.Standing(ctx, "crm")); st != (webhook.Standing{}) {
		t.Errorf("the dead are not forgotten: %+v", st)
	}
}

func webhookWent(ctx context.Context, t *testing.T, s Store) {
	hook(ctx, t, s, "crm", "item_queued")
	retry := at(time.Minute)
	must(t, s.HookWent(ctx, "crm", 1, "the answer was 500", retry))
	one := get[webhook.Hook](t)(s.Hook(ctx, "crm"))
	must(t, s.HookWent(ctx, "crm", 2, "the answer was 502", retry))
	two := get[webhook.Hook](t)(s.Hook(ctx, "crm"))
	if one.Failing.IsZero() || !two.Failing.Equal(one.Failing) || two.Failures != 2 || two.Why != "the answer was 502" || !two.RetryAt.Equal(retry) {
		t.Errorf("failing, it is %+v, then %+v", one, two)
	}
	must(t, s.HookWent(ctx, "crm", 0, "", time.Time{}))
	if well := get[webhook.Hook](t)(s.Hook(ctx, "crm")); well.Failures != 0 || !well.Failing.IsZero() || !well.RetryAt.IsZero() || well.Why != "" {
		t.Errorf("well again, it is %+v", well)
	}
	must(t, s.HookWent(ctx, "crm", 3, "away", retry))
	moved, _, err := s.PutHook(ctx, webhook.Hook{ID: "crm", URL: "https://new.example", Events: one.Events, State: webhook.Active})
	must(t, err)
	if moved.Failures != 0 || !moved.RetryAt.IsZero() {
		t.Errorf("with a new address it is %+v", moved)
	}
}
