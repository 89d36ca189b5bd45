package storagetest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

var erasureCases = []testCase{
	{"forgets a caller everywhere and nobody else", erasureForgets},
	{"waits for the end of the call", erasureWaits},
	{"forgets a number that somebody else keyed in", erasureOfKeyed},
	{"takes the audio away as a job", erasureOfAudio},
	{"is told to the floor that runs", erasureTold},
	{"brings nothing home that a reactor comes to later", erasureBeforeTheReactor},
}

func erasureForgets(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAll)
	sc.call("i1", "+4915155555")
	sc.call("i2", "+4915166666")
	sc.queued("i3", "+4915155555")
	sc.abandon("i3")
	sc.settle(s)
	for _, k := range get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{})) {
		must(t, second(s.Comment(ctx, "c-"+k.Number, ticket.Comment{Ticket: k.Number, Author: "ann", Text: "said: " + k.Customer})))
		must(t, second(s.Move(ctx, "m-"+k.Number, k.Number, ticket.Pending, 0, "ann")))
	}
	must(t, sc.j.Save(ctx, engine.Checkpoint{Seq: 3, State: []byte("{}"), Persons: []byte("+4915155555")}))
	due := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 1, time.Hour))
	must(t, settle(ctx, s, due[0], notify.SMS{State: notify.Sent, Route: "a", Parts: 1, Refs: []string{"r1"}}, time.Time{}))
	textBack(ctx, t, s)
	before := look(ctx, t, s)

	tapes := get[[]media.TapeID](t)(s.Erase(ctx, "+4915155555"))
	if len(tapes) != 1 || tapes[0] != "v-i1" {
		t.Errorf("the tapes to delete are %v", tapes)
	}
	if c := get[engine.Checkpoint](t)(sc.j.Newest(ctx)); strings.Contains(string(c.Persons), "55555") {
		t.Errorf("a checkpoint remembers: %s", c.Persons)
	}
	after := look(ctx, t, s)
	must(t, s.RebuildViews(ctx))
	rebuilt := look(ctx, t, s)
	texts := get[[]notify.Text](t)(s.Texts(ctx, 0, 9))
	if texts[len(texts)-1].Text != "" || !slices.ContainsFunc(texts, func(x notify.Text) bool { return x.Text == "hello" && x.From != "" }) {
		t.Errorf("the texts are %+v", texts)
	}
	for what, d := range map[string]any{"the texts": texts, "the opt-outs": get[[]notify.OptOut](t)(s.OptOuts(ctx, "", 9)), "the desk": after, "the rebuilt desk": rebuilt, "the journal": all(ctx, t, sc.j),
		"a repeated answer": get[ticket.Ticket](t)(s.Move(ctx, "m-"+numberOf(ctx, t, s, "i1"), numberOf(ctx, t, s, "i1"), ticket.Pending, 0, "ann"))} {
		text := get[[]byte](t)(json.Marshal(d))
		for _, trace := range []string{"55555", "Caller i1", "Caller i3"} {
			if strings.Contains(string(text), trace) {
				t.Errorf("%s remembers %s: %s", what, trace, text)
			}
		}
	}
	for _, e := range all(ctx, t, sc.j) {
		if p := fact.PersonOf(e.Fact); (p != fact.Person{}) && (e.About == "i1" || e.About == "i3") {
			t.Errorf("line %d remembers %+v", e.Seq, p)
		}
	}
	if a := get[view.Agent](t)(s.Agent(ctx, "ann")); a.Name != "Ann" {
		t.Errorf("an agent was forgotten too: %+v", a)
	}
	if i := get[view.Interaction](t)(s.Interaction(ctx, "i2")); i.From != "+4915166666" || i.Name != "Caller i2" {
		t.Errorf("another caller was forgotten too: %+v", i)
	}
	erasureKeepsRows(t, before, after)
	if left := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 9, time.Hour)); len(left) != 1 || left[0].Interaction != "i2" {
		t.Errorf("still to be sent are %+v", left)
	}
	_, err := s.Erase(ctx, "")
	kind(t, "erasing nobody", err, orchestrator.Invalid)
	_, err = s.Erase(ctx, "+49000")
	kind(t, "erasing a stranger", err, orchestrator.NotFound)
	_, err = s.Erase(ctx, "+4915155555")
	kind(t, "erasing a person again", err, orchestrator.NotFound)
}

// erasureKeepsRows: figures stay right, and what waited for the erased is not sent.
func erasureKeepsRows(t *testing.T, before, after desktop) {
	t.Helper()
	if len(after.Tickets) != len(before.Tickets) || len(after.Messages) != len(before.Messages) || len(after.Interactions) != len(before.Interactions) {
		t.Errorf("rows are gone, so that figures are wrong")
	}
	for _, m := range after.Messages {
		want := m.Class == notify.Reply || map[orchestrator.InteractionID]bool{"i1": true, "i3": true}[m.Interaction]
		if (m.To == "") != want || want && m.State == notify.Queued {
			t.Errorf("the message is %+v", m)
		}
	}
}

// textBack lets the caller and another one text, and the caller opt out.
func textBack(ctx context.Context, t *testing.T, s Store) {
	t.Helper()
	ordinary := func(string) notify.Meaning { return notify.Meaning{} }
	must(t, s.KeepText(ctx, notify.Text{Route: "a", From: "+4915155555", To: "7000", Text: "it is I, Caller i1", Received: noon}, ordinary))
	must(t, s.KeepText(ctx, notify.Text{Route: "a", From: "+4915155555", To: "7000", Text: "Caller i1", Received: noon, Joint: notify.Joint{Ref: 1, Total: 2, Part: 1}}, ordinary))
	must(t, s.KeepText(ctx, notify.Text{Route: "a", From: "+4915166666", To: "7000", Text: "hello", Received: noon}, ordinary))
	must(t, s.KeepText(ctx, notify.Text{Route: "a", From: "+4915155555", To: "7000", Text: "help", Received: noon}, func(string) notify.Meaning {
		return notify.Meaning{Word: notify.Help, Reply: notify.SMS{Key: "word:55555", Class: notify.Reply, To: "+4915155555", Text: "It is us", Created: noon}}
	}))
	must(t, s.SetOptOut(ctx, "+4915155555", true))
}

func numberOf(ctx context.Context, t *testing.T, s Store, id orchestrator.InteractionID) string {
	t.Helper()
	return get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{Interaction: id}))[0].Number
}

func erasureWaits(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	for _, step := range []func(){
		func() { sc.queued("i1", "+4915155555") },
		func() { sc.answered("i1") },
		func() { sc.hungUp("i1") }, // the notes are still to come
	} {
		step()
		_, err := s.Erase(ctx, "+4915155555")
		kind(t, fmt.Sprintf("erasing at line %d", sc.seq), err, orchestrator.Conflict)
	}
	sc.wrapped("i1", "sold", "Mr Caller wants two")
	must(t, second(s.Erase(ctx, "+4915155555")))
	sc.settle(s) // Reactors that come late see nothing any more.
	d := look(ctx, t, s)
	if len(d.Messages) != 0 || d.Tickets[0].Customer != "" || len(d.Comments[0]) != 0 || d.Interactions[0].From != "" {
		t.Errorf("a late reaction sees\n%+v", d)
	}
}

// erasureTold: what the floor that runs writes down between the erasure and its own forgetting is not kept.
func erasureTold(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAll)
	sc.call("i1", "+4915155555")
	sc.call("i2", "+4915155555")
	sc.settle(s)
	must(t, second(s.Erase(ctx, "+4915155555")))
	untold := get[[]desk.Erasure](t)(s.UntoldErasures(ctx, 9))
	if len(untold) != 1 || !slices.Equal(untold[0].Interactions, []orchestrator.InteractionID{"i1", "i2"}) {
		t.Fatalf("untold are %+v", untold)
	}
	sc.tell("", fact.AgentStatusSet{Agent: "ann", Status: orchestrator.Available}) // the centre goes on
	must(t, sc.j.Save(ctx, engine.Checkpoint{Seq: sc.seq, State: []byte("{}"), Persons: []byte("+4915155555")}))
	sc.tell("", fact.PersonErased{Interactions: untold[0].Interactions})
	must(t, s.ErasureTold(ctx, untold[0].ID, sc.seq))
	if c := get[engine.Checkpoint](t)(sc.j.Newest(ctx)); c.Seq != 0 {
		t.Errorf("a checkpoint from before the floor forgot is kept: %d %s", c.Seq, c.Persons)
	}
	if untold := get[[]desk.Erasure](t)(s.UntoldErasures(ctx, 9)); len(untold) != 0 {
		t.Errorf("told again would be %+v", untold)
	}
	sc.tell("", fact.AgentStatusSet{Agent: "ann", Status: orchestrator.Away})
	must(t, sc.j.Save(ctx, engine.Checkpoint{Seq: sc.seq, State: []byte("{}"), Persons: []byte("nobody")}))
	if c := get[engine.Checkpoint](t)(sc.j.Newest(ctx)); c.Seq != sc.seq {
		t.Errorf("one from after it is not kept: %d", c.Seq)
	}
}
