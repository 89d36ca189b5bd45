package floor

import (
	"slices"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// strange is a flow that another program could read.
const strange = "flow: f\nnumbers: ['7000']\nlanguage: en\nstart: a\nnodes:\n  a: {teleport: x}\n"

// callers brings one in at 7000.
func callers(f *Floor, step func(Input) []fact.Entry) *Interaction {
	step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: "c1", To: "7000"}}})
	all := f.InteractionsOn("s")
	return all[len(all)-1]
}

func base(f *Floor, i *Interaction) media.Base {
	_, wants := f.Wants(i.ID)
	return wants[i.Leg].Base
}

// A caller whose flow nobody can read reaches the switch's fallback, and not a dead line; back from there, a readable version leads.
func TestAFlowThatCannotBeReadCostsNoCaller(t *testing.T) {
	f, step := flowing(t, "  a: {queue: sales}\n")
	f.Apply(fact.Entry{Seq: f.Seq + 1, At: f.At, Fact: fact.FlowPublished{Flow: "f", Version: 2, Numbers: []string{"7000"}, Text: strange}})
	if ill := f.Unreadable(); len(ill) != 1 || ill[0].Flow != "f" || ill[0].Version != 2 || ill[0].Err == nil || !slices.Equal(ill[0].Numbers, []string{"7000"}) {
		t.Errorf("unreadable are %+v", ill)
	}
	i := callers(f, step)
	if b := base(f, i); b != (media.Yield{}) || i.State.Ended() {
		t.Fatalf("the caller is %s, and the switch is told %T", i.State, b)
	}
	step(media.Event{Kind: media.Left, Switch: "s", Leg: "c1", Text: "fallback"})
	if _, wants := f.Wants(i.ID); len(wants) != 0 || !i.Away {
		t.Errorf("in the fallback the switch is told %v", wants)
	}
	step(Command{Do: PublishFlow{File: "f", Text: "flow: f\nnumbers: ['7000']\nlanguage: en\nstart: a\nnodes:\n  a: {queue: sales}\n"}})
	if ill := f.Unreadable(); len(ill) != 0 {
		t.Errorf("unreadable are %+v", ill)
	}
	step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: "c1", To: "7000"}}})
	if i.State != orchestrator.ItemQueued || i.Queue != "sales" {
		t.Errorf("back from the fallback the caller is %s", i.State)
	}
}

// A caller who can be led neither by us nor by the switch is hung up on at last.
func TestAFallbackThatIsRefused(t *testing.T) {
	f, step := flowing(t, "  a: {queue: sales}\n")
	f.Apply(fact.Entry{Seq: f.Seq + 1, At: f.At, Fact: fact.FlowPublished{Flow: "f", Version: 2, Numbers: []string{"7000"}, Text: strange}})
	i := callers(f, step)
	step(media.Event{Kind: media.Refused, Switch: "s", Leg: "c1", Text: "base: 500"})
	if b := base(f, i); b != (media.Yield{}) {
		t.Errorf("when something else is refused, the switch is told %T", b)
	}
	step(media.Event{Kind: media.Refused, Switch: "s", Leg: "c1", Text: media.LeaveRefused + "500"})
	if b, ok := base(f, i).(media.Drop); !ok || i.Reason != "flow_unreadable" {
		t.Errorf("the switch is told %T, because %s", b, i.Reason)
	}
}

// A circle that an older program published ends in the fallback, and stops no program.
func TestACircleEnds(t *testing.T) {
	f, step := flowing(t, "  a: {queue: sales}\n")
	round := "flow: f\nnumbers: ['7000']\nlanguage: en\nstart: a\nnodes:\n  a: {set: {x: y}, next: b}\n  b: {set: {x: z}, next: a}\n"
	f.Apply(fact.Entry{Seq: f.Seq + 1, At: f.At, Fact: fact.FlowPublished{Flow: "f", Version: 2, Numbers: []string{"7000"}, Text: round}})
	if b := base(f, callers(f, step)); b != (media.Yield{}) {
		t.Errorf("the switch is told %T", b)
	}
}

// What was refused of a moment before the transfer hangs up on nobody.
func TestALateRefusalIsNoRefusedTransfer(t *testing.T) {
	f, step := flowing(t, "  a: {transfer: '9001'}\n")
	i := callers(f, step)
	step(media.Event{Kind: media.Refused, Switch: "s", Leg: "c1", Text: "base: no such class of music"})
	if b := base(f, i); b != (media.Yield{Extension: "9001"}) {
		t.Errorf("music was refused, and the switch is told %T", b)
	}
	step(media.Event{Kind: media.Refused, Switch: "s", Leg: "c1", Text: media.LeaveRefused + "no such extension"})
	if _, ok := base(f, i).(media.Drop); !ok {
		t.Error("the transfer was refused, and the caller is left in silence")
	}
}

// A flow and a dialplan that hand a caller to each other do so a bounded number of times.
func TestTransferredRoundAndRound(t *testing.T) {
	f, step := flowing(t, "  a: {transfer: '9001'}\n")
	i := callers(f, step)
	for rounds := 0; !i.Gone; rounds++ {
		if rounds > 2*maxAgain {
			t.Fatal("transferred for ever")
		}
		if _, drops := base(f, i).(media.Drop); drops {
			step(media.Event{Kind: media.Gone, Switch: "s", Leg: "c1", Why: media.CauseHangup})
			continue
		}
		step(media.Event{Kind: media.Left, Switch: "s", Leg: "c1", Text: "9001"})
		i = callers(f, step)
	}
}

// Who was transferred to an extension that leads back to us begins anew, also when the way back lies in a gap.
func TestTransferredBackToUs(t *testing.T) {
	for _, gap := range []bool{false, true} {
		f, step := flowing(t, "  a: {transfer: '9001'}\n")
		old := callers(f, step)
		step(media.Event{Kind: media.Left, Switch: "s", Leg: "c1", Text: "9001"})
		back := media.Leg{ID: "c1", To: "7001"}
		if gap {
			step(media.Event{Kind: media.Down, Switch: "s"})
			step(media.Event{Kind: media.Up, Switch: "s", Text: "boot", Legs: []media.Leg{back}})
		} else {
			step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{back}})
		}
		all := f.InteractionsOn("s")
		if len(all) != 1 || all[0].ID == old.ID || all[0].State != orchestrator.ItemQueued || !f.Customer("s", "c1") {
			t.Fatalf("gap %v: on the switch are %+v", gap, all)
		}
		if _, music := base(f, all[0]).(media.Music); !music {
			t.Errorf("gap %v: the switch is told %T", gap, base(f, all[0]))
		}
		step(media.Event{Kind: media.Gone, Switch: "s", Leg: "c1", Why: media.CauseHangup})
		if n := len(f.Interactions); n != 0 {
			t.Errorf("gap %v: %d interactions stay", gap, n)
		}
	}
}
