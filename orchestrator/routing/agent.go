package routing

import (
	"slices"
	"time"

	"tandem/orchestrator"
)

// Agent is a person who could take an item now, with what the strategies choose by.
type Agent struct {
	ID     orchestrator.AgentID
	Queues []orchestrator.QueueID
	Skills []Skill
	Open   MediaSet  // what may be offered to them now, as Capacity.Open says; empty is voice alone
	Idle   time.Time // since when without work
	Today  Today
	Weight int                   // share of the work under Weighted; 0 is 1
	Pace   [Medias]time.Duration // mean handling time of theirs, per media class; 0 is unknown

	Loan Loan                 // to a queue whose items they take beside their own
	Rest time.Time            // they are not lent before; zero: they may be
	Back orchestrator.QueueID // which called them back from a loan, while they still have in hand what they had then
	Gone bool                 // not there, so that a loan of theirs ends
}

// Today is what a person has done since midnight of the centre, as it stood when they last became free.
type Today struct {
	Contacts int
	Worked   time.Duration // talk, hold and wrap-up
	Free     time.Duration // available and without work
	Offered  time.Time     // when work was last offered to them
}

// occupancy is worked ÷ (worked + free) in millionths.
func (t Today) occupancy() int64 {
	if t.Worked+t.Free <= 0 {
		return 0
	}
	return int64(float64(t.Worked) / float64(t.Worked+t.Free) * 1e6)
}

// person is an agent whom the pool has met.
type person struct {
	Agent
	index int
	free  bool
	stamp uint64 // changes with everything that concerns choosing them: what was noted under an old one counts no more
	fits  set    // classes whose items they may take
}

// sameProfile says whether two fit the same classes.
func sameProfile(a, b *Agent) bool {
	return slices.Equal(a.Queues, b.Queues) && slices.Equal(a.Skills, b.Skills) && a.Loan.same(b.Loan)
}

// same says whether nothing about two differs.
func same(a, b *Agent) bool {
	return sameProfile(a, b) && a.Open == b.Open && a.Idle.Equal(b.Idle) && a.Weight == b.Weight && a.Pace == b.Pace &&
		a.Today.Contacts == b.Today.Contacts && a.Today.Worked == b.Today.Worked && a.Today.Free == b.Today.Free &&
		a.Today.Offered.Equal(b.Today.Offered) && a.Rest.Equal(b.Rest) && a.Back == b.Back && a.Gone == b.Gone
}

// chance is a free person as one class sees them; the first of a class is its choice.
type chance struct {
	lent  bool // own people come before who is on loan
	liked int  // how many of the preferred skills they have, the more the better
	score int64
	idle  int64
	who   *person
	stamp uint64
}

func (c chance) at(int) {}

func (c chance) before(o chance) bool {
	switch {
	case c.lent != o.lent:
		return o.lent
	case c.liked != o.liked:
		return c.liked > o.liked
	case c.score != o.score:
		return c.score < o.score
	case c.idle != o.idle:
		return c.idle < o.idle
	}
	return c.who.ID < o.who.ID
}
