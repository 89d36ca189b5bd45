package floor

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// said counts what was said to callers.
func said(facts []fact.Entry) (n int) {
	for _, e := range facts {
		if _, ok := e.Fact.(fact.PromptBegun); ok {
			n++
		}
	}
	return n
}

// Nothing is said to callers in line whom nobody can reach; when the switch is back, they hear once how it goes.
func TestNoComfortWhileTheSwitchIsAway(t *testing.T) {
	f, step := flowing(t, "  a: {queue: sales, every: 15s, say: [position-is, {number: position}]}\n")
	callers(f, step)
	wait := func(d time.Duration) []fact.Entry {
		t.Helper()
		var all []fact.Entry
		for until := f.At.Add(d); ; {
			at := f.Deadline()
			if at.IsZero() || at.After(until) {
				return all
			}
			facts, err := f.Step(Tick{}, at)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, facts...)
		}
	}
	if n := said(wait(40 * time.Second)); n != 2 {
		t.Fatalf("in 40 seconds it was said %d times how it goes", n)
	}
	step(media.Event{Kind: media.Down, Switch: "s"})
	if facts := wait(time.Hour); said(facts) != 0 {
		t.Errorf("while the switch is away: %v", facts)
	}
	if _, err := f.Step(media.Event{Kind: media.Up, Switch: "s", Text: "boot", Legs: []media.Leg{{ID: "c1", To: "7000"}}}, f.At.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := said(wait(time.Second)); n != 1 {
		t.Errorf("when it is back it was said %d times how it goes", n)
	}
}

// A caller of whom there is nothing to say is not told nothing every few seconds.
func TestNoComfortWithoutWords(t *testing.T) {
	f, step := flowing(t, "  b: {queue: sales, every: 15s, say: [{digits: order}]}\n  a: {collect: order, say: x, digits: 4, tries: 1, next: b, otherwise: b}\n")
	i := callers(f, step)
	step(media.Event{Kind: media.Done, Switch: "s", Leg: "c1", Task: i.Prompt, Why: media.CauseTimeout})
	if !i.inLine() || !i.Walk.Next.IsZero() {
		t.Errorf("the caller is %s, and something is said at %v", i.State, i.Walk.Next)
	}
	step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: "c2", To: "7000"}}})
	i = f.InteractionsOn("s")[1]
	step(media.Event{Kind: media.Done, Switch: "s", Leg: "c2", Task: i.Prompt, Text: "1234"})
	if !i.inLine() || i.Walk.Next.IsZero() {
		t.Errorf("the caller who keyed in is %s, and nothing is said", i.State)
	}
}

// Defining a queue again as it is, with a strategy and an empty list of steps, is no change.
func TestAnEmptyListOfStepsIsNone(t *testing.T) {
	f, step := flowing(t, "  a: {queue: sales}\n")
	callers(f, step)
	again := DefineQueue{Queue: "sales", Name: "Sales", Number: "7001", Music: "default", RingFor: 20 * time.Second, Strategy: "round_robin"}
	step(Command{Do: again})
	again.Steps = []fact.Step{}
	if facts := step(Command{Do: again}); len(facts) != 0 {
		t.Errorf("nothing has changed, and the journal has %v", facts)
	}
}

// TestForms: the forms that a checkpoint is marked with are those of both halves that it has.
func TestForms(t *testing.T) {
	f, step := flowing(t, "  a: {collect: order, say: x, digits: 4, next: b, otherwise: b}\n  b: {queue: sales}\n")
	i := callers(f, step)
	step(media.Event{Kind: media.Done, Switch: "s", Leg: "c1", Task: i.Prompt, Text: "1234"})
	state, erasable, err := f.Save()
	if err != nil {
		t.Fatal(err)
	}
	forms := Forms()
	for n, half := range [][]byte{state, erasable} {
		into := reflect.New(forms[n])
		dec := json.NewDecoder(bytes.NewReader(half))
		dec.DisallowUnknownFields()
		if err := dec.Decode(into.Interface()); err != nil {
			t.Fatalf("half %d is no %s: %v", n, forms[n], err)
		}
		if again, err := json.Marshal(into.Interface()); err != nil || !bytes.Equal(again, half) {
			t.Errorf("half %d as a %s is %s, and was %s", n, forms[n], again, half)
		}
	}
	if !bytes.Contains(erasable, []byte("1234")) {
		t.Error("nothing was erasable: the test proves nothing")
	}
}
