package floor

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
)

// planOf is the plan of a queue as the matcher takes it.
func planOf(q fact.QueueDefined) routing.Plan {
	p := routing.Plan{Strategy: routing.Strategy(q.Strategy)}
	for _, r := range q.Rings {
		p.Steps = append(p.Steps, routing.Step{
			Name: r.Name, Required: r.Required, Preferred: r.Preferred, Also: r.Also, Ahead: r.Ahead, For: r.For,
		})
	}
	return p
}

// checkRings says what is wrong with who takes the calls of a queue.
func (f *Floor) checkRings(q fact.QueueDefined) error {
	if err := planOf(q).Check(); err != nil {
		return invalid("%s", strings.ReplaceAll(err.Error(), "steps[", "rings["))
	}
	for i, r := range q.Rings {
		if r.Name != "" && badName(r.Name) {
			return invalid("rings[%d]: name: at most %d characters, no control characters", i, maxName)
		}
		if r.Ahead < 0 || r.Ahead > 24*time.Hour || r.For > 24*time.Hour {
			return invalid("rings[%d]: times are from 0 to 24 h", i)
		}
		for _, also := range r.Also {
			if _, ok := f.Queues[also]; !ok && also != q.Queue {
				return invalid("rings[%d]: there is no queue %q", i, also)
			}
		}
	}
	return nil
}

// changeQueue writes down a queue that is otherwise checked.
func (f *Floor) changeQueue(q fact.QueueDefined) error {
	if err := f.checkRings(q); err != nil {
		return err
	}
	if len(q.Rings) == 0 {
		q.Rings = nil // as the journal gives it back
	}
	if old := f.Queues[q.Queue]; !reflect.DeepEqual(old, q) {
		f.emit("", q)
		f.ringAgain(old, q)
	}
	return nil
}

func (f *Floor) routeQueue(c RouteQueue) error {
	q, ok := f.Queues[c.Queue]
	if !ok {
		return unknownQueue(c.Queue)
	}
	q.Strategy, q.Rings = c.Strategy, c.Rings
	return f.changeQueue(q)
}

func (f *Floor) teachAgent(c TeachAgent) error {
	a := f.Agents[c.Agent]
	if a == nil {
		return unknownAgent(c.Agent)
	}
	if err := routing.CheckSkills(c.Skills); err != nil {
		return invalid("skills: %s", err)
	}
	if !slices.Equal(a.Skills, c.Skills) {
		skills := slices.Clone(c.Skills)
		f.emit("", fact.AgentDefined{Agent: a.ID, Endpoint: a.Endpoint, Queues: a.Queues, Skills: skills, Weight: a.Weight, Capacity: a.Capacity, Who: a.Who})
	}
	return nil
}

func unknownQueue(id orchestrator.QueueID) error {
	return &orchestrator.Error{Kind: orchestrator.NotFound, Say: fmt.Sprintf("there is no queue %q", id)}
}

// queued is how an item enters a line: in its first ring.
func (f *Floor) queued(id orchestrator.QueueID) fact.ItemQueued {
	p := planOf(f.Queues[id])
	w := p.Begin(f.now, routing.Ties{}, nil)
	return fact.ItemQueued{Queue: id, Since: f.now, Ahead: w.Ahead, Widen: p.Until(w)}
}

// widen leads an item to the next ring, also one whose caller is in the switch's fallback: who comes back is not asked to wait again.
func (f *Floor) widen(i *Interaction) {
	p := planOf(f.Queues[i.Queue])
	w := p.Next(routing.Walk{Step: i.Ring, Ahead: i.Ahead}, f.now, routing.Ties{}, nil)
	f.emit(i.ID, fact.ItemWidened{Ring: w.Step, Ahead: w.Ahead, Widen: p.Until(w)})
}

// ringAgain begins the time of each waiting item's ring anew when the rings have changed: an item in the last ring of old may have
// more before it now.
func (f *Floor) ringAgain(old, q fact.QueueDefined) {
	if reflect.DeepEqual(old.Rings, q.Rings) {
		return
	}
	p := planOf(q)
	var waiting []*Interaction
	for _, i := range f.Interactions {
		if i.inLine() && i.Queue == q.Queue {
			waiting = append(waiting, i)
		}
	}
	slices.SortFunc(waiting, func(a, b *Interaction) int { return orchestrator.CompareIDs(a.ID, b.ID) })
	for _, i := range waiting {
		w := routing.Walk{Step: min(i.Ring, max(len(p.Steps)-1, 0)), Entered: f.now}
		f.emit(i.ID, fact.ItemWidened{Ring: w.Step, Ahead: i.Ahead, Widen: p.Until(w)})
	}
}

func (f *Floor) applyRing(i *Interaction, x fact.ItemWidened) {
	i.Ring, i.Ahead, i.Widen = x.Ring, x.Ahead, x.Widen
	f.timers.add(x.Widen, timerWiden, string(i.ID))
}
