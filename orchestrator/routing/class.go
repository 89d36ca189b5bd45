package routing

import "tandem/orchestrator"

// classKey says which items may be taken by exactly the same people.
type classKey struct {
	queue orchestrator.QueueID
	step  int
	media Media
	need  Need
	only  orchestrator.AgentID
}

// want is what a class asks of a person.
type want struct {
	queues     []orchestrator.QueueID // any of them
	required   []Skill                // all of them
	preferred  []Skill                // the more the better
	expression *fitting               // nil is none
	only       orchestrator.AgentID   // when set, nothing else counts
	strategy   Strategy
	media      Media
}

// liked counts the preferred skills that a person has.
func (w *want) liked(a *Agent) int {
	n := 0
	for _, s := range w.preferred {
		if level(a.Skills, s.ID) >= s.Level {
			n++
		}
	}
	return n
}

// mastery is the sum of a person's levels in what is required or preferred.
func (w *want) mastery(a *Agent) int64 {
	sum := 0
	for _, s := range w.required {
		sum += level(a.Skills, s.ID)
	}
	for _, s := range w.preferred {
		sum += level(a.Skills, s.ID)
	}
	return int64(sum)
}

// class holds the items that the same people may take, and who of them is free.
//
// Whether somebody is free concerns many classes at once, so none is told: each reads the pool's log of those who became free up to
// its end when it is asked, and forgets those who are no longer free when they come up.
type class struct {
	want
	key   classKey
	index int
	items heap[*waiting]
	staff set          // people who fit
	size  int          // how many they are
	idle  heap[chance] // those who were free, some of them no longer
	read  int          // how far the log was read
	asked int          // place among the classes to be asked; -1: it is not
}

func (c *class) before(o *class) bool { return c.items[0].place.before(o.items[0].place) }
func (c *class) at(i int)             { c.asked = i }

// chance is how the class sees a person.
func (c *class) chance(who *person) chance {
	return chance{c.borrows(&who.Agent), c.liked(&who.Agent), c.strategy.score(&who.Agent, &c.want), who.Idle.UnixMicro(), who, who.stamp}
}

// choice is the free person who would take the next item; nil is nobody.
func (p *Pool) choice(c *class) *person {
	p.catchUp(c)
	for len(c.idle) > 0 {
		if top := c.idle[0]; top.stamp == top.who.stamp {
			return top.who
		}
		c.idle.remove(0)
	}
	return nil
}

// catchUp reads the log. Where that would be more work than looking at everybody who is free, it does that.
func (p *Pool) catchUp(c *class) {
	end := p.forgotten + len(p.freed)
	if behind := end - c.read; c.read < p.forgotten || behind > len(p.free)/16+c.size+64 || len(c.idle) > 2*c.size+64 {
		c.idle = c.idle[:0]
		c.staff.both(p.free, func(i int) {
			if who := p.people[i]; who.Open.Has(c.key.media) {
				c.idle = append(c.idle, c.chance(who))
			}
		})
		c.idle.order()
	} else {
		for _, f := range p.freed[c.read-p.forgotten:] {
			if c.staff.has(f.index) && f.stamp == f.who.stamp && f.who.Open.Has(c.key.media) {
				c.idle.push(c.chance(f.who))
			}
		}
	}
	c.read = end
}
