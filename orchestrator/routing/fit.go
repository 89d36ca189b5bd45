package routing

import (
	"slices"

	"tandem/orchestrator"
)

// fits says whether a person may take items of the class, whatever they do now.
func (w *want) fits(a *Agent) bool {
	if w.only != "" {
		return a.ID == w.only
	}
	_, lacks := w.lacks(a)
	return !lacks && w.serves(a) && w.expression.holds(a)
}

func (w *want) serves(a *Agent) bool {
	return w.borrows(a) || slices.ContainsFunc(a.Queues, func(q orchestrator.QueueID) bool { return slices.Contains(w.queues, q) })
}

// borrows says whether a person is on loan to the queue itself; who is lent to another that a step adds is not meant.
func (w *want) borrows(a *Agent) bool { return a.Loan.To != "" && a.Loan.To == w.queues[0] }

// lacks finds the first required skill that a person does not have at the level asked for.
func (w *want) lacks(a *Agent) (Skill, bool) {
	for _, s := range w.required {
		if level(a.Skills, s.ID) < s.Level {
			return s, true
		}
	}
	return Skill{}, false
}

// meet takes in a person of whom the pool has not heard.
func (p *Pool) meet(a Agent) *person {
	if p.met == nil {
		p.met = map[orchestrator.AgentID]*person{}
		p.serving, p.skilled = map[orchestrator.QueueID]set{}, map[Skill]set{}
	}
	who := &person{index: len(p.people)}
	p.met[a.ID], p.people = who, append(p.people, who)
	p.trade(who, &a)
	p.learn(who, a)
	return who
}

// learn takes in what a person can do from now on, and which classes that fits.
func (p *Pool) learn(who *person, a Agent) {
	p.index(who, set.without)
	a.Queues, a.Skills = slices.Clone(a.Queues), slices.Clone(a.Skills)
	who.Agent = a
	p.index(who, set.with)
	for _, c := range p.table {
		if c == nil {
			continue
		}
		switch fits, was := c.fits(&who.Agent), c.staff.has(who.index); {
		case fits && !was:
			c.size++
			c.staff.add(who.index)
			who.fits.add(c.index)
		case !fits && was:
			c.size--
			c.staff.remove(who.index)
			who.fits.remove(c.index)
		}
	}
}

// index changes the sets of those who serve a queue, and of those who have a skill at each level.
func (p *Pool) index(who *person, change func(set, int) set) {
	for _, q := range who.Queues {
		p.serving[q] = change(p.serving[q], who.index)
	}
	for _, s := range who.Skills {
		for l := orchestrator.MinLevel; l <= s.Level; l++ {
			has := Skill{ID: s.ID, Level: l}
			p.skilled[has] = change(p.skilled[has], who.index)
		}
	}
}

// recruit finds everybody who fits a class that is new: the sets of its queues together, cut with the set of each skill.
func (p *Pool) recruit(c *class) {
	if c.only != "" {
		if who := p.met[c.only]; who != nil {
			c.staff.add(who.index)
		}
	}
	for _, q := range c.queues {
		if c.only == "" {
			c.staff = c.staff.or(p.serving[q])
		}
	}
	if m := p.markets[c.key.queue]; m != nil && c.only == "" {
		c.staff = c.staff.or(m.in)
	}
	for _, s := range c.required {
		if c.only == "" {
			c.staff.and(p.skilled[s])
		}
	}
	if c.only == "" && c.expression != nil {
		c.staff.both(c.staff, func(i int) {
			if !c.expression.holds(&p.people[i].Agent) {
				c.staff.remove(i)
			}
		})
	}
	c.staff.both(c.staff, func(i int) {
		c.size++
		p.people[i].fits.add(c.index)
	})
}
