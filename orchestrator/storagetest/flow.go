package storagetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/fact"
)

// viewFlows: the versions of a flow, newest first, and a caller who was in line and is back in the flow.
func viewFlows(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	sc.tell("", fact.FlowPublished{Flow: "main", Version: 1, Numbers: []string{"7100"}, Text: "one"})
	sc.tell("", fact.FlowPublished{Flow: "other", Version: 1, Numbers: []string{"7200"}, Text: "other"})
	sc.tell("", fact.FlowPublished{Flow: "main", Version: 2, Numbers: []string{"7100", "7101"}, Text: "two"})
	versions := func(id orchestrator.FlowID, want ...string) {
		t.Helper()
		var have []string
		for _, e := range get[[]fact.Entry](t)(s.Flows(ctx, id)) {
			x, _ := e.Fact.(fact.FlowPublished)
			have = append(have, string(x.Flow)+" "+x.Text)
		}
		if !slices.Equal(have, want) {
			t.Errorf("the versions of %q are %q, want %q", id, have, want)
		}
	}
	versions("", "main two", "other other")
	versions("main", "main two", "main one")
	versions("none")
	for n := range 110 {
		sc.tell("", fact.FlowPublished{Flow: orchestrator.FlowID(fmt.Sprintf("f%d", n)), Version: 1, Text: "more"},
			fact.FlowPublished{Flow: "often", Version: n + 1, Text: "often"})
	}
	if all, often := get[[]fact.Entry](t)(s.Flows(ctx, "")), get[[]fact.Entry](t)(s.Flows(ctx, "often")); len(all) != 113 || len(often) != 100 {
		t.Errorf("%d flows of 113, %d versions of the newest 100", len(all), len(often))
	}

	for version, table := range []orchestrator.TableID{"who", "night", "who"} {
		sc.tell("", fact.RulesPublished{Table: table, Version: version, Format: "csv", Text: string(table)})
	}
	tables := func(id orchestrator.TableID, want ...int) {
		t.Helper()
		var have []int
		for _, e := range get[[]fact.Entry](t)(s.Tables(ctx, id)) {
			x, _ := e.Fact.(fact.RulesPublished)
			have = append(have, x.Version)
		}
		if !slices.Equal(have, want) {
			t.Errorf("the versions of table %q are %d, want %d", id, have, want)
		}
	}
	tables("", 2, 1)
	tables("who", 2, 0)
	tables("main")

	sc.queued("i1", "+4915112345")
	sc.tell("i1", fact.QueueLeft{Queue: "sales", Via: "key 9"})
	sc.settle(s)
	if i := get[view.Interaction](t)(s.Interaction(ctx, "i1")); i.State != orchestrator.ItemNew || !i.Queued.IsZero() {
		t.Errorf("out of line it is %s since %v", i.State, i.Queued)
	}
	if q := get[view.Queue](t)(s.Queue(ctx, "sales")); q.Waiting != 0 {
		t.Errorf("%d wait", q.Waiting)
	}
}

// ticketFlow: a flow opens a ticket for a caller who reaches no queue, and sends a text, once each.
func ticketFlow(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	for id, number := range map[orchestrator.InteractionID]string{"i1": "+4915112345", "i2": "anonymous"} {
		sc.tell(id, fact.InteractionArrived{Switch: "s", Leg: "l", To: "7100", Flow: "main", Who: fact.Person{Number: number}})
		sc.tell(id, fact.SMSAsked{Who: fact.Person{Text: "We have your order."}})
		sc.tell(id, fact.TicketAsked{Subject: "Call back"}, fact.TicketAsked{Subject: "Call back again"})
	}
	sc.settle(s)
	all := get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{}))
	if len(all) != 2 || all[0].Subject != "Call back" || all[0].Queue != "" {
		t.Fatalf("the tickets are %+v", all)
	}
	sent := get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{}))
	if len(sent) != 2 || sent[1].Text != "We have your order." || sent[0].To != "+4915112345" ||
		sent[0].Text != "Thank you for calling. Your service number is "+sent[0].Ticket+". For more on this, ring 7100." {
		t.Errorf("sent are %+v", sent)
	}
	// Who takes the call then, has the ticket from there on.
	sc.centre(fact.TicketNever)
	sc.tell("i1", fact.ItemQueued{Queue: "sales", Since: sc.now()})
	sc.answered("i1")
	taken := sc.now()
	sc.settle(s)
	k := get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{Interaction: "i1"}))[0]
	if k.Agent != "ann" || k.Queue != "sales" || k.Version != 2 {
		t.Errorf("taken is %+v", k)
	}
	want := []ticket.Change{{Field: "agent", To: "ann", By: "ann", At: taken}}
	if have := get[[]ticket.Change](t)(s.History(ctx, k.Number)); !reflect.DeepEqual(have, want) {
		t.Errorf("the history is %+v, want %+v", have, want)
	}
	sc.tell("i1", fact.OfferConnected{Offer: "o9", Agent: "bob", Queue: "sales"})
	sc.settle(s)
	if k := get[ticket.Ticket](t)(s.Ticket(ctx, k.Number)); k.Agent != "ann" || k.Version != 2 {
		t.Errorf("taken again is %+v", k)
	}
}
