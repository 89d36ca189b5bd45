// Package routing decides who answers whom. It is pure and knows nothing of calls, phones or time passing.
//
// The rule, total and repeatable:
//
//  1. Of the items that a free person may take, the one with the first place in line is next: enqueue time less head start, to the
//     microsecond; ties go by id.
//  2. It goes to the person who has most of the skills that are preferred, then by the strategy of the queue, then to who has been
//     idle longest; ties go by id.
//
// Who may take an item: people who serve its queue, or one that its step of the plan adds, have every skill that step and item
// require, at that level, and have room for its media class; or the one person whom it is for.
//
//	items ──Wait──> classes: items that the same people may take ─┐
//	                                                              ├──Next──> item, person
//	people ──Free──> log of those who became free ────────────────┘
//
// A change touches only what it can affect. Free and Busy write a line; a new item touches its class. Next asks the classes that
// have a new item, and for each person who has become free the one class whose item comes first for them. It allocates nothing.
package routing

import (
	"math/bits"
	"time"

	"tandem/orchestrator"
)

// Pool matches waiting items with free people. The zero Pool is empty and ready.
type Pool struct {
	plans   map[orchestrator.QueueID]Plan
	items   map[orchestrator.InteractionID]*waiting
	spare   []*waiting
	met     map[orchestrator.AgentID]*person
	people  []*person
	free    set // people who are
	serving map[orchestrator.QueueID]set
	skilled map[Skill]set // people who have a skill at this level or a higher one
	classes map[classKey]*class
	table   []*class // by index
	unused  []int    // indexes of classes that are no more
	queues  map[orchestrator.QueueID][]*class
	sweepAt int // so many classes: let go of those without items

	lines     [Medias]set // classes with items, per media
	asking    set         // classes that are in asked
	asked     heap[*class]
	seekers   heap[seeker]
	freed     []freedAt // log of those who became free, for the classes to read
	forgotten int       // lines of the log that are no more

	// Outlook is the median wait that somebody who joined a line now could expect; nil: nobody knows, and no loan begins by it. Moved
	// says when it has changed.
	Outlook func(orchestrator.QueueID) time.Duration
	markets map[orchestrator.QueueID]*market
	stirred []*market
	due     time.Time // the first of those of the markets
	lent    set       // people on loan
	// Lend was left before it had looked at everything.
	dueAgain bool
}

// freedAt is a line of the log.
type freedAt struct {
	who   *person
	index int // of who
	stamp uint64
}

// seeker is a free person for whom no class that is not asked anyway has an item before this place.
type seeker struct {
	place place
	who   *person
	stamp uint64
}

func (s seeker) before(o seeker) bool { return s.place.before(o.place) }
func (s seeker) at(int)               {}

// Wait puts an item in line, or moves it when something about it has changed.
func (p *Pool) Wait(it Item) {
	w := p.items[it.ID]
	switch {
	case w != nil && w.item == it:
		return
	case w != nil:
		p.takeOut(w)
	case len(p.spare) > 0:
		w, p.spare = p.spare[len(p.spare)-1], p.spare[:len(p.spare)-1]
	default:
		w = &waiting{}
	}
	if p.items == nil {
		p.items = map[orchestrator.InteractionID]*waiting{}
	}
	p.items[it.ID] = w
	w.item, w.place = it, it.place()
	p.putIn(w)
}

// Leave takes an item out of its line; one that is in none is no error.
func (p *Pool) Leave(id orchestrator.InteractionID) {
	w := p.items[id]
	if w == nil {
		return
	}
	delete(p.items, id)
	p.takeOut(w)
	*w = waiting{}
	p.spare = append(p.spare, w)
}

func (p *Pool) putIn(w *waiting) {
	c := p.class(&w.item)
	w.in = c
	c.items.push(w)
	p.lines[c.key.media].add(c.index)
	p.stirAt(w, (*market).enters)
	if c.asked < 0 {
		p.asking.add(c.index)
		p.asked.push(c)
	} else {
		p.asked.fix(c.asked)
	}
}

func (p *Pool) takeOut(w *waiting) {
	c := w.in
	p.stirAt(w, (*market).leaves)
	if c.asked >= 0 && len(c.items) == 1 {
		p.stopAsking(c)
	}
	c.items.remove(w.pos)
	switch {
	case len(c.items) == 0:
		p.lines[c.key.media].remove(c.index)
	case c.asked >= 0:
		p.asked.fix(c.asked)
	}
}

func (p *Pool) stopAsking(c *class) {
	p.asking.remove(c.index)
	p.asked.remove(c.asked)
}

// Free says that a person can take an item now, or that something about them has changed.
func (p *Pool) Free(a Agent) {
	if a.Open == 0 {
		a.Open = Set(Voice)
	}
	who := p.met[a.ID]
	switch {
	case who == nil:
		who = p.meet(a)
	case who.free && same(&who.Agent, &a):
		return
	default:
		p.trade(who, &a)
		p.know(who, a)
	}
	who.stamp++
	who.free = true
	p.free.add(who.index)
	p.lendFrom(who)
	if len(p.freed) > 4*len(p.people)+1024 {
		p.forgotten += len(p.freed)
		clear(p.freed)
		p.freed = p.freed[:0]
	}
	p.freed = append(p.freed, freedAt{who, who.index, who.stamp})
	p.seekers.push(seeker{first, who, who.stamp})
}

// Busy says that a person cannot take an item now; one who could not anyway is no error.
func (p *Pool) Busy(id orchestrator.AgentID) {
	who := p.met[id]
	if who == nil || !who.free {
		return
	}
	who.stamp++
	who.free = false
	p.free.remove(who.index)
}

// Know takes in what a person can do, without saying whether they are free: whoever explains a decision wants to name them.
func (p *Pool) Know(a Agent) {
	who := p.met[a.ID]
	if who == nil {
		p.meet(a)
		return
	}
	p.trade(who, &a)
	if !sameProfile(&who.Agent, &a) {
		p.learn(who, a)
	}
}

// know takes in what has changed about a person whom the pool has met.
func (p *Pool) know(who *person, a Agent) {
	if !sameProfile(&who.Agent, &a) {
		p.learn(who, a)
		return
	}
	a.Queues, a.Skills = who.Queues, who.Skills // the pool's own copies
	who.Agent = a
}

// Next returns the next assignment, without carrying it out: whoever owns the pool then says Leave and Busy, or Free with what
// else the person has room for.
//
// Every free person is among the seekers, or no class has an item for them that is not asked. So the first place among the classes
// that are asked is the first of all, unless a seeker knows an earlier one.
func (p *Pool) Next() (Item, Agent, bool) {
	for {
		if len(p.seekers) > 0 && (len(p.asked) == 0 || p.seekers[0].place.before(p.asked[0].items[0].place)) {
			p.seek()
			continue
		}
		if len(p.asked) == 0 {
			return Item{}, Agent{}, false
		}
		c := p.asked[0]
		if who := p.choice(c); who != nil {
			return c.items[0].item, who.Agent, true
		}
		p.stopAsking(c)
	}
}

// seek lets the first seeker have a class asked: the one that has the first item for them.
func (p *Pool) seek() {
	s := &p.seekers[0]
	if s.stamp != s.who.stamp {
		p.seekers.remove(0)
		return
	}
	best, second := p.lookFor(s.who)
	if best != nil {
		p.asking.add(best.index)
		p.asked.push(best)
	}
	if second == nil {
		p.seekers.remove(0)
		return
	}
	s.place = second.items[0].place
	p.seekers.fix(0)
}

// lookFor finds the two classes with the first items that a person may take, among those that are not asked.
func (p *Pool) lookFor(who *person) (best, second *class) {
	for m := range Medias {
		if !who.Open.Has(m) {
			continue
		}
		lines := p.lines[m]
		for i := range min(len(lines), len(who.fits)) {
			word := lines[i] & who.fits[i]
			if i < len(p.asking) {
				word &^= p.asking[i]
			}
			for ; word != 0; word &= word - 1 {
				c := p.table[i*64+bits.TrailingZeros64(word)]
				switch {
				case best == nil || c.before(best):
					best, second = c, best
				case second == nil || c.before(second):
					second = c
				}
			}
		}
	}
	return best, second
}

// Position is the place of an item in the line of its queue, from 1; 0 when it is in none.
func (p *Pool) Position(id orchestrator.InteractionID) int {
	w := p.items[id]
	if w == nil {
		return 0
	}
	n := 1
	for _, c := range p.queues[w.item.Queue] {
		for _, o := range c.items {
			if o.place.before(w.place) {
				n++
			}
		}
	}
	return n
}
