package simulate

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/insight"
	"tandem/orchestrator/routing"
)

// Day is what came of one repetition.
type Day struct {
	Queues []Outcome // in the order of the scenario
	People []Work    // one for each person, group after group
	Fates  []Fate    // with Scenario.Keep, in the order in which waits ended
	Loans  []Loan    // with Scenario.Keep, in the order in which they ended
}

// Loan is a person's being lent to a queue, on the day on which it began.
type Loan struct {
	Agent      orchestrator.AgentID
	From, To   orchestrator.QueueID
	Begin, End time.Duration // since the beginning of the day
	Why        routing.Why   // it ended
}

// Outcome is what came of the callers of one queue who came on a day.
type Outcome struct {
	insight.Figures // those who were still waiting when everybody had gone home are Expired
	Blocked         int64
	Delayed         int64         // had to wait at all
	WaitAll         time.Duration // of answered and abandoned
	Waited          int64         // those who are in WaitAll
	Loans           int64         // people who were lent to the queue
	Lent            time.Duration // for how long, all together
	Recalls         int64         // of them, who were called back because their own line needed them
}

func (o Outcome) plus(p Outcome) Outcome {
	return Outcome{o.Figures.Plus(p.Figures), o.Blocked + p.Blocked, o.Delayed + p.Delayed, o.WaitAll + p.WaitAll, o.Waited + p.Waited, o.Loans + p.Loans, o.Lent + p.Lent, o.Recalls + p.Recalls}
}

// total adds the queues.
func (d Day) total() Outcome {
	var sum Outcome
	for _, o := range d.Queues {
		sum = sum.plus(o)
	}
	return sum
}

// Work is how a person spent a day.
type Work struct {
	Agent    orchestrator.AgentID
	Group    int
	Contacts int64
	Busy     time.Duration // with something in hand, overlaps once
	There    time.Duration // on shift, or still busy after it, without Rung
	Rung     time.Duration // while their phone rang: neither at work nor idle
}

// met notes that a call was answered.
func (o *Outcome) met(wait, target time.Duration) {
	o.Answered++
	o.WaitAnswered += wait
	if wait <= target {
		o.AnsweredIn++
	}
	o.waited(wait)
}

// left notes that a caller gave up.
func (o *Outcome) left(wait, target, short time.Duration) {
	o.Abandoned++
	if wait <= target {
		o.AbandonedIn++
	}
	if wait <= short {
		o.ShortAbandons++
	}
	o.waited(wait)
}

func (o *Outcome) waited(wait time.Duration) {
	o.WaitAll += wait
	o.Waited++
	o.LongestWait = max(o.LongestWait, wait)
	if wait > 0 {
		o.Delayed++
	}
}
