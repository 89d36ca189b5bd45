package routing

import (
	"testing"

	"tandem/orchestrator"
)

// Exits that lead back are told as a circle; a way that runs into the circle of others ends.
func TestCircle(t *testing.T) {
	exits := map[orchestrator.QueueID]orchestrator.QueueID{"a": "b", "b": "c", "c": "a", "d": "b", "e": "f", "g": "g"}
	for from, want := range map[orchestrator.QueueID]string{
		"a": "a → b → c → a", "b": "b → c → a → b", "d": "", "e": "", "f": "", "g": "g → g",
	} {
		if got := Circle(from, func(q orchestrator.QueueID) orchestrator.QueueID { return exits[q] }); got != want {
			t.Errorf("from %s: %q, want %q", from, got, want)
		}
	}
}

// A skill whose name has a - is named in an expression as it is.
func TestExpressionNamesSkillsWithADash(t *testing.T) {
	f, err := fittingOf("billing-uk >= 3 and not (billing_uk > 0) and billing > 1")
	if err != nil {
		t.Fatal(err)
	}
	has := []Skill{{ID: "billing-uk", Level: 3}, {ID: "billing", Level: 2}}
	if !f.holds(&Agent{Skills: has}) || f.holds(&Agent{Skills: append(has, Skill{ID: "billing_uk", Level: 1})}) || f.holds(&Agent{Skills: has[1:]}) {
		t.Error("billing-uk is taken for another skill")
	}
}

// People on loan count among the people of a step of the borrower, and of nobody else's.
func TestStaffedCountsLoans(t *testing.T) {
	var p Pool
	p.Define("c", Plan{Steps: []Step{{Also: []orchestrator.QueueID{"b"}}}})
	p.Define("b", Plan{Borrow: []Borrow{{From: []orchestrator.QueueID{"a"}, When: Surge{Waiting: 1}}}})
	looks := func() (b, c int) {
		return p.Look(Item{ID: "x", Queue: "b"}).Staffed, p.Look(Item{ID: "x", Queue: "c"}).Staffed
	}
	ann := Agent{ID: "ann", Queues: []orchestrator.QueueID{"a"}}
	p.Free(ann)
	if b, c := looks(); b != 0 || c != 0 {
		t.Errorf("before the loan %d and %d", b, c)
	}
	ann.Loan = Loan{From: "a", To: "b", Since: t0}
	p.Free(ann)
	if b, c := looks(); b != 1 || c != 0 {
		t.Errorf("on loan %d of the borrower and %d of a queue that asks its people too", b, c)
	}
	p.Define("b", Plan{Version: 2, Borrow: p.Plan("b").Borrow}) // its classes are made anew
	if b, _ := looks(); b != 1 {
		t.Errorf("with a new plan %d", b)
	}
	ann.Loan = Loan{}
	p.Free(ann)
	if b, _ := looks(); b != 0 {
		t.Errorf("after the loan %d", b)
	}
}

// Errors name a skill with a - as it was written, at its place.
func TestErrorsOfExpressionsWithADash(t *testing.T) {
	if _, err := fittingOf("billing-uk > 3 and billing-uk"); err == nil || err.Error() != "if: invalid operation: and (mismatched types bool and int) (1:16)" {
		t.Errorf("told is %v", err)
	}
}
