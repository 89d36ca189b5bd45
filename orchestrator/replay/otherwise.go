package replay

import (
	"slices"

	"tandem/orchestrator/simulate"
)

// Otherwise completes a scenario of what would be otherwise from what was: a queue that says nothing of its callers has those who
// called, a group of a known name that says neither count nor people has the same people. With change, queues and groups that it does
// not name are there as they were.
func (r Recording) Otherwise(s simulate.Scenario, change bool) simulate.Scenario {
	was := r.Scenario
	s.Length = was.Length
	if s.Name == "" {
		s.Name = "otherwise"
	}
	if s.Target == 0 {
		s.Target, s.Short = was.Target, was.Short
	}
	s.Queues, s.Agents = slices.Clone(s.Queues), slices.Clone(s.Agents)
	for i := range s.Queues {
		if j := slices.IndexFunc(was.Queues, func(q simulate.Queue) bool { return q.ID == s.Queues[i].ID }); j >= 0 {
			likeQueue(&s.Queues[i], was.Queues[j], change)
		}
	}
	for i := range s.Agents {
		if j := slices.IndexFunc(was.Agents, func(g simulate.Group) bool { return g.ID == s.Agents[i].ID }); j >= 0 {
			likeGroup(&s.Agents[i], was.Agents[j], change)
		}
	}
	if change || len(s.Queues) == 0 {
		for _, q := range was.Queues {
			if !slices.ContainsFunc(s.Queues, func(o simulate.Queue) bool { return o.ID == q.ID }) {
				s.Queues = append(s.Queues, q)
			}
		}
	}
	if change || len(s.Agents) == 0 {
		for _, g := range was.Agents {
			if !slices.ContainsFunc(s.Agents, func(o simulate.Group) bool { return o.ID == g.ID }) {
				s.Agents = append(s.Agents, g)
			}
		}
	}
	return s
}

func likeQueue(q *simulate.Queue, was simulate.Queue, change bool) {
	if a := q.Arrivals; a.PerHour == 0 && len(a.Counts) == 0 && len(a.Times) == 0 && len(a.Callers) == 0 {
		q.Arrivals = was.Arrivals
	}
	for _, d := range []struct{ to, from *simulate.Distribution }{
		{&q.Service, &was.Service}, {&q.Wrap, &was.Wrap}, {&q.Ring, &was.Ring}, {&q.Patience, &was.Patience},
	} {
		if d.to.Is == "" {
			*d.to = *d.from
		}
	}
	if change && len(q.Plan.Steps) == 0 && q.Plan.Strategy == "" {
		borrow := q.Plan.Borrow
		if q.Plan = was.Plan; borrow != nil {
			q.Plan.Borrow = borrow
		}
	}
	if change && q.Ahead == 0 {
		q.Ahead = was.Ahead
	}
}

func likeGroup(g *simulate.Group, was simulate.Group, change bool) {
	if g.Count == 0 && len(g.People) == 0 {
		g.People = was.People
	}
	if change && g.Queues == nil {
		g.Queues = was.Queues
	}
	if change && g.Skills == nil {
		g.Skills = was.Skills
	}
}
