package replay_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/replay"
	"tandem/orchestrator/routing"
	"tandem/orchestrator/simulate"
)

// borrowing is a day on which sales borrows people of service by a rule; nobody serves both.
func borrowing(t *testing.T, seed uint64, rules ...fact.Borrow) (journal []fact.Entry, loans map[string]int) {
	c := newCentre(t, seed)
	c.noAnswer, c.rejected, c.steps = 40, 30, nil
	c.open()
	c.step(floor.Command{Do: floor.RouteQueue{Queue: "sales", Borrow: rules}})
	c.people(5, "sales")
	c.people(5, "service")
	c.callers(600, "7000")
	c.callers(200, "7001")
	c.live()
	loans = map[string]int{}
	for _, e := range c.journal {
		if x, ok := e.Fact.(fact.LoanEnded); ok {
			loans[x.Why]++
		}
	}
	return c.journal, loans
}

// dayLoans is the rule of days with loans.
var dayLoans = fact.Borrow{
	From: []orchestrator.QueueID{"service"}, When: fact.Surge{Waiting: 3, Longest: 30 * time.Second, Expected: 3 * time.Minute},
	Until: fact.Surge{Waiting: 1, Longest: 10 * time.Second, Expected: 2 * time.Minute}, Recall: fact.Surge{Waiting: 2, Longest: 40 * time.Second}, Keep: 1, AtMost: 3, Hold: 2 * time.Minute,
}

// A day with loans falls out again as it was, loan for loan: the simulator lends as the floor does.
func TestNothingChangedOfADayWithLoans(t *testing.T) {
	for seed := range uint64(3) {
		journal, loans := borrowing(t, seed, dayLoans)
		rec := record(t, journal, time.Time{}, time.Time{})
		day := again(t, rec.Scenario, 1)[0]
		different, compared := rec.Differences(rec.Scenario, day, replay.Moved{})
		for _, d := range different[:min(len(different), 3)] {
			t.Errorf("seed %d: %s at %s was %+v, would be %+v", seed, d.ID, d.At.Format("15:04:05.000000"), d.Was, d.Would)
		}
		n := 0
		for _, count := range loans {
			n += count
		}
		if was, is := rec.Was.Queues[0], day.Queues[0]; was.Loans != is.Loans || was.Recalls != is.Recalls || was.Recalls != int64(loans["needed"]) || (was.Lent-is.Lent).Abs() > time.Second {
			t.Errorf("seed %d: lent were %d for %s, %d called back; again %d for %s, %d", seed, was.Loans, was.Lent, was.Recalls, is.Loans, is.Lent, is.Recalls)
		}
		if compared != 800 || n < 40 || day.Queues[0].Loans != int64(n) {
			t.Errorf("seed %d: %d compared, %v loans, again %d", seed, compared, loans, day.Queues[0].Loans)
		}
	}
}

// What would a rule have done? A change names the queue and the rule; all else is as it was.
func TestOtherwiseWithLoans(t *testing.T) {
	journal, _ := borrowing(t, 1)
	rec := record(t, journal, time.Time{}, time.Time{})
	s := rec.Otherwise(simulate.Scenario{Queues: []simulate.Queue{{ID: "sales", Plan: routing.Plan{Borrow: []routing.Borrow{{
		From: []orchestrator.QueueID{"service"}, When: routing.Surge{Waiting: 2},
	}}}}}}, true).WithDefaults()
	s.Days, s.Seed = 3, 1
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	was := simulate.NewReport(rec.Scenario, []simulate.Day{rec.Was}, 0.95)
	would := simulate.NewReport(s, again(t, s, 3), 0.95)
	for queue, better := range map[string]float64{"sales": 0.05, "service": -0.1} {
		a, b := was.Find(simulate.OfQueue, queue, "SL-3").Mean, would.Find(simulate.OfQueue, queue, "SL-3").Mean
		t.Logf("%s: SL-3 was %.3f, would have been %.3f with %.0f loans", queue, a, b, would.Find(simulate.OfQueue, "sales", "loans").Mean)
		if b < a+better {
			t.Errorf("%s: SL-3 was %.3f, would have been %.3f", queue, a, b)
		}
	}
}

// A span that begins while people are on loan says so.
func TestLoansBeforeTheSpanAreNoted(t *testing.T) {
	journal, _ := borrowing(t, 1, fact.Borrow{From: []orchestrator.QueueID{"service"}, When: fact.Surge{Waiting: 1}})
	for _, e := range journal {
		if _, ok := e.Fact.(fact.LoanBegun); ok {
			from := e.At.Add(time.Second)
			if rec := record(t, journal, from, from.Add(time.Hour)); !strings.Contains(fmt.Sprint(rec.Notes), "on loan") {
				t.Errorf("from %s the notes are %v", from, rec.Notes)
			}
			return
		}
	}
	t.Fatal("nobody was lent")
}
