package routing

import (
	"cmp"
	"slices"

	"tandem/orchestrator"
)

// maxInstead is how many changes of each kind are told.
const maxInstead = 3

// instead finds what would have changed a decision: for an item that goes to somebody, who comes next; for one that waits, who would
// take it if they were free, and whom a lower level would let in at once.
func (p *Pool) instead(c *class, able []chance) []Change {
	if len(able) > 0 {
		var out []Change
		for _, a := range able[1:min(len(able), 1+maxInstead)] {
			out = append(out, Change{Agent: a.who.ID, If: IfBetter, By: able[0].over(a)})
		}
		return out
	}
	var lower, busy []Change
	for _, who := range p.people {
		switch open := who.free && who.Open.Has(c.key.media); {
		case c.staff.has(who.index):
			busy = append(busy, Change{Agent: who.ID, If: IfFree})
		case open && c.only == "" && c.serves(&who.Agent) && c.expression.holds(&who.Agent):
			if lacks, one := c.lacksOne(&who.Agent); one {
				lower = append(lower, Change{Agent: who.ID, If: IfLower, Skill: Skill{ID: lacks.ID, Level: level(who.Skills, lacks.ID)}})
			}
		}
	}
	slices.SortFunc(lower, func(a, b Change) int {
		return cmp.Or(cmp.Compare(c.gap(a.Skill), c.gap(b.Skill)), orchestrator.CompareIDs(a.Agent, b.Agent))
	})
	slices.SortFunc(busy, func(a, b Change) int { return orchestrator.CompareIDs(a.Agent, b.Agent) })
	return append(lower[:min(len(lower), maxInstead)], busy[:min(len(busy), maxInstead)]...)
}

// lacksOne says whether exactly one skill keeps a person from the class, and which.
func (w *want) lacksOne(a *Agent) (lacks Skill, one bool) {
	for _, s := range w.required {
		if level(a.Skills, s.ID) >= s.Level {
			continue
		}
		if one {
			return Skill{}, false
		}
		lacks, one = s, true
	}
	return lacks, one
}

// gap is by how many levels a skill falls short of what is asked for.
func (w *want) gap(has Skill) int { return level(w.required, has.ID) - has.Level }
