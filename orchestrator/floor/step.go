package floor

import (
	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
)

// This file is the way of an item through the plan of its queue. Facts say where it came to, so that a change of the plan, or of what
// an expression means, never alters the past.

// queued is how an item enters the line of a queue: in the first step that is not skipped.
func (f *Floor) queued(i *Interaction, id orchestrator.QueueID) fact.ItemQueued {
	q, p := f.Queues[id], f.pool.Plan(id)
	w := p.Begin(f.now, f.ties(i), f.look(i, id))
	return fact.ItemQueued{
		Queue: id, Since: f.now, Ahead: headStart(i, q) + w.Ahead, Widen: p.Until(w), Step: w.Step, Only: w.Only, Plan: p.Version,
	}
}

// widen leads an item to the next step of its plan, or to the queue to which the last one leads. Its place is kept, also
// that of a caller in the switch's fallback: who comes back is not asked to wait again.
func (f *Floor) widen(i *Interaction) {
	if f.isBehind(i) {
		f.stepAnew(i)
		return
	}
	p := f.pool.Plan(i.Queue)
	if exit := p.Exit(i.Step); exit != "" {
		old, x := f.Queues[i.Queue], f.queued(i, exit)
		x.From, x.Since = i.Queue, i.Since
		x.Ahead += i.Ahead - headStart(i, old)
		if i.Walk != nil {
			x.Next, x.Latest = i.Walk.Next, i.Walk.Latest
		}
		f.emit(i.ID, x)
		return
	}
	w := p.Next(routing.Walk{Step: i.Step, Ahead: i.Ahead}, f.now, f.ties(i), f.look(i, i.Queue))
	f.emit(i.ID, fact.ItemWidened{Ring: w.Step, Ahead: w.Ahead, Widen: p.Until(w), Only: w.Only, Plan: p.Version})
}

// look tells what there is to see of a step, for the condition under which it is skipped.
func (f *Floor) look(i *Interaction, id orchestrator.QueueID) func(routing.Walk) routing.Sight {
	return func(w routing.Walk) routing.Sight {
		for agent := range f.stale {
			f.place(agent)
		}
		it := item(i)
		it.Queue, it.Step, it.Only = id, w.Step, w.Only
		s := f.pool.Look(it)
		s.Channel, s.Attributes = string(i.On()), i.Attributes
		return s
	}
}

func (f *Floor) applyStep(i *Interaction, x fact.ItemWidened) {
	i.Step, i.Ahead, i.Widen, i.Only, i.Plan = x.Ring, x.Ahead, x.Widen, x.Only, x.Plan
	if line := f.waiting[i.Queue]; line.has(i.ID) {
		line.put(spotOf(i))
	}
	f.timers.add(x.Widen, timerWiden, string(i.ID))
}

// ties are the people whom a customer knows and who are still with us.
func (f *Floor) ties(i *Interaction) routing.Ties {
	t := routing.Ties{Last: f.lastAgent(i.Who.Number), Dedicated: orchestrator.AgentID(i.Attributes[dedicatedAgent])}
	if f.Agents[t.Last] == nil {
		t.Last = ""
	}
	if f.Agents[t.Dedicated] == nil {
		t.Dedicated = ""
	}
	return t
}

// dedicatedAgent is the attribute that names a customer's account manager.
const dedicatedAgent = "dedicated_agent"
