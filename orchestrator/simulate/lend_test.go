package simulate

import (
	"fmt"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/insight"
	"tandem/orchestrator/routing"
)

// lender is the rule of these tests: support lends to sales.
var lender = routing.Borrow{
	From: []orchestrator.QueueID{"support"}, When: routing.Surge{Waiting: 3, Longest: 30 * time.Second}, Keep: 1, AtMost: 5, Hold: 5 * time.Minute,
}

// stepLoad is a centre with two groups of ten; sales has calls as counts says for each half hour, support has four erlang all day.
func stepLoad(counts []float64, rules ...routing.Borrow) Scenario {
	talk, patience := Distribution{Is: Exponential, Mean: 3 * time.Minute}, Distribution{Is: Exponential, Mean: 5 * time.Minute}
	return Scenario{
		Length: 8 * time.Hour, Days: 5, Seed: 7, Keep: true,
		Queues: []Queue{
			{ID: "sales", Arrivals: Arrivals{Counts: counts, Every: 30 * time.Minute}, Service: talk, Patience: patience, Plan: routing.Plan{Borrow: rules}},
			{ID: "support", Arrivals: Arrivals{PerHour: 80}, Service: talk, Patience: patience},
		},
		Agents: []Group{
			{ID: "sellers", Count: 10, Queues: []orchestrator.QueueID{"sales"}},
			{ID: "helpers", Count: 10, Queues: []orchestrator.QueueID{"support"}},
		},
	}.WithDefaults()
}

// surge is a day of half hours: quiet, but for the third and the fourth hour.
func surge() []float64 {
	counts := make([]float64, 16)
	for i := range counts {
		counts[i] = 60 // 6 erlang for 10 people
		if i >= 4 && i < 8 {
			counts[i] = 130 // 13
		}
	}
	return counts
}

// noise is a day just at the threshold: 9.5 erlang for 10 people.
func noise() []float64 {
	counts := make([]float64, 16)
	for i := range counts {
		counts[i] = 95
	}
	return counts
}

// swings says what is wrong with the loans of days: people who go to and fro.
func swings(days []Day, b routing.Borrow) error {
	for n, d := range days {
		last := map[orchestrator.AgentID]time.Duration{}
		for _, l := range d.Loans {
			if l.Why == routing.LoanOver && l.End-l.Begin < b.Hold {
				return fmt.Errorf("day %d: %s was given back after %s", n, l.Agent, l.End-l.Begin)
			}
			if before, was := last[l.Agent]; was && l.Begin-before < b.Hold {
				return fmt.Errorf("day %d: %s was lent again %s after the last loan", n, l.Agent, l.Begin-before)
			}
			last[l.Agent] = l.End
		}
		if most := 8 * 12 * b.AtMost; len(d.Loans) > most/2 {
			return fmt.Errorf("day %d: %d loans in 8 hours", n, len(d.Loans))
		}
	}
	return nil
}

// lend runs a day with rules and without, and tells the report of each.
func lend(t *testing.T, counts []float64, rules ...routing.Borrow) ([]Day, Report) {
	t.Helper()
	s := stepLoad(counts, rules...)
	days, err := Run(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return days, NewReport(s, days, 0.95)
}

// A step load, and a load just at the threshold: the borrower is served better, the lender hardly worse, and nobody goes to and fro.
func TestLendingWithoutOscillation(t *testing.T) {
	for name, counts := range map[string][]float64{"surge": surge(), "noise": noise()} {
		_, without := lend(t, counts)
		days, with := lend(t, counts, lender)
		level := func(r Report, queue string) float64 { return r.Find(OfQueue, queue, string(insight.SL1)).Mean }
		t.Logf("%s: service level of sales %.3f without, %.3f with; of support %.3f without, %.3f with; %.0f loans a day, %.1f hours",
			name, level(without, "sales"), level(with, "sales"), level(without, "support"), level(with, "support"),
			with.Find(OfQueue, "sales", "loans").Mean, with.Find(OfQueue, "sales", "lent_hours").Mean)
		if level(with, "sales") < level(without, "sales")+0.15 {
			t.Errorf("%s: lending does not serve sales better", name)
		}
		if level(with, "support") < 0.96 {
			t.Errorf("%s: lending does harm to support", name)
		}
		if err := swings(days, lender); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A lender that lets some wait calls back far fewer people, and is served hardly worse; nobody swings between the lines.
func TestRecallWithoutOscillation(t *testing.T) {
	for name, counts := range map[string][]float64{"surge": surge(), "noise": noise()} {
		busy := func(rule routing.Borrow) ([]Day, float64, float64) {
			s := stepLoad(counts, rule)
			s.Queues[1].Arrivals.PerHour = 125 // the lender has more than six erlang for ten people
			days, err := Run(s, nil)
			if err != nil {
				t.Fatal(err)
			}
			r := NewReport(s, days, 0.95)
			return days, r.Find(OfQueue, "sales", "recalls").Mean, r.Find(OfQueue, "support", string(insight.SL1)).Mean
		}
		_, atOnce, usual := busy(lender)
		for _, recall := range []routing.Surge{{Waiting: 3}, {Longest: time.Minute}, {Waiting: 5, Expected: 2 * time.Minute}} {
			patient := lender
			patient.Recall = recall
			days, recalls, level := busy(patient)
			t.Logf("%s: recall %+v: %.0f called back a day, %.0f at once; service level of the lender %.3f, %.3f at once", name, recall, recalls, atOnce, level, usual)
			if recalls == 0 || recalls > atOnce/2 {
				t.Errorf("%s: recall %+v: %.0f are called back a day, %.0f at once", name, recall, recalls, atOnce)
			}
			if level < usual-0.03 {
				t.Errorf("%s: recall %+v: the lender's service level is %.3f, %.3f at once", name, recall, level, usual)
			}
			if err := swings(days, patient); err != nil {
				t.Errorf("%s: recall %+v: %v", name, recall, err)
			}
		}
	}
}

// Without hysteresis people go to and fro, and the measure above sees it.
func TestSwingsAreSeen(t *testing.T) {
	for name, counts := range map[string][]float64{"surge": surge(), "noise": noise()} {
		crippled := lender
		crippled.Hold = 1
		if days, _ := lend(t, counts, crippled); swings(days, lender) == nil {
			t.Errorf("%s: loans without a least time are not seen to swing", name)
		}
	}
}

// People are lent soon after a step up, and are back soon after the step down.
func TestLoansFollowTheLoad(t *testing.T) {
	const up, down = 2 * time.Hour, 4 * time.Hour
	days, _ := lend(t, surge(), lender)
	for n, d := range days {
		first := down
		for _, l := range d.Loans {
			if l.Begin >= up {
				first = min(first, l.Begin)
			}
			if l.Begin < down && l.End > down+lender.Hold+5*time.Minute {
				t.Errorf("day %d: %s came back only %s after the surge", n, l.Agent, l.End-down)
			}
		}
		if first > up+15*time.Minute {
			t.Errorf("day %d: the first loan came %s after the surge began", n, first-up)
		}
	}
}

// Two queues that lend to each other: nobody is lent on, and who borrows does not lend.
func TestMutualLending(t *testing.T) {
	s := stepLoad(noise(), lender)
	back := lender
	back.From = []orchestrator.QueueID{"sales"}
	s.Queues[1].Plan.Borrow = []routing.Borrow{back}
	s.Queues[1].Arrivals = s.Queues[0].Arrivals
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	days, err := Run(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	loans := 0
	for n, d := range days {
		for i, a := range d.Loans {
			loans++
			for _, b := range d.Loans[:i] {
				if a.From == b.To && a.Begin < b.End && b.Begin < a.End && max(a.Begin, b.Begin) > 0 {
					t.Fatalf("day %d: %+v while %+v", n, a, b)
				}
			}
		}
	}
	if loans < 100 {
		t.Errorf("only %d loans", loans)
	}
}
