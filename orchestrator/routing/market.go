package routing

import (
	"math/bits"
	"slices"
	"time"

	"tandem/orchestrator"
)

// Loan is a person's being lent to a queue. The zero Loan is none.
type Loan struct {
	From, To orchestrator.QueueID
	Since    time.Time
}

func (l Loan) same(o Loan) bool { return l.From == o.From && l.To == o.To && l.Since.Equal(o.Since) }

// Why says why a loan began or ended. Closed set.
type Why string

// Why loans begin and end.
const (
	LoanSurge  Why = "surge"  // it began: the borrower's line is long
	LoanOver   Why = "over"   // the borrower's surge is
	LoanNeeded Why = "needed" // somebody waits in the lender's own line
	LoanLeft   Why = "left"   // the person is away, signed out or did not answer
	LoanRule   Why = "rule"   // no rule says so any more, or the person's queues have changed
)

// Lending is a loan that is to begin or end.
type Lending struct {
	Agent orchestrator.AgentID
	Loan
	Begins bool
	Why    Why
	Rest   time.Time // of one that ends: the person is not lent again before

	Waiting int           // of one that ends because people are needed: items in the lender's line
	Oldest  time.Duration // and how long the oldest of them has waited
}

// market is what lending looks at in one queue. Only queues that a rule names have one.
//
// Whatever could change a decision stirs the market: an item that comes or goes, somebody of a lender who becomes free, a loan that
// changes, a moment that was waited for. Nothing else is looked at.
type market struct {
	id      orchestrator.QueueID
	rules   []Borrow // of the queue as a borrower
	lends   []*market
	ages    [Medias]heap[aged] // what waits, the oldest first
	out, in set                // people on loan, as lender and as borrower
	back    set                // called back by the queue, and still busy with what they had in hand
	stirred bool
	due     time.Time // to be looked at again; zero is never
}

// aged is an item by how long it has waited.
type aged struct{ w *waiting }

func (a aged) before(o aged) bool {
	if c := a.w.item.Since.Compare(o.w.item.Since); c != 0 {
		return c < 0
	}
	return orchestrator.CompareIDs(a.w.item.ID, o.w.item.ID) < 0
}
func (a aged) at(i int) { a.w.age = i }

// setRules takes in the rules of a queue's plan.
func (p *Pool) setRules(q orchestrator.QueueID, rules []Borrow) {
	if m := p.markets[q]; len(rules) == 0 && (m == nil || len(m.rules) == 0) {
		return
	}
	m := p.market(q)
	for _, l := range p.markets {
		l.lends = slices.DeleteFunc(l.lends, func(b *market) bool { return b == m })
	}
	m.rules = rules
	for _, b := range rules {
		for _, from := range b.From {
			l := p.market(from)
			l.lends = append(l.lends, m)
			p.stir(l) // it may call people back at another length of its line now
		}
	}
	p.stir(m)
}

// market finds the market of a queue, or opens it.
func (p *Pool) market(q orchestrator.QueueID) *market {
	if m := p.markets[q]; m != nil {
		return m
	}
	if p.markets == nil {
		p.markets = map[orchestrator.QueueID]*market{}
	}
	m := &market{id: q}
	p.markets[q] = m
	for _, c := range p.queues[q] {
		for _, w := range c.items {
			m.enters(w)
		}
	}
	return m
}

func (p *Pool) stir(m *market) {
	if !m.stirred {
		m.stirred = true
		p.stirred = append(p.stirred, m)
	}
}

// stirAt is for a change in the line of a queue.
func (p *Pool) stirAt(w *waiting, change func(*market, *waiting)) {
	if len(p.markets) == 0 {
		return
	}
	if m := p.markets[w.item.Queue]; m != nil {
		change(m, w)
		p.stir(m)
		p.stirBorrowers(m)
	}
}

// Moved says that the Outlook of a queue may have changed although nothing came into its line: somebody departed.
func (p *Pool) Moved(q orchestrator.QueueID) {
	if m := p.markets[q]; m != nil {
		p.stir(m)
	}
}

// stirBorrowers is for a lender that may be able to lend now.
func (p *Pool) stirBorrowers(m *market) {
	for _, b := range m.lends {
		if b.waiting() > 0 {
			p.stir(b)
		}
	}
}

func (m *market) enters(w *waiting) {
	m.ages[w.item.Media].push(aged{w})
}

func (m *market) leaves(w *waiting) { m.ages[w.item.Media].remove(w.age) }

// waiting is how many items wait.
func (m *market) waiting() (n int) {
	for media := range Medias {
		n += len(m.ages[media])
	}
	return n
}

// counted is how many of them count for a rule, and since when the oldest of these waits; zero is none.
func (m *market) counted(b *Borrow) (n int, oldest time.Time) {
	for media := range Medias {
		if ages := m.ages[media]; b.counts(media) && len(ages) > 0 {
			n, oldest = n+len(ages), sooner(oldest, ages[0].w.item.Since)
		}
	}
	return n, oldest
}

// lendFrom is for somebody who has become free.
func (p *Pool) lendFrom(who *person) {
	if len(p.markets) == 0 {
		return
	}
	for _, q := range who.Queues {
		if m := p.markets[q]; m != nil && m.waiting() == 0 { // while somebody waits there, it lends nobody
			p.stirBorrowers(m)
		}
	}
}

// trade takes in what has changed about the loan of a person, who is as a says from now on.
func (p *Pool) trade(who *person, a *Agent) {
	if was, is := who.Loan, a.Loan; !was.same(is) {
		p.lent.remove(who.index)
		if was.To != "" {
			from, to := p.market(was.From), p.market(was.To)
			from.out.remove(who.index)
			to.in.remove(who.index)
			p.stir(to)
			p.stirBorrowers(from)
			p.stirBorrowers(to) // it may lend again
		}
		if is.To != "" {
			p.lent.add(who.index)
			p.market(is.From).out.add(who.index)
			p.market(is.To).in.add(who.index)
		}
	}
	if a.Gone {
		a.Back = "" // who is away keeps nobody else from being called back
	}
	if was, is := who.Back, a.Back; was != is {
		if was != "" {
			p.market(was).back.remove(who.index)
			p.stir(p.market(was))
		}
		if is != "" {
			p.market(is).back.add(who.index)
		}
	}
	if a.Loan.To != "" && (a.Gone || !sameProfile(&who.Agent, a)) {
		p.stir(p.market(a.Loan.To))
		p.stir(p.market(a.Loan.From))
	}
	who.Rest, who.Back, who.Gone = a.Rest, a.Back, a.Gone
}

// size counts the members of a set.
func (s set) size() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}
