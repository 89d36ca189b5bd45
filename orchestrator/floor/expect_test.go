package floor

import (
	"fmt"
	"math"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// The quantiles are those of the gamma distribution: that of the first place is exponential, whose quantiles are ln 2 and ln 10; the
// others are from its distribution function, 1 − e^−x·Σ xᵏ/k!.
func TestExpectations(t *testing.T) {
	for _, place := range []int{1, 2, 5, 20, 100} {
		e := expect(place, time.Hour)
		for q, have := range map[float64]time.Duration{0.5: e.Median, 0.9: e.Bound} {
			x, term, rest := have.Hours(), 1.0, 0.0
			for k := range place {
				rest += term
				term *= x / float64(k+1)
			}
			if p := 1 - math.Exp(-x)*rest; math.Abs(p-q) > 0.008 {
				t.Errorf("in place %d %.1f %% wait no longer than %s, want %.0f %%", place, 100*p, have, 100*q)
			}
		}
	}
}

// queueing is a floor with one queue, ann who is free, and callers in line before her phone is registered.
func queueing(t *testing.T, callers int) (f *Floor, step func(Input) []fact.Entry) {
	f, step = flowing(t, "  a: {queue: sales, every: 15s, say: [position-is, {number: position}, minutes-are, {number: minutes}]}\n")
	step(Command{Do: DefineAgent{Agent: "ann", Endpoint: "ann", Queues: []orchestrator.QueueID{"sales"}, Who: fact.Person{Name: "Ann"}}})
	for n := range callers {
		step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: media.LegID(fmt.Sprintf("c%d", n)), To: "7000"}}})
	}
	return f, step
}

// What a caller is told never rises while nobody is let in before, however slow the line becomes.
func TestWhatACallerIsToldNeverRises(t *testing.T) {
	f, step := queueing(t, 6)
	all := f.InteractionsOn("s")
	last := all[5]
	if last.Place != 6 || last.Told != expect(6, f.cfg.Pace) || last.Given != last.Told {
		t.Fatalf("on joining the caller is told %+v in place %d", last.Told, last.Place)
	}
	told, now := last.Told, f.At
	for n := range 5 {
		now = now.Add(time.Duration(1+n*4) * time.Minute) // slower and slower
		if _, err := f.Step(media.Event{Kind: media.Gone, Switch: "s", Leg: all[n].Leg, Why: media.CauseHangup}, now); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			now = now.Add(15 * time.Second)
			facts, err := f.Step(Tick{}, now)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range facts {
				if x, ok := e.Fact.(fact.PromptBegun); ok && e.About == last.ID && (x.Place != 5-n || x.Expect > told.Median || x.Bound > told.Bound) {
					t.Errorf("in place %d the caller is told %s, at most %s, after %+v", x.Place, x.Expect, x.Bound, told)
				}
			}
			told = last.Told
		}
	}
	if _, free := f.toExpect(last); f.pace("sales") < 5*time.Minute || free.Median > told.Median {
		t.Errorf("the pace is %s, and the caller can expect %+v after %+v: the test proves nothing", f.pace("sales"), free, told)
	}
	// Somebody with a head start is let in before: then it may rise.
	step(Command{Do: RouteQueue{Queue: "sales", Steps: []fact.Step{{Ahead: 2 * time.Hour}}}})
	step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: "vip", To: "7000"}}})
	if place, e := f.toExpect(last); place != 2 || e.Median <= told.Median {
		t.Errorf("in place %d the caller can expect %+v", place, e)
	}
}

// How right the expectations were is kept, for those who were answered, and survives a restart.
func TestTheErrorOfExpectationsIsKept(t *testing.T) {
	f, step := queueing(t, 2)
	given := f.InteractionsOn("s")[0].Given
	step(media.Event{Kind: media.Phone, Switch: "s", Text: "ann", Why: media.PhoneRegistered})
	step(Command{Do: SetStatus{Agent: "ann", Status: orchestrator.Available}})
	o := f.Offers[f.InteractionsOn("s")[0].Offer]
	facts := step(media.Event{Kind: media.Answered, Switch: "s", Leg: o.Leg})
	wait := facts[0].Fact.(fact.OfferConnected).Wait
	var out []Outlook
	step(Command{Do: ShowOutlook{Queue: "sales", Into: &out}})
	want := Accuracy{Answered: 1, Within: 1, Late: wait - given.Median, Missed: given.Median - wait}
	if len(out) != 1 || out[0].Accuracy != want || out[0].Waiting != 1 || out[0].Expectation != expect(2, f.pace("sales")) {
		t.Errorf("the outlook is %+v, want %+v", out, want)
	}
	state, erasable, err := f.Save()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Load(f.cfg, state, erasable)
	if err != nil || again.outlooks("")[0] != out[0] {
		t.Errorf("after a restart %+v, %v", again.outlooks(""), err)
	}
	if err := again.show(ShowOutlook{Queue: "none", Into: &out}); orchestrator.KindOf(err) != orchestrator.NotFound {
		t.Error(err)
	}
}
