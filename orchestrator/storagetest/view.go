package storagetest

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

var viewCases = []testCase{
	{"follow a call from arrival to done", viewCall},
	{"follow offers that fail", viewOffers},
	{"follow a callback whose customer calls in", viewCallback},
	{"follow definitions, statuses and phones", viewAgents},
	{"follow flows, and callers who leave the line", viewFlows},
	{"forget the phones of a switch that is away", viewSwitches},
	{"show who is on a switch that is away", viewAway},
	{"put a caller back in line whose talk was lost", viewLostTalk},
	{"filter and page, newest first", viewPages},
	{"answer NotFound and Invalid", viewErrors},
	{"are the same when folded again", viewRebuild},
}

func viewCall(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	type expect struct {
		state   orchestrator.ItemState
		offer   orchestrator.OfferState
		waiting int
		live    bool
	}
	check := func(step string, want expect) {
		t.Helper()
		sc.settle(s)
		i := get[view.Interaction](t)(s.Interaction(ctx, "i1"))
		a := get[view.Agent](t)(s.Agent(ctx, "ann"))
		q := get[view.Queue](t)(s.Queue(ctx, "sales"))
		live := get[[]view.Interaction](t)(s.Interactions(ctx, view.Filter{Live: true}))
		if have := (expect{i.State, a.OfferState, q.Waiting, len(live) == 1}); have != want {
			t.Errorf("%s: %+v, want %+v", step, have, want)
		}
		if (a.Offer != "") != (a.OfferState != "") || (a.Interaction != "") != (a.Offer != "") {
			t.Errorf("%s: half an offer: %+v", step, a)
		}
	}
	sc.queued("i1", "+4915112345")
	check("queued", expect{orchestrator.ItemQueued, "", 1, true})
	if q := get[view.Queue](t)(s.Queue(ctx, "sales")); !q.OldestSince.Equal(at(6 * time.Second)) {
		t.Errorf("the longest wait began at %v", q.OldestSince)
	}
	sc.tell("i1", fact.OfferMade{Offer: "o-i1", Agent: "ann", Queue: "sales", Leg: "l"})
	check("offered", expect{orchestrator.ItemOffered, orchestrator.OfferDelivering, 1, true})
	sc.tell("i1", fact.OfferAlerting{Offer: "o-i1"})
	check("ringing", expect{orchestrator.ItemOffered, orchestrator.OfferAlerting, 1, true})
	sc.tell("i1", fact.OfferConnected{Offer: "o-i1", Agent: "ann", Queue: "sales", Tape: "v-i1"})
	check("talking", expect{orchestrator.ItemAssigned, orchestrator.OfferConnected, 0, true})
	sc.hungUp("i1")
	check("after-call work", expect{orchestrator.ItemWrapping, orchestrator.OfferWrapping, 0, true})
	sc.wrapped("i1", "sold", "")
	check("done", expect{orchestrator.ItemDone, "", 0, false})

	want := view.Interaction{ID: "i1", Channel: orchestrator.ChannelVoice, Switch: "ast1", From: "+4915112345", Name: "Caller i1", To: "7000", Queue: "sales",
		State: orchestrator.ItemDone, Reason: "sold", Agent: "ann", Arrived: at(6 * time.Second), Queued: at(6 * time.Second),
		Connected: at(10 * time.Second), Ended: at(12 * time.Second)}
	if have := get[view.Interaction](t)(s.Interaction(ctx, "i1")); have != want {
		t.Errorf("the call is kept as\n%+v\nwant\n%+v", have, want)
	}
	story := get[[]fact.Entry](t)(s.Timeline(ctx, "i1"))
	if len(story) != 10 || story[0].Seq != 6 || fact.PersonOf(story[0].Fact).Number != "+4915112345" {
		t.Errorf("the timeline is %+v", story)
	}
}

func viewOffers(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	sc.queued("i1", "")
	cool := at(time.Hour)
	sc.tell("i1", fact.OfferMade{Offer: "o1", Agent: "ann", Queue: "sales"},
		fact.OfferEnded{Offer: "o1", Agent: "ann", State: orchestrator.OfferNoAnswer, NotResponding: true},
		fact.OfferMade{Offer: "o2", Agent: "bob", Queue: "sales"},
		fact.OfferEnded{Offer: "o2", Agent: "bob", State: orchestrator.OfferDeviceFailed, CoolUntil: cool})
	sc.settle(s)
	i := get[view.Interaction](t)(s.Interaction(ctx, "i1"))
	ann, bob := get[view.Agent](t)(s.Agent(ctx, "ann")), get[view.Agent](t)(s.Agent(ctx, "bob"))
	if i.State != orchestrator.ItemQueued || !i.Queued.Equal(at(6*time.Second)) {
		t.Errorf("the caller is not back in line: %+v", i)
	}
	if !ann.NotResponding || ann.Offer != "" || !bob.CoolUntil.Equal(cool) || bob.NotResponding || bob.Offer != "" {
		t.Errorf("the agents are %+v and %+v", ann, bob)
	}
	// The caller hangs up while a phone rings: the item's ending stands, whatever order the facts come in.
	sc.tell("i1", fact.OfferMade{Offer: "o3", Agent: "bob", Queue: "sales"},
		fact.ItemEnded{Queue: "sales", State: orchestrator.ItemAbandoned, Reason: "hangup"},
		fact.OfferEnded{Offer: "o3", Agent: "bob", State: orchestrator.OfferCallerGone},
		fact.InteractionEnded{Why: media.CauseHangup, Estimated: true})
	sc.tell("", fact.AgentStatusSet{Agent: "ann", Status: orchestrator.Available}, fact.AgentStatusSet{Agent: "bob", Status: orchestrator.Available})
	sc.settle(s)
	i = get[view.Interaction](t)(s.Interaction(ctx, "i1"))
	ann, bob = get[view.Agent](t)(s.Agent(ctx, "ann")), get[view.Agent](t)(s.Agent(ctx, "bob"))
	if i.State != orchestrator.ItemAbandoned || i.Reason != "hangup" || !i.Estimated || i.Ended.IsZero() {
		t.Errorf("the abandoned call is %+v", i)
	}
	if ann.NotResponding || !bob.CoolUntil.IsZero() || bob.Offer != "" {
		t.Errorf("available again: %+v and %+v", ann, bob)
	}
	// A chat is no call: it is not the call in hand of who takes it.
	sc.tell("i2", fact.InteractionOpened{Channel: orchestrator.ChannelChat, Queue: "sales", Who: fact.Person{Number: "fang@example.com", Name: "Fang"}},
		fact.ItemQueued{Queue: "sales", Since: sc.now()}, fact.OfferMade{Offer: "o4", Agent: "ann", Queue: "sales"},
		fact.OfferConnected{Offer: "o4", Agent: "ann", Queue: "sales"})
	sc.settle(s)
	i, ann = get[view.Interaction](t)(s.Interaction(ctx, "i2")), get[view.Agent](t)(s.Agent(ctx, "ann"))
	if i.Channel != orchestrator.ChannelChat || i.From != "fang@example.com" || i.Name != "Fang" || i.State != orchestrator.ItemAssigned || i.Agent != "ann" || ann.Offer != "" {
		t.Errorf("the chat is %+v, and ann %+v", i, ann)
	}
}

func viewAgents(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	sc.tell("", fact.AgentStatusSet{Agent: "ann", Status: orchestrator.Away, Reason: "lunch"})
	since := sc.now()
	sc.tell("", fact.AgentStatusSet{Agent: "ann", Status: orchestrator.Away, Reason: "lunch"},
		fact.AgentDefined{Agent: "ann", Endpoint: "phone1", Queues: []orchestrator.QueueID{"sales", "help"}, Who: fact.Person{Name: "Anna"}},
		fact.AgentDefined{Agent: "bob", Endpoint: "phone1"}, // shares the phone, of which is known that it is registered
		fact.AgentStatusSet{Agent: "nobody", Status: orchestrator.Available})
	sc.settle(s)
	ann, bob := get[view.Agent](t)(s.Agent(ctx, "ann")), get[view.Agent](t)(s.Agent(ctx, "bob"))
	want := view.Agent{ID: "ann", Name: "Anna", Endpoint: "phone1", Queues: []orchestrator.QueueID{"sales", "help"},
		Status: orchestrator.Away, Reason: "lunch", StatusSince: since, Phone: orchestrator.HealthRegistered}
	if !reflect.DeepEqual(ann, want) {
		t.Errorf("ann is\n%+v\nwant\n%+v", ann, want)
	}
	if bob.Phone != orchestrator.HealthRegistered || bob.Status != orchestrator.SignedOut || len(bob.Queues) != 0 {
		t.Errorf("bob is %+v", bob)
	}
	if all := get[[]view.Agent](t)(s.Agents(ctx)); len(all) != 2 {
		t.Errorf("an agent is made up: %+v", all)
	}
	q := get[[]view.Queue](t)(s.Queues(ctx))
	wantQ := view.Queue{ID: "sales", Name: "Sales", Number: "7000", Music: "default", RingFor: 20 * time.Second, WrapUp: time.Minute, Tickets: fact.TicketAnswered}
	if len(q) != 1 || q[0] != wantQ {
		t.Errorf("the queues are %+v", q)
	}
}

// viewSwitches: nothing is known of the phones of a switch that is away; those of the others stay as they are.
func viewSwitches(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	sc.tell("", fact.AgentDefined{Agent: "bob", Endpoint: "phone2", Switch: "pbx2"}, fact.PhoneChanged{Endpoint: "phone2", Health: orchestrator.HealthRegistered, Switch: "pbx2"},
		fact.PhoneChanged{Endpoint: "phone1", Health: orchestrator.HealthBusy, Switch: "pbx1"}, fact.SwitchDown{Switch: "pbx2"})
	sc.settle(s)
	ann, bob := get[view.Agent](t)(s.Agent(ctx, "ann")), get[view.Agent](t)(s.Agent(ctx, "bob"))
	if ann.Phone != orchestrator.HealthBusy || ann.Switch != "pbx1" || bob.Phone != orchestrator.HealthUnknown || bob.Switch != "pbx2" {
		t.Errorf("ann is %+v, bob %+v", ann, bob)
	}
	sc.tell("", fact.PhoneChanged{Endpoint: "phone2", Health: orchestrator.HealthRegistered, Switch: "pbx2"}, fact.AgentDefined{Agent: "bob", Endpoint: "phone2", Switch: "pbx1"},
		fact.PhoneMade{Agent: "ann", Endpoint: "tandem-ann", Switch: "pbx2"})
	sc.settle(s)
	ann, bob = get[view.Agent](t)(s.Agent(ctx, "ann")), get[view.Agent](t)(s.Agent(ctx, "bob"))
	if ann.Phone != orchestrator.HealthUnknown || ann.Switch != "pbx2" || bob.Phone != orchestrator.HealthUnknown || bob.Switch != "pbx1" {
		t.Errorf("moved, ann is %+v, bob %+v", ann, bob)
	}
}

func viewPages(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketNever)
	var half time.Time // when i10 arrives
	for i := range 23 {
		if i == 10 {
			half = sc.now().Add(time.Second)
		}
		id := orchestrator.InteractionID(fmt.Sprintf("i%02d", i))
		sc.queued(id, "")
		if i%2 == 0 {
			sc.abandon(id)
		}
	}
	sc.settle(s)
	for name, c := range map[string]struct {
		f    view.Filter
		want int
	}{
		"all":       {view.Filter{}, 23},
		"live":      {view.Filter{Live: true}, 11},
		"abandoned": {view.Filter{State: orchestrator.ItemAbandoned}, 12},
		"queue":     {view.Filter{Queue: "sales"}, 23},
		"no queue":  {view.Filter{Queue: "help"}, 0},
		"agent":     {view.Filter{Agent: "ann"}, 0},
		"from":      {view.Filter{From: half}, 13},
		"to":        {view.Filter{To: half}, 10},
		"between":   {view.Filter{From: half, To: half.Add(time.Second)}, 1},
		"too many":  {view.Filter{Limit: 100_000}, 23},
	} {
		f, n, last := c.f, 0, ""
		if f.Limit == 0 {
			f.Limit = 4
		}
		for {
			page := get[[]view.Interaction](t)(s.Interactions(ctx, f))
			if len(page) == 0 {
				break
			}
			for _, i := range page {
				if last != "" && string(i.ID) >= last {
					t.Fatalf("%s: %s comes after %s", name, i.ID, last)
				}
				last = string(i.ID)
			}
			n += len(page)
			f.Before = last
		}
		if n != c.want {
			t.Errorf("%s: %d, want %d", name, n, c.want)
		}
	}
}

func viewErrors(ctx context.Context, t *testing.T, s Store) {
	_, err := s.Queue(ctx, "none")
	kind(t, "queue", err, orchestrator.NotFound)
	_, err = s.Queue(ctx, "")
	kind(t, "queue without a name", err, orchestrator.NotFound)
	_, err = s.Agent(ctx, "none")
	kind(t, "agent", err, orchestrator.NotFound)
	_, err = s.Interaction(ctx, "none")
	kind(t, "interaction", err, orchestrator.NotFound)
	_, err = s.Timeline(ctx, "none")
	kind(t, "timeline", err, orchestrator.NotFound)
	_, err = s.Timeline(ctx, "")
	kind(t, "timeline of nothing", err, orchestrator.NotFound)
	_, err = s.Interactions(ctx, view.Filter{Before: "none"})
	kind(t, "page after nothing", err, orchestrator.Invalid)
	if seq := get[int64](t)(s.Seq(ctx)); seq != 0 {
		t.Errorf("a new view has folded in line %d", seq)
	}
}

func viewRebuild(ctx context.Context, t *testing.T, s Store) {
	sc := calls(ctx, t, s)
	sc.queued("waits", "+49170")
	sc.settle(s)
	before := look(ctx, t, s)
	sc.queued("later", "+49171")
	must(t, s.RebuildViews(ctx))
	if seq := get[int64](t)(s.Seq(ctx)); seq != sc.seq {
		t.Errorf("the rebuilt view stands at %d, the journal at %d", seq, sc.seq)
	}
	after := look(ctx, t, s)
	if len(after.Interactions) != len(before.Interactions)+1 || after.Interactions[0].ID != "later" {
		t.Fatalf("the rebuilt view holds %+v", after.Interactions)
	}
	after.Interactions = after.Interactions[1:]
	after.Queues[0].Waiting--
	if !reflect.DeepEqual(before, after) {
		t.Errorf("folded again\n%+v\nbecomes\n%+v", before, after)
	}
	sc.settle(s)
	if all := get[[]view.Interaction](t)(s.Interactions(ctx, view.Filter{})); len(all) != 8 {
		t.Errorf("%d interactions after the rebuilding, want 8", len(all))
	}
}
