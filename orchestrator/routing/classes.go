package routing

import (
	"slices"

	"tandem/orchestrator"
)

// minSweep is how many classes there may be before those without items are let go.
const minSweep = 4096

// Define gives a queue its plan; items that wait keep their places and go by the new one. A plan must pass Check.
func (p *Pool) Define(q orchestrator.QueueID, plan Plan) {
	if p.plans == nil {
		p.plans = map[orchestrator.QueueID]Plan{}
	}
	p.plans[q] = plan.Ready()
	var items []*waiting
	for _, c := range slices.Clone(p.queues[q]) {
		items = append(items, c.items...)
		for len(c.items) > 0 {
			p.takeOut(c.items[0])
		}
		p.drop(c)
	}
	slices.SortFunc(items, func(a, b *waiting) int { return a.place.compare(b.place) })
	for _, w := range items {
		p.putIn(w)
	}
	p.setRules(q, plan.Borrow)
}

// class finds the class of an item, or makes it.
func (p *Pool) class(it *Item) *class {
	key := classKey{it.Queue, it.Step, it.Media, it.Need, it.Only}
	if c := p.classes[key]; c != nil {
		return c
	}
	if p.classes == nil {
		p.classes, p.queues, p.sweepAt = map[classKey]*class{}, map[orchestrator.QueueID][]*class{}, minSweep
	}
	if len(p.classes) >= p.sweepAt {
		p.sweep()
	}
	c := &class{want: p.plans[it.Queue].want(key), key: key, asked: -1, read: -1}
	if n := len(p.unused); n > 0 {
		c.index, p.unused = p.unused[n-1], p.unused[:n-1]
		p.table[c.index] = c
	} else {
		c.index = len(p.table)
		p.table = append(p.table, c)
	}
	p.classes[key] = c
	p.queues[key.queue] = append(p.queues[key.queue], c)
	p.recruit(c)
	return c
}

// sweep lets go of classes without items. Those of a queue, step and media alone stay: they are few and come again. As many are
// made between two sweeps as one looks at, so that it costs little for each.
func (p *Pool) sweep() {
	for _, c := range p.table {
		if c != nil && len(c.items) == 0 && (c.key.need != "" || c.key.only != "") {
			p.drop(c)
		}
	}
	p.sweepAt = max(minSweep, 2*len(p.classes))
}

// drop lets go of a class that has no items.
func (p *Pool) drop(c *class) {
	c.staff.both(c.staff, func(i int) { p.people[i].fits.remove(c.index) })
	delete(p.classes, c.key)
	p.table[c.index], p.unused = nil, append(p.unused, c.index)
	p.queues[c.key.queue] = slices.DeleteFunc(p.queues[c.key.queue], func(o *class) bool { return o == c })
	if len(p.queues[c.key.queue]) == 0 {
		delete(p.queues, c.key.queue)
	}
}

// Plan is the plan of a queue, ready.
func (p *Pool) Plan(q orchestrator.QueueID) Plan { return p.plans[q] }

// Look tells what there is to see of the class of an item, which need not wait itself.
func (p *Pool) Look(it Item) Sight {
	c := p.class(&it)
	s := Sight{Staffed: c.size}
	c.staff.both(p.free, func(i int) {
		if p.people[i].Open.Has(it.Media) {
			s.Free++
		}
	})
	for _, o := range p.queues[it.Queue] {
		s.Waiting += len(o.items)
	}
	return s
}
