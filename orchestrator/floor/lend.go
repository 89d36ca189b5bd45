package floor

import (
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
)

// This file lends agents to queues in a surge and takes them back. The pool decides (routing.Lend); facts say what came of it, so that
// recovery needs no rule.

// lend begins or ends the next loan; false: none is to begin or end now. Everything that could be matched has been.
func (f *Floor) lend() bool {
	l, ok := f.pool.Lend(f.now)
	switch {
	case !ok:
		f.lendLater()
	case l.Begins:
		f.emit("", fact.LoanBegun{Agent: l.Agent, From: l.From, To: l.To, Why: string(l.Why), Plan: f.pool.Plan(l.To).Version})
	default:
		f.emit("", fact.LoanEnded{Agent: l.Agent, From: l.From, To: l.To, Why: string(l.Why), Lasted: f.now.Sub(l.Since), Rest: l.Rest, Waiting: l.Waiting, Oldest: l.Oldest})
	}
	return ok
}

// lendLater sets the deadline at which lending looks again although nothing else has happened.
func (f *Floor) lendLater() {
	if at := f.pool.LendAt(); !at.Equal(f.lendAt) {
		f.lendAt = at
		f.timers.add(at, timerLend, "")
	}
}

func (f *Floor) applyLoanBegun(x fact.LoanBegun, at time.Time) {
	f.Agents[x.Agent].Loan = routing.Loan{From: x.From, To: x.To, Since: at}
	f.stale[x.Agent] = struct{}{}
}

func (f *Floor) applyLoanEnded(x fact.LoanEnded) {
	a := f.Agents[x.Agent]
	a.Loan, a.Rest = routing.Loan{}, x.Rest
	if routing.Why(x.Why) == routing.LoanNeeded && len(a.Offers) > 0 {
		a.Back = x.From
	}
	f.stale[x.Agent] = struct{}{}
}

// gone says whether an agent is not there, by choice or by not answering: a loan ends. A phone that fails does not end it.
func (a *Agent) gone() bool { return a.Status != orchestrator.Available || a.NotResponding }

// expected is the median wait of somebody who joined a line now.
func (f *Floor) expected(id orchestrator.QueueID) time.Duration {
	return expect(f.waiting[id].size()+1, f.pace(id)).Median
}

// Loan is an agent's being lent at this moment.
type Loan struct {
	Agent orchestrator.AgentID
	routing.Loan
}

// loans are those from and to a queue, by agent.
func (f *Floor) loans(id orchestrator.QueueID) []Loan {
	out := []Loan{}
	for _, a := range f.Agents {
		if a.Loan.To != "" && (a.Loan.From == id || a.Loan.To == id) {
			out = append(out, Loan{a.ID, a.Loan})
		}
	}
	slices.SortFunc(out, func(a, b Loan) int { return orchestrator.CompareIDs(a.Agent, b.Agent) })
	return out
}
