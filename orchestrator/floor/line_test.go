package floor

import (
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// flowing is a floor with one flow, and a way to step it.
func flowing(t *testing.T, nodes string) (f *Floor, step func(in Input) []fact.Entry) {
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	f = New(Defaults("x"))
	step = func(in Input) []fact.Entry {
		t.Helper()
		now = now.Add(time.Second)
		out, err := f.Step(in, now)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	step(media.Event{Kind: media.Up, Switch: "s", Text: "boot"})
	step(Command{Do: DefineQueue{Queue: "sales", Name: "Sales", Number: "7001", Music: "default", RingFor: 20 * time.Second}})
	step(Command{Do: PublishFlow{File: "f", Text: "flow: f\nnumbers: ['7000']\nlanguage: en\nstart: a\nnodes:\n" + nodes}})
	return f, step
}

// A prompt that cannot be played is no end key pressed alone: a caller who pressed nothing must come to an end.
func TestAPromptThatFailsIsNoKey(t *testing.T) {
	f, step := flowing(t, "  a: {collect: n, say: x, digits: 4, end: '#', tries: 2, none: a, next: b, otherwise: b}\n  b: {hangup: x}\n")
	step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: "c1", To: "7000"}}})
	i := f.InteractionsOn("s")[0]
	for asked := 0; i.Prompt != ""; asked++ {
		if asked == 10 {
			t.Fatal("asked for ever")
		}
		step(media.Event{Kind: media.Done, Switch: "s", Leg: "c1", Task: i.Prompt, Why: media.CauseFailed})
	}
	if i.Walk.Node != "b" || i.State != orchestrator.ItemDone {
		t.Errorf("the caller is %s at %s", i.State, i.Walk.Node)
	}
}

// The place that a caller is told is the one in which callers are taken: a head start counts.
func TestThePlaceInLineCountsHeadStarts(t *testing.T) {
	f, step := flowing(t, "  a: {queue: sales}\n")
	step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: "c1", To: "7000"}}})
	step(Command{Do: RouteQueue{Queue: "sales", Steps: []fact.Step{{Ahead: time.Minute}}}})
	step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: "c2", To: "7000"}}})
	for n, i := range f.InteractionsOn("s") {
		x, ok := f.Explain(i.ID, f.At)
		if told := f.position(i); !ok || told != x.Position || told != 2-n {
			t.Errorf("%s is told place %d, and is taken at place %d", i.Leg, told, x.Position)
		}
	}
}

// Somebody is there for a queue when people of a later ring are.
func TestNobodyIsSignedInOnlyWithoutTheRings(t *testing.T) {
	f, step := flowing(t, "  a: {queue: sales, nobody: b}\n  b: {hangup: x}\n")
	step(Command{Do: DefineQueue{Queue: "helpers", Name: "Helpers", Number: "7002", Music: "default", RingFor: 20 * time.Second}})
	step(Command{Do: DefineAgent{Agent: "ann", Endpoint: "ann", Queues: []orchestrator.QueueID{"helpers"}, Who: fact.Person{Name: "Ann"}}})
	step(Command{Do: SetStatus{Agent: "ann", Status: orchestrator.Available}})
	state := func(leg media.LegID) orchestrator.ItemState {
		step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: leg, To: "7000"}}})
		all := f.InteractionsOn("s")
		return all[len(all)-1].State
	}
	if is := state("c1"); is != orchestrator.ItemFlowedOut {
		t.Errorf("nobody serves the queue, and the caller is %s", is)
	}
	step(Command{Do: RouteQueue{Queue: "sales", Steps: []fact.Step{{For: 20 * time.Second}, {Also: []orchestrator.QueueID{"helpers"}}}}})
	if is := state("c2"); is != orchestrator.ItemQueued {
		t.Errorf("ann is asked after 20 seconds, and the caller is %s", is)
	}
}
