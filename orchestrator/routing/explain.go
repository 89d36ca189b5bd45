package routing

import (
	"slices"

	"tandem/orchestrator"
)

// Explanation is why an item goes where it goes, or why it waits, at this moment and as if it were its turn. Nothing is noted while deciding: as the same inputs
// give the same assignment, any decision of the past is explained by living through the journal up to it.
type Explanation struct {
	Item     Item
	Step     string // name of the step it stands in
	Version  int    // of the plan
	Strategy Strategy
	Position int       // in the line of its queue, from 1
	Required []Skill   // of step and item
	Prefers  []Skill   // of the step
	People   []Verdict // everybody whom the pool has met: the choice, those behind it in order, then the others by id
	Chosen   orchestrator.AgentID
	Instead  []Change // what would have changed it, the smallest changes first
}

// Verdict is what was found about one person.
type Verdict struct {
	Agent orchestrator.AgentID
	Is    Finding
	By    Criterion // of Chosen and Outranked: what it was decided by; "" if there was nobody else
	Skill Skill     // of LacksSkill: what was asked for
	Has   int       // of LacksSkill: at which level they have it, 0 is not at all
	Lent  Loan      // by which they are asked at all; zero: they serve the queue
}

// Finding says what became of a person in a decision.
type Finding string

// The findings.
const (
	Chosen     Finding = "chosen"
	Outranked  Finding = "outranked"   // they could have taken it, and another comes before them
	NotFree    Finding = "not_free"    // they fit, and have other work or are not there
	NoRoom     Finding = "no_room"     // they fit and could take something else, but nothing of this media class
	LacksSkill Finding = "lacks_skill" // they serve the queue
	NotMeant   Finding = "not_meant"   // they have every skill that is required, and the expression of the step does not hold for them
	OtherQueue Finding = "other_queue"
	NotNamed   Finding = "not_named" // the item is for somebody else
)

// Criterion is what tells two people apart.
type Criterion string

// The criteria, in the order in which they count.
const (
	ByOwn       Criterion = "own_people" // before who is on loan
	ByPreferred Criterion = "preferred_skills"
	ByStrategy  Criterion = "strategy"
	ByIdle      Criterion = "longest_idle"
	ByID        Criterion = "id"
)

// Change is one thing that would have made a difference.
type Change struct {
	Agent orchestrator.AgentID // who would have taken it
	If    Difference
	By    Criterion // of IfBetter: what they would have had to be better by than the choice
	Skill Skill     // of IfLower: the skill that was asked for, at the level that they have; 0: not asked for
}

// Difference says what would have had to be different.
type Difference string

// The differences.
const (
	IfBetter Difference = "better" // than the choice; the first behind it
	IfFree   Difference = "free"   // somebody who fits and has other work
	IfLower  Difference = "lower"  // the level asked for; somebody who is free and has everything else
)

// Explain says why. It looks at everybody whom the pool has met; an item that does not wait is not explained.
func (p *Pool) Explain(id orchestrator.InteractionID) (Explanation, bool) {
	w := p.items[id]
	if w == nil {
		return Explanation{}, false
	}
	c, plan := w.in, p.plans[w.item.Queue]
	x := Explanation{
		Item: w.item, Version: plan.Version, Strategy: plan.Strategy, Position: p.Position(id),
		Required: c.required, Prefers: c.preferred,
	}
	if x.Strategy == "" {
		x.Strategy = LongestIdle
	}
	if n := len(plan.Steps); n > 0 {
		x.Step = plan.Steps[min(w.item.Step, n-1)].Name
	}
	var able []chance
	for _, who := range p.people {
		v := c.verdict(who)
		if v.Is == Chosen {
			able = append(able, c.chance(who))
		} else {
			x.People = append(x.People, v)
		}
	}
	slices.SortFunc(x.People, func(a, b Verdict) int { return orchestrator.CompareIDs(a.Agent, b.Agent) })
	slices.SortFunc(able, func(a, b chance) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	x.People = append(c.rank(able), x.People...)
	if len(able) > 0 {
		x.Chosen = able[0].who.ID
	}
	x.Instead = p.instead(c, able)
	return x, true
}

// verdict says what keeps a person from an item; Chosen is nothing.
func (c *class) verdict(who *person) Verdict {
	v := Verdict{Agent: who.ID, Is: Chosen, Lent: c.lent(who)}
	switch lacks, is := c.lacks(&who.Agent); {
	case c.only != "" && c.only != who.ID:
		v.Is = NotNamed
	case c.only == "" && !c.serves(&who.Agent):
		v.Is = OtherQueue
	case c.only == "" && is:
		v.Is, v.Skill, v.Has = LacksSkill, lacks, level(who.Skills, lacks.ID)
	case c.only == "" && !c.expression.holds(&who.Agent):
		v.Is = NotMeant
	case !who.free:
		v.Is = NotFree
	case !who.Open.Has(c.key.media):
		v.Is = NoRoom
	}
	return v
}

// lent is the loan by which somebody is asked; zero for one who is asked anyway.
func (c *class) lent(who *person) Loan {
	if c.only == "" && c.borrows(&who.Agent) {
		return who.Loan
	}
	return Loan{}
}

// rank says of those who could take an item what decided between each of them and the choice.
func (c *class) rank(able []chance) []Verdict {
	out := make([]Verdict, len(able))
	for i, a := range able {
		out[i] = Verdict{Agent: a.who.ID, Is: Outranked, By: able[0].over(a), Lent: c.lent(a.who)}
	}
	if len(out) > 0 {
		out[0].Is, out[0].By = Chosen, ""
		if len(out) > 1 {
			out[0].By = out[1].By
		}
	}
	return out
}

// over says by what c comes before o.
func (c chance) over(o chance) Criterion {
	switch {
	case c.lent != o.lent:
		return ByOwn
	case c.liked != o.liked:
		return ByPreferred
	case c.score != o.score:
		return ByStrategy
	case c.idle != o.idle:
		return ByIdle
	}
	return ByID
}
