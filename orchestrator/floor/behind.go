package floor

import (
	"reflect"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
)

// This file begins the time of each waiting item's step anew when the steps of its plan have changed: an item in the last step may
// have more before it now. With tens of thousands in line that takes several turns; an item goes by the new steps in the meantime, and
// only its time is still the old one.

func (f *Floor) applyQueue(x fact.QueueDefined) {
	old := f.Queues[x.Queue]
	f.Queues[x.Queue] = x
	f.pool.Define(x.Queue, PlanOf(x))
	if len(old.Steps)+len(x.Steps) == 0 || reflect.DeepEqual(old.Steps, x.Steps) {
		return
	}
	if f.Stepped == nil {
		f.Stepped = map[orchestrator.QueueID]int{}
	}
	f.Stepped[x.Queue] = x.Plan
	f.fallBehind(x.Queue)
}

// isBehind says whether an item came to its step by steps that are no more.
func (f *Floor) isBehind(i *Interaction) bool { return i.inLine() && i.Plan < f.Stepped[i.Queue] }

// fallBehind notes who is behind, by id.
func (f *Floor) fallBehind(id orchestrator.QueueID) {
	f.behind[id] = f.waiting[id].ids()
	f.timers.add(f.At, timerBehind, string(id))
}

// nextBehind is the next item of a queue that is behind; nil is none.
func (f *Floor) nextBehind(id orchestrator.QueueID) *Interaction {
	for len(f.behind[id]) > 0 {
		if i := f.Interactions[f.behind[id][0]]; i != nil && i.Queue == id && f.isBehind(i) {
			return i
		}
		f.behind[id] = f.behind[id][1:]
	}
	delete(f.behind, id)
	return nil
}

// stepAgain brings one item of a queue to its step anew, and sees to it that the next follows: overdue bounds how many in one turn.
func (f *Floor) stepAgain(id orchestrator.QueueID) {
	if i := f.nextBehind(id); i != nil {
		f.stepAnew(i)
		f.timers.add(f.now, timerBehind, string(id))
	}
}

func (f *Floor) stepAnew(i *Interaction) {
	p := f.pool.Plan(i.Queue)
	w := routing.Walk{Step: min(i.Step, max(len(p.Steps)-1, 0)), Entered: f.now}
	f.emit(i.ID, fact.ItemWidened{Ring: w.Step, Ahead: i.Ahead, Widen: p.Until(w), Plan: p.Version})
}
