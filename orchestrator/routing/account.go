package routing

import (
	"math/bits"

	"tandem/orchestrator"
)

// Account is what is written down of a decision when it is made: little enough to cost next to nothing. All the rest is told by living
// through the journal again (Explain).
type Account struct {
	Fit  int                  // people who fit, whatever they do
	Free int                  // of them, those who could be offered something
	Next orchestrator.AgentID // who would have taken it but for the choice; "" is nobody
	By   Criterion            // what it was decided by between the two
	Lent orchestrator.QueueID // which lent the choice to the queue; "" is nobody
}

// Account tells of the assignment that Next has just returned, before it is carried out.
func (p *Pool) Account(id orchestrator.InteractionID) (a Account) {
	if len(p.asked) == 0 || p.asked[0].items[0].item.ID != id {
		return a
	}
	c := p.asked[0] // Next has looked at it, and its choice stands first in idle.
	if who := c.idle[0].who; c.only == "" && c.borrows(&who.Agent) {
		a.Lent = who.Loan.From
	}
	a.Fit = c.size
	n := min(len(c.staff), len(p.free))
	staff, free := c.staff[:n], p.free[:n]
	for i := range staff { // All of them: a word is counted faster than it is looked at whether it need be.
		a.Free += bits.OnesCount64(staff[i] & free[i])
	}
	if next := c.second(); next > 0 {
		a.Next, a.By = c.idle[next].who.ID, c.idle[0].over(c.idle[next])
	}
	return a
}

// second finds the place of whoever comes after the first, who is free: one of the two below them. 0 is nobody.
func (c *class) second() int {
	for {
		best, gone := 0, 0
		for i := 1; i < min(3, len(c.idle)); i++ {
			switch x := c.idle[i]; {
			case x.stamp != x.who.stamp:
				gone = i
			case best == 0 || x.before(c.idle[best]):
				best = i
			}
		}
		if gone == 0 {
			return best
		}
		c.idle.remove(gone)
	}
}
