package simulate

import (
	"time"

	"tandem/orchestrator"
)

// Fate is what became of one caller of a queue.
type Fate struct {
	Queue  int           // of the scenario
	Caller int           // of the queue, in the order of their coming
	At     time.Duration // they came, since the beginning of the day
	Ending Ending
	Agent  orchestrator.AgentID // who answered
	Wait   time.Duration
	Talk   time.Duration
	Wrap   time.Duration
	Offers int
}

// Ending is how the wait of a caller ended.
type Ending string

// The endings.
const (
	Answered  Ending = "answered"
	Abandoned Ending = "abandoned"
	FlowedOut Ending = "flowed_out"
	Expired   Ending = "expired" // still waiting when everybody had gone home
	Blocked   Ending = "blocked"
)

// Tell makes a day of fates and of how people spent it: a day that was is told by the same sums as one that never was.
func Tell(s Scenario, fates []Fate, people []Work) Day {
	d := Day{Queues: make([]Outcome, len(s.Queues)), People: people, Fates: fates}
	for _, f := range fates {
		d.Queues[f.Queue].add(f, s.Target, s.Short)
	}
	return d
}

// add counts one caller. A conversation counts once it has ended.
func (o *Outcome) add(f Fate, target, short time.Duration) {
	switch f.Ending {
	case Answered:
		o.met(f.Wait, target)
		o.talked(f.Talk, f.Wrap)
	case Abandoned:
		o.left(f.Wait, target, short)
	case FlowedOut:
		o.ledOut(f.Wait)
	case Expired:
		o.Expired++
	case Blocked:
		o.Blocked++
	}
}

func (o *Outcome) talked(talk, wrap time.Duration) {
	o.Handled++
	o.Talk += talk
	o.Wrap += wrap
}

// ledOut notes that a caller left the line by another way than an agent.
func (o *Outcome) ledOut(wait time.Duration) {
	o.FlowedOut++
	o.LongestWait = max(o.LongestWait, wait)
}
