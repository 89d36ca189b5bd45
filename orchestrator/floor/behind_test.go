package floor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// Steps that change while a thousand wait begin anew for all of them, and no turn has more of it than its bound; a restart in between
// loses nobody.
func TestNewStepsForALongLine(t *testing.T) {
	f, step := flowing(t, "  a: {queue: sales}\n")
	const callers = 1000
	for n := range callers {
		step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: media.LegID(fmt.Sprintf("c%d", n)), To: "7000"}}})
	}
	widened := func(facts []fact.Entry) (n int) {
		for _, e := range facts {
			if x, ok := e.Fact.(fact.ItemWidened); ok && x.Plan == 1 {
				n++
			}
		}
		return n
	}
	begun := widened(step(Command{Do: RouteQueue{Queue: "sales", Steps: []fact.Step{{For: time.Hour}, {}}}}))
	if begun != maxOverdue {
		t.Errorf("in the turn of the change %d items begin anew", begun)
	}
	for turn := 0; begun < callers; turn++ {
		if due := f.Deadline(); due.IsZero() || due.After(f.At) || turn > callers/maxOverdue {
			t.Fatalf("%d of %d items have begun anew, the deadline is %s", begun, callers, due)
		}
		if turn == 1 {
			state, persons, err := f.Save()
			if err != nil {
				t.Fatal(err)
			}
			back, err := Load(Defaults("x"), state, persons)
			if err != nil {
				t.Fatal(err)
			}
			*f = *back
			f.pool.Outlook = f.expected
		}
		facts, err := f.Step(Tick{}, f.At)
		if err != nil {
			t.Fatal(err)
		}
		n := widened(facts)
		if n > maxOverdue || n == 0 {
			t.Fatalf("in one turn %d items begin anew", n)
		}
		begun += n
	}
	for _, i := range f.InteractionsOn("s") {
		if i.Widen.IsZero() || i.Plan != 1 {
			t.Fatalf("%s stands in its step until %s, by version %d", i.ID, i.Widen, i.Plan)
		}
	}
	if begun != callers {
		t.Errorf("%d items began anew, %d waited", begun, callers)
	}
}

// Queues whose last steps lead to each other are refused, and the circle is told.
func TestExitsInACircle(t *testing.T) {
	f, step := queueing(t, 0)
	for n, id := range []orchestrator.QueueID{"a", "b"} {
		step(Command{Do: DefineQueue{Queue: id, Name: "Q", Number: fmt.Sprint(7100 + n), Music: "default", RingFor: 20 * time.Second}})
	}
	to := func(q orchestrator.QueueID) []fact.Step { return []fact.Step{{For: time.Minute, Exit: q}} }
	step(Command{Do: RouteQueue{Queue: "a", Steps: to("b")}})
	step(Command{Do: RouteQueue{Queue: "b", Steps: to("sales")}})
	_, err := f.Step(Command{Do: RouteQueue{Queue: "sales", Steps: to("a")}}, f.At)
	if orchestrator.KindOf(err) != orchestrator.Invalid || !strings.Contains(err.Error(), "sales → a → b → sales") {
		t.Errorf("a circle is answered with %v", err)
	}
}
