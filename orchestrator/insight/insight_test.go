package insight_test

import (
	"maps"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/insight"
)

// The example of the glossary.
func TestServiceLevels(t *testing.T) {
	f := insight.Figures{Answered: 1000, AnsweredIn: 860, Abandoned: 60, AbandonedIn: 20, ShortAbandons: 10}
	for formula, want := range map[insight.Formula]float64{insight.SL1: 83.0, insight.SL2: 86.0, insight.SL3: 81.1, insight.SL4: 82.7, insight.SL5: 81.9} {
		have, ok := f.ServiceLevel(formula)
		if !ok || math.Abs(have*100-want) > 0.05 {
			t.Errorf("%s is %.2f %%, want %.1f %%", formula, have*100, want)
		}
	}
	for _, formula := range insight.Formulas {
		if sl, ok := (insight.Figures{}).ServiceLevel(formula); ok {
			t.Errorf("with nobody %s is %v", formula, sl)
		}
	}
}

// SL-3 ≤ SL-5 ≤ SL-4 ≤ min(SL-1, SL-2) whenever the short abandon is within the target.
func TestServiceLevelsAreInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		short := rapid.Int64Range(0, 30).Draw(t, "short")
		terms := insight.Terms{Short: time.Duration(short) * time.Second,
			Target: time.Duration(rapid.Int64Range(short, 60).Draw(t, "target")) * time.Second}
		fold := insight.NewFold(terms)
		for i := range rapid.IntRange(1, 40).Draw(t, "calls") {
			id := orchestrator.InteractionID(rune('a' + i))
			wait := time.Duration(rapid.Int64Range(0, 90).Draw(t, "wait")) * time.Second
			fold.Add(fact.Entry{About: id, Fact: fact.ItemQueued{Queue: "q"}})
			if rapid.Bool().Draw(t, "answered") {
				fold.Add(fact.Entry{About: id, Fact: fact.OfferConnected{Wait: wait}})
			} else {
				fold.Add(fact.Entry{About: id, Fact: fact.ItemEnded{State: orchestrator.ItemAbandoned, Wait: wait}})
			}
		}
		f := fold.Figures()[insight.Key{Queue: "q"}]
		var sl [6]float64
		for i, formula := range insight.Formulas {
			var ok bool
			if sl[i+1], ok = f.ServiceLevel(formula); !ok {
				return // Nobody to measure one of them on.
			}
		}
		const least = 1e-12
		if sl[3] > sl[5]+least || sl[5] > sl[4]+least || sl[4] > min(sl[1], sl[2])+least {
			t.Fatalf("SL-1 to SL-5 are %v with %+v and %+v", sl[1:], f, terms)
		}
	})
}

func TestFold(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	fold := insight.NewFold(insight.Defaults())
	add := func(id orchestrator.InteractionID, facts ...fact.Fact) {
		for _, f := range facts {
			fold.Add(fact.Entry{About: id, Fact: f})
		}
	}
	queued := func(id orchestrator.InteractionID, after time.Duration) {
		add(id, fact.ItemQueued{Queue: "sales", Since: noon.Add(after)})
	}
	queued("answered", 29*time.Minute)
	add("answered", fact.OfferMade{}, fact.OfferEnded{State: orchestrator.OfferNoAnswer}, fact.OfferMade{}, fact.OfferEnded{State: orchestrator.OfferRejected},
		fact.OfferMade{}, fact.OfferConnected{Wait: 21 * time.Second}, fact.TalkEnded{Talk: time.Minute}, fact.WrapUpEnded{Wrap: 10 * time.Second},
		fact.ItemEnded{State: orchestrator.ItemDone, Wait: 21 * time.Second})
	queued("quick", 30*time.Minute)
	add("quick", fact.OfferMade{}, fact.OfferConnected{Wait: 20 * time.Second})
	queued("short", 30*time.Minute)
	add("short", fact.ItemEnded{State: orchestrator.ItemAbandoned, Wait: 5 * time.Second})
	queued("long", 30*time.Minute)
	add("long", fact.ItemEnded{State: orchestrator.ItemAbandoned, Wait: 50 * time.Second})
	queued("out", 30*time.Minute)
	add("out", fact.ItemEnded{State: orchestrator.ItemFlowedOut, Wait: time.Minute})
	queued("waits", 30*time.Minute)
	add("greeting", fact.ItemEnded{State: orchestrator.ItemAbandoned}) // never asked for an agent

	all := fold.Figures()
	first, second := all[insight.Key{Queue: "sales", Interval: noon}], all[insight.Key{Queue: "sales", Interval: noon.Add(30 * time.Minute)}]
	want := insight.Figures{Answered: 1, WaitAnswered: 21 * time.Second, LongestWait: 21 * time.Second, Handled: 1, Talk: time.Minute, Wrap: 10 * time.Second, Offers: 3, NoAnswers: 1}
	if first != want {
		t.Errorf("the first half hour is\n%+v\nwant\n%+v", first, want)
	}
	want = insight.Figures{Answered: 1, AnsweredIn: 1, WaitAnswered: 20 * time.Second, Abandoned: 2, AbandonedIn: 1, ShortAbandons: 1, FlowedOut: 1, LongestWait: time.Minute, Offers: 1}
	if second != want || len(all) != 2 {
		t.Errorf("the second half hour is\n%+v\nwant\n%+v", second, want)
	}
	total := insight.Total(all, false)[insight.Key{}]
	asa, _ := total.ASA()
	aht, _ := total.AHT()
	rna, _ := total.RNA()
	if total.Offered() != 5 || asa != 20500*time.Millisecond || aht != 70*time.Second || rna != 0.25 || total.LongestWait != time.Minute {
		t.Errorf("offered %d, ASA %v, AHT %v, RNA %v, of %+v", total.Offered(), asa, aht, rna, total)
	}
}

// TestTwoQueues: a caller who leaves one queue by a key, finds a second full, and is answered in a third has asked three queues; each
// has its own outcome, and the wait in each is its own.
func TestTwoQueues(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	fold := insight.NewFold(insight.Defaults())
	at := func(after time.Duration) time.Time { return noon.Add(after) }
	for _, f := range []fact.Fact{
		fact.ItemQueued{Queue: "sales", Since: at(0)}, fact.OfferMade{}, fact.OfferEnded{State: orchestrator.OfferNoAnswer},
		fact.QueueLeft{Queue: "sales", Via: "key", Wait: 50 * time.Second},
		fact.ItemQueued{Queue: "help", Since: at(time.Minute)}, fact.QueueLeft{Queue: "help", Via: "queue full"},
		fact.ItemQueued{Queue: "all", Since: at(31 * time.Minute)}, fact.OfferMade{}, fact.OfferConnected{Wait: 9 * time.Second},
		fact.TalkEnded{Talk: time.Minute}, fact.WrapUpEnded{Wrap: time.Second}, fact.ItemEnded{State: orchestrator.ItemDone, Queue: "all", Wait: 9 * time.Second},
	} {
		fold.Add(fact.Entry{About: "twice", Fact: f})
	}
	// Led out of the queue to the flow's "sorry", which hangs up: flowed out once, with the wait in the queue.
	for _, f := range []fact.Fact{
		fact.ItemQueued{Queue: "sales", Since: at(0)}, fact.QueueLeft{Queue: "sales", Wait: 90 * time.Second},
		fact.ItemEnded{State: orchestrator.ItemFlowedOut, Queue: "sales", Wait: 90 * time.Second},
	} {
		fold.Add(fact.Entry{About: "out", Fact: f})
	}
	// Led by the plan of a queue to another, with the place in line.
	fold.Add(fact.Entry{About: "led", Fact: fact.ItemQueued{Queue: "help", Since: at(0)}})
	fold.Add(fact.Entry{About: "led", At: at(time.Minute), Fact: fact.ItemQueued{Queue: "all", From: "help", Since: at(0)}})
	fold.Add(fact.Entry{About: "led", Fact: fact.ItemEnded{State: orchestrator.ItemAbandoned, Wait: 70 * time.Second}})
	want := map[insight.Key]insight.Figures{
		{Queue: "all", Interval: noon}:   {Abandoned: 1, LongestWait: 70 * time.Second},
		{Queue: "sales", Interval: noon}: {FlowedOut: 2, LongestWait: 90 * time.Second, Offers: 1, NoAnswers: 1},
		{Queue: "help", Interval: noon}:  {FlowedOut: 2, LongestWait: time.Minute},
		{Queue: "all", Interval: at(30 * time.Minute)}: {Answered: 1, AnsweredIn: 1, WaitAnswered: 9 * time.Second, LongestWait: 9 * time.Second,
			Offers: 1, Handled: 1, Talk: time.Minute, Wrap: time.Second},
	}
	if have := fold.Figures(); !maps.Equal(have, want) {
		t.Errorf("have\n%+v\nwant\n%+v", have, want)
	}
}
