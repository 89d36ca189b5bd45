package floor

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

const dayHold = 90 * time.Second

// dayBorrow is the rule by which the queues of simulated days borrow from each other.
func dayBorrow(from orchestrator.QueueID) []fact.Borrow {
	return []fact.Borrow{{
		From: []orchestrator.QueueID{from}, When: fact.Surge{Waiting: 2, Longest: 20 * time.Second, Expected: 5 * time.Minute},
		Until: fact.Surge{Expected: 4 * time.Minute}, AtMost: 2, Hold: dayHold,
		Recall: map[orchestrator.QueueID]fact.Surge{"support": {Waiting: 2, Longest: 15 * time.Second}}[from], // sales calls back at once
	}}
}

// checkLoan: a loan lasts for the time of its rule unless something stands against it, and as long again lies between two.
func (d *day) checkLoan(e fact.Entry) {
	switch x := e.Fact.(type) {
	case fact.LoanBegun:
		if e.At.Before(d.rests[x.Agent]) {
			d.fail("%s is lent again before %s", x.Agent, d.rests[x.Agent])
		}
	case fact.LoanEnded:
		if x.Why == "over" && x.Lasted < dayHold || x.Rest.Sub(e.At) != dayHold {
			d.fail("the loan of %s ends as %s after %s, rest until %s", x.Agent, x.Why, x.Lasted, x.Rest)
		}
		d.rests[x.Agent] = x.Rest
	}
}

// checkLent: nobody is on loan who is not there, who does not serve the lender or serves the borrower anyway.
func (d *day) checkLent(a *Agent) {
	if a.Loan.To == "" {
		return
	}
	if a.Status != orchestrator.Available || a.NotResponding || !slices.Contains(a.Queues, a.Loan.From) || slices.Contains(a.Queues, a.Loan.To) {
		d.fail("%s is on loan: %+v, and is %s, serves %v", a.ID, a.Loan, a.Status, a.Queues)
	}
}

// lending is a floor with two queues of which sales borrows from support by a rule, and callers in line of sales.
func lending(t *testing.T, callers int, rule fact.Borrow) (*Floor, func(Input) []fact.Entry) {
	t.Helper()
	f, step := queueing(t, callers)
	step(Command{Do: DefineQueue{Queue: "support", Name: "Support", Number: "7002", Music: "default", RingFor: 20 * time.Second}})
	step(Command{Do: RouteQueue{Queue: "sales", Borrow: []fact.Borrow{rule}}})
	return f, step
}

// free lets somebody of support come to work.
func free(step func(Input) []fact.Entry, id string, skills ...orchestrator.Skill) (facts []fact.Entry) {
	step(Command{Do: DefineAgent{Agent: orchestrator.AgentID(id), Endpoint: id, Queues: []orchestrator.QueueID{"support"}, Skills: skills, Who: fact.Person{Name: id}}})
	step(media.Event{Kind: media.Phone, Switch: "s", Text: id, Why: media.PhoneRegistered})
	return step(Command{Do: SetStatus{Agent: orchestrator.AgentID(id), Status: orchestrator.Available}})
}

// lent tells who began a loan in facts.
func lent(facts []fact.Entry) (who []string) {
	for _, e := range facts {
		if x, ok := e.Fact.(fact.LoanBegun); ok {
			who = append(who, string(x.Agent))
		}
	}
	return who
}

// A lender keeps what its rule says, and no more are lent than the rule allows, than have the skills, or than have something to do.
func TestLimitsOfLending(t *testing.T) {
	rule := fact.Borrow{From: []orchestrator.QueueID{"support"}, When: fact.Surge{Waiting: 1}}
	english := orchestrator.Skill{ID: "english", Level: 5}
	keep, most, able := rule, rule, rule
	keep.Keep, most.AtMost, able.Required = 1, 1, []orchestrator.Skill{english}
	for name, c := range map[string]struct {
		rule    fact.Borrow
		callers int
		want    string
	}{
		"all are needed":   {rule, 3, "a b c"},
		"one waits":        {rule, 1, "a"},
		"one is kept":      {keep, 3, "a b"}, // each when the next has come to work
		"one at most":      {most, 3, "a"},
		"with skills only": {able, 3, "b"},
		"nobody waits":     {rule, 0, ""},
	} {
		f, step := lending(t, c.callers, c.rule)
		var who []string
		who = append(who, lent(free(step, "a"))...)
		who = append(who, lent(free(step, "b", english))...)
		who = append(who, lent(free(step, "c"))...)
		var shown []Loan
		step(Command{Do: ShowLoans{Queue: "sales", Into: &shown}})
		if got := strings.Join(who, " "); got != c.want || len(shown) != len(who) {
			t.Errorf("%s: lent are %q, want %q; shown are %v", name, got, c.want, shown)
		}
		if n := f.loadOf("sales").People; n != len(who) {
			t.Errorf("%s: %d people are there for sales, lent are %q", name, n, who)
		}
	}
}

// Somebody who has chats in hand is not lent to calls; who may talk while letters are in hand is.
func TestLendingAcrossMedia(t *testing.T) {
	for _, c := range []struct {
		channel orchestrator.Channel
		lent    int
	}{{orchestrator.ChannelChat, 0}, {orchestrator.ChannelEmail, 1}} {
		_, step := lending(t, 0, fact.Borrow{From: []orchestrator.QueueID{"support"}, Media: "voice", When: fact.Surge{Waiting: 1}})
		free(step, "a")
		var id orchestrator.InteractionID
		step(Command{Do: OpenItem{Channel: c.channel, Queue: "support", Customer: fact.Person{Number: "fang@example.com"}, Into: &id}})
		facts := step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: "c9", To: "7000"}}})
		if got := lent(facts); len(got) != c.lent {
			t.Errorf("with work of channel %s in hand, lent are %v", c.channel, got)
		}
	}
}

// A loan ends when its rule does, and when a person comes to serve the borrower anyway; rules are refused with the field that is wrong.
func TestRulesOfLending(t *testing.T) {
	ended := func(facts []fact.Entry) (why string) {
		for _, e := range facts {
			if x, ok := e.Fact.(fact.LoanEnded); ok {
				why += x.Why
			}
		}
		return why
	}
	rule := fact.Borrow{From: []orchestrator.QueueID{"support"}, When: fact.Surge{Waiting: 1}}
	_, step := lending(t, 2, rule)
	free(step, "a")
	if why := ended(step(Command{Do: RouteQueue{Queue: "sales"}})); why != "rule" {
		t.Errorf("the rule is gone, and the loan ended as %q", why)
	}
	f, step := lending(t, 2, rule)
	free(step, "a")
	if why := ended(step(Command{Do: DefineAgent{Agent: "a", Endpoint: "a", Queues: []orchestrator.QueueID{"support", "sales"}, Who: fact.Person{Name: "a"}}})); why != "rule" {
		t.Errorf("a serves sales now, and the loan ended as %q", why)
	}
	for field, change := range map[string]func(*fact.Borrow){
		"borrow.0.from":                        func(b *fact.Borrow) { b.From = []orchestrator.QueueID{"sales"} },
		"borrow.0.from ":                       func(b *fact.Borrow) { b.From = []orchestrator.QueueID{"nowhere"} },
		"borrow.0.when":                        func(b *fact.Borrow) { b.When = fact.Surge{} },
		"borrow.0.until.waiting":               func(b *fact.Borrow) { b.Until.Waiting = 1 },
		"borrow.0.until.longest_wait_seconds":  func(b *fact.Borrow) { b.When.Longest, b.Until.Longest = time.Minute, time.Minute },
		"borrow.0.until.expected_wait_seconds": func(b *fact.Borrow) { b.When.Expected = time.Minute },
		"borrow.0.media":                       func(b *fact.Borrow) { b.Media = "smoke" },
		"borrow.0.recall.waiting":              func(b *fact.Borrow) { b.Recall.Waiting = -1 },
		"borrow.0.recall.longest_wait_seconds": func(b *fact.Borrow) { b.Recall.Longest = 25 * time.Hour },
		"borrow.0.keep":                        func(b *fact.Borrow) { b.Keep = -1 },
		"borrow.0.hold_seconds":                func(b *fact.Borrow) { b.Hold = time.Second },
		"borrow.0.required":                    func(b *fact.Borrow) { b.Required = []orchestrator.Skill{{ID: "x"}} },
	} {
		b := rule
		change(&b)
		_, err := f.Step(Command{Do: RouteQueue{Queue: "sales", Borrow: []fact.Borrow{b}}}, f.At)
		if got, ok := err.(*orchestrator.Error); !ok || got.Field != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// ends tells why loans ended in facts, of whom.
func ends(facts []fact.Entry) (why []string) {
	for _, e := range facts {
		if x, ok := e.Fact.(fact.LoanEnded); ok {
			why = append(why, string(x.Agent)+" "+x.Why)
		}
	}
	return why
}

// A rule that goes by the expected wait ends when nobody waits, be it that the line was slow when it was long.
func TestALoanByExpectationEndsWithTheLine(t *testing.T) {
	f, step := lending(t, 3, fact.Borrow{
		From: []orchestrator.QueueID{"support"}, When: fact.Surge{Expected: 2 * time.Minute}, Until: fact.Surge{Expected: time.Minute}, Hold: time.Minute,
	})
	if who := lent(free(step, "a")); len(who) != 1 {
		t.Fatalf("lent are %v", who)
	}
	for _, leg := range []media.LegID{"c0", "c1", "c2"} {
		step(media.Event{Kind: media.Gone, Switch: "s", Leg: leg, Why: media.CauseHangup})
	}
	f.Lines["sales"].Pace = time.Hour
	if facts, err := f.Step(Tick{}, f.At.Add(2*time.Minute)); err != nil || strings.Join(ends(facts), ",") != "a over" {
		t.Errorf("nobody has waited for two minutes, and loans ended: %v %v", ends(facts), err)
	}
}

// A lender calls people back once its own line has come to what the rule says, one for each item beyond what it lets wait; it lends
// nobody before its line is empty again, and who was called back rests.
func TestRecall(t *testing.T) {
	for name, c := range map[string]struct {
		recall fact.Surge
		want   []string // what ends with the first, second, third, fourth caller of the lender, and 30 s and 43 s after the first
	}{
		"at once":       {fact.Surge{}, []string{"a needed", "b needed", "", "", "", ""}},
		"third":         {fact.Surge{Waiting: 3}, []string{"", "", "a needed", "b needed", "", ""}},
		"after 30 s":    {fact.Surge{Longest: 30 * time.Second}, []string{"", "", "", "", "a needed", "b needed"}}, // of four, one has waited for as long, then all
		"what is first": {fact.Surge{Waiting: 4, Longest: 40 * time.Second}, []string{"", "", "", "a needed", "", "b needed"}},
		"too long":      {fact.Surge{Expected: 3 * time.Minute}, []string{"", "", "a needed,b needed", "", "", ""}}, // at a pace of a minute
	} {
		f, step := lending(t, 0, fact.Borrow{From: []orchestrator.QueueID{"support"}, When: fact.Surge{Waiting: 1}, Recall: c.recall})
		calls := func(n int, to string) []fact.Entry {
			return step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: media.LegID(fmt.Sprintf("%s-%d", to, n)), To: to}}})
		}
		for n, who := range []string{"a", "b"} { // each is lent to a caller who waits, and has that call in hand
			calls(n, "7000")
			free(step, who)
		}
		if f.Agents["a"].Loan.To != "sales" || f.Agents["b"].Loan.To != "sales" {
			t.Fatal("a and b are not on loan")
		}
		first := f.At.Add(time.Second) // every step takes one
		for n, want := range c.want {
			var facts []fact.Entry
			switch n {
			case 4, 5:
				var err error
				if facts, err = f.Step(Tick{}, first.Add(time.Duration(30+13*(n-4))*time.Second)); err != nil {
					t.Fatal(err)
				}
			default:
				facts = calls(n, "7002")
			}
			if got := strings.Join(ends(facts), ","); got != want {
				t.Errorf("%s: at %d loans ended: %q, want %q", name, n, got, want)
			}
			for _, e := range facts {
				if x, ok := e.Fact.(fact.LoanEnded); ok && (x.Waiting != min(n+1, 4) || x.Oldest != f.At.Sub(first)) {
					t.Errorf("%s: at %d it is told that %d wait, for %s", name, n, x.Waiting, x.Oldest)
				}
			}
		}
	}
}

// A rule that is changed counts for who is on loan and waits already: nobody else need come for it, nor for its time.
func TestAnotherRecallCountsAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		recall fact.Surge
		after  time.Duration // of the change
	}{
		"at once": {fact.Surge{}, 0}, "second": {fact.Surge{Waiting: 2}, 0}, "after 30 s": {fact.Surge{Longest: 30 * time.Second}, 30 * time.Second},
	} {
		rule := fact.Borrow{From: []orchestrator.QueueID{"support"}, When: fact.Surge{Waiting: 1}, Recall: fact.Surge{Waiting: 9}}
		f, step := lending(t, 1, rule)
		free(step, "a")
		for _, leg := range []media.LegID{"b1", "b2"} {
			step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: leg, To: "7002"}}})
		}
		if f.Agents["a"].Loan.To != "sales" {
			t.Fatal("a is not on loan")
		}
		rule.Recall = c.recall
		facts := step(Command{Do: RouteQueue{Queue: "sales", Borrow: []fact.Borrow{rule}}})
		if c.after > 0 {
			var err error
			if facts, err = f.Step(Tick{}, f.At.Add(c.after)); err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.Join(ends(facts), ","); got != "a needed" {
			t.Errorf("%s: two wait, and loans ended: %q", name, got)
		}
	}
}

// Somebody who was called back and has come, or is away, is not counted on for the next caller: another one is called back.
func TestTheNextIsCalledBackToo(t *testing.T) {
	for _, leaves := range []bool{false, true} {
		f, step := lending(t, 0, fact.Borrow{From: []orchestrator.QueueID{"support"}, Media: "voice", When: fact.Surge{Waiting: 1}})
		free(step, "a")
		step(Command{Do: OpenItem{Channel: "email", Queue: "support", Customer: fact.Person{Number: "fang@example.com"}, Into: new(orchestrator.InteractionID)}})
		step(Command{Do: AcceptOffer{Offer: f.Agents["a"].Offers[0]}}) // a letter stays in hand all the time
		calls := func(leg media.LegID, to string) []fact.Entry {
			return step(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: leg, To: to}}})
		}
		calls("c1", "7000")
		free(step, "b")
		calls("c2", "7000")
		if f.Agents["a"].Loan.To != "sales" || f.Agents["b"].Loan.To != "sales" {
			t.Fatal("a and b are not on loan")
		}
		if got := strings.Join(ends(calls("c3", "7002")), ","); got != "a needed" {
			t.Fatalf("loans ended: %s", got)
		}
		want := "b needed"
		if leaves {
			if got := strings.Join(ends(step(Command{Do: SetStatus{Agent: "a", Status: orchestrator.Away}})), ","); got != want {
				t.Errorf("a is away, and loans ended: %q", got)
			}
			continue
		}
		step(media.Event{Kind: media.Gone, Switch: "s", Leg: "c1", Why: media.CauseHangup})
		step(media.Event{Kind: media.Gone, Switch: "s", Leg: f.Offers[f.Agents["a"].Offers[1]].Leg, Why: media.CauseHangup})
		if n := len(f.Agents["a"].Offers); n != 2 || f.waiting["support"].size() != 1 {
			t.Fatalf("a has %d in hand", n)
		}
		if got := strings.Join(ends(calls("c4", "7002")), ","); got != want {
			t.Errorf("a has the first caller, and for the second loans ended: %q", got)
		}
	}
}
