package replay

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
	"tandem/orchestrator/simulate"
)

// loans are what came of the people who were lent to a queue within the span.
type loans struct {
	begun, recalls int64
	lent           time.Duration
}

// lent counts a loan on the span in which it began, as the simulator does.
func (r *Recorder) lent(e fact.Entry) {
	switch x := e.Fact.(type) {
	case fact.LoanBegun:
		if r.within(e.At) {
			r.loansTo(x.To).begun++
		}
	case fact.LoanEnded:
		if !r.within(e.At.Add(-x.Lasted)) {
			return
		}
		l := r.loansTo(x.To)
		if l.lent += x.Lasted; routing.Why(x.Why) == routing.LoanNeeded {
			l.recalls++
		}
	}
}

func (r *Recorder) loansTo(id orchestrator.QueueID) *loans {
	if r.loans[id] == nil {
		r.loans[id] = &loans{}
	}
	return r.loans[id]
}

// tellLoans writes down what was of them. Who is still on loan when the recording ends has been so until then.
func (r *Recorder) tellLoans(s simulate.Scenario, day *simulate.Day) {
	for _, a := range r.floor.Agents {
		if a.Loan.To != "" && r.within(a.Loan.Since) {
			r.loansTo(a.Loan.To).lent += r.floor.At.Sub(a.Loan.Since)
		}
	}
	for i, q := range s.Queues {
		if l := r.loans[q.ID]; l != nil {
			day.Queues[i].Loans, day.Queues[i].Lent, day.Queues[i].Recalls = l.begun, l.lent, l.recalls
		}
	}
}
