package routing

import (
	"slices"
	"time"

	"tandem/orchestrator"
)

// Lend returns the next loan that begins or ends, without carrying it out: whoever owns the pool says so by Free or Know. It is asked
// when everything is matched that can be, again after each answer, and at the moment that LendAt names.
//
// A loan begins when the borrower surges, the lender's own line is empty, more of its people are free than it keeps, and somebody of
// them could take what waits: one at a time, so that no more are lent than have something to do. A queue that borrows does not lend at
// the same time, and who is on loan is not lent on: queues may so lend to each other, and nothing goes in circles.
func (p *Pool) Lend(now time.Time) (Lending, bool) {
	if !p.due.IsZero() && !p.due.After(now) {
		for _, m := range p.markets {
			if !m.due.IsZero() && !m.due.After(now) {
				p.stir(m)
			}
		}
	}
	if len(p.stirred) == 0 {
		return Lending{}, false
	}
	first := p.dueAgain // the first deadline was that of a market which is looked at: another may be the first now
	p.dueAgain = false
	slices.SortFunc(p.stirred, func(a, b *market) int { return orchestrator.CompareIDs(a.id, b.id) })
	for len(p.stirred) > 0 {
		m := p.stirred[0]
		first = first || !m.due.IsZero() && m.due.Equal(p.due)
		m.due = time.Time{}
		if l, ok := p.lendAt(m, now); ok {
			p.dueAgain = true
			return l, true
		}
		m.stirred = false
		p.due = sooner(p.due, m.due)
		p.stirred = p.stirred[:copy(p.stirred, p.stirred[1:])]
	}
	if first {
		p.due = time.Time{}
		for _, m := range p.markets {
			p.due = sooner(p.due, m.due)
		}
	}
	return Lending{}, false
}

// Lends says whether a rule names a queue.
func (p *Pool) Lends() bool { return len(p.markets) > 0 }

// LendAt is when Lend is to be asked again although nothing has changed but the time; zero is never.
func (p *Pool) LendAt() time.Time { return p.due }

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func (p *Pool) lendAt(m *market, now time.Time) (Lending, bool) {
	if l, ok := p.giveBack(m, now); ok {
		return l, true
	}
	if l, ok := p.callBack(m, now); ok {
		return l, true
	}
	for i := range m.rules {
		if l, ok := p.borrow(m, &m.rules[i], now); ok {
			return l, true
		}
	}
	return Lending{}, false
}

// giveBack ends a loan to a queue that has no need or no right of it any more.
func (p *Pool) giveBack(m *market, now time.Time) (out Lending, ok bool) {
	m.in.both(m.in, func(i int) {
		who := p.people[i]
		why, rest := Why(""), UsualHold
		b := m.rule(who.Loan.From)
		if b != nil {
			rest = b.hold()
		}
		switch {
		case who.Gone:
			why = LoanLeft
		case b == nil || !slices.Contains(who.Queues, who.Loan.From) || slices.Contains(who.Queues, m.id):
			why = LoanRule
		case !p.over(m, b, now):
			return
		case now.Before(who.Loan.Since.Add(rest)):
			m.due = sooner(m.due, who.Loan.Since.Add(rest))
			return
		default:
			why = LoanOver
		}
		if !ok || who.ID < out.Agent {
			out, ok = Lending{Agent: who.ID, Loan: who.Loan, Why: why, Rest: now.Add(rest)}, true
		}
	})
	return out, ok
}

// rule is the rule by which a queue lends to this one; nil is none.
func (m *market) rule(from orchestrator.QueueID) *Borrow {
	for i := range m.rules {
		if slices.Contains(m.rules[i].From, from) {
			return &m.rules[i]
		}
	}
	return nil
}

func (p *Pool) expected(m *market) time.Duration {
	if p.Outlook == nil {
		return 0
	}
	return p.Outlook(m.id)
}

// surges says whether a rule's surge has begun; one that will by waiting alone is looked at again then.
func (p *Pool) surges(m *market, b *Borrow, now time.Time) bool {
	n, oldest := m.counted(b)
	switch {
	case n == 0:
		return false
	case b.When.Waiting > 0 && n >= b.When.Waiting || b.When.Expected > 0 && p.expected(m) >= b.When.Expected:
		return true
	case b.When.Longest == 0:
		return false
	case now.Sub(oldest) >= b.When.Longest:
		return true
	}
	m.due = sooner(m.due, oldest.Add(b.When.Longest))
	return false
}

// over says whether a rule's surge is.
func (p *Pool) over(m *market, b *Borrow, now time.Time) bool {
	n, oldest := m.counted(b)
	return (b.When.Waiting == 0 || n <= b.Until.Waiting) &&
		(b.When.Longest == 0 || n == 0 || now.Sub(oldest) <= b.Until.Longest) &&
		(b.When.Expected == 0 || n == 0 || p.expected(m) <= b.Until.Expected) // a line in which nobody waits keeps the pace of its bad hours
}

// borrow begins a loan by a rule: of the first lender in its list that can do without somebody, who has been idle longest.
func (p *Pool) borrow(m *market, b *Borrow, now time.Time) (Lending, bool) {
	if !p.surges(m, b, now) || b.AtMost > 0 && p.borrowed(m, b) >= b.AtMost {
		return Lending{}, false
	}
	for _, from := range b.From {
		l := p.market(from)
		if l.waiting() > 0 || l.in.size() > 0 || p.idle(l) <= b.Keep {
			continue
		}
		if who := p.idlest(l, m, b, now); who != nil {
			return Lending{Agent: who.ID, Loan: Loan{From: from, To: m.id, Since: now}, Begins: true, Why: LoanSurge}, true
		}
	}
	return Lending{}, false
}

// borrowed counts the people on loan by a rule.
func (p *Pool) borrowed(m *market, b *Borrow) (n int) {
	m.in.both(m.in, func(i int) {
		if slices.Contains(b.From, p.people[i].Loan.From) {
			n++
		}
	})
	return n
}

// idle counts the people of a lender who are free and not on loan.
func (p *Pool) idle(l *market) (n int) {
	p.serving[l.id].both(p.free, func(i int) {
		if !p.lent.has(i) {
			n++
		}
	})
	return n
}

// idlest is who of a lender is lent to a queue by a rule; nil is nobody.
func (p *Pool) idlest(l, m *market, b *Borrow, now time.Time) (best *person) {
	p.serving[l.id].both(p.free, func(i int) {
		who := p.people[i]
		if p.lent.has(i) || slices.Contains(who.Queues, m.id) || !p.suits(who, m, b) {
			return
		}
		switch {
		case who.Rest.After(now):
			m.due = sooner(m.due, who.Rest)
		case best == nil || who.Idle.Before(best.Idle) || who.Idle.Equal(best.Idle) && who.ID < best.ID:
			best = who
		}
	})
	return best
}

// suits says whether somebody who is free has the skills of a rule and, were they lent, could take an item that waits.
func (p *Pool) suits(who *person, m *market, b *Borrow) bool {
	if !covers(who.Skills, b.Required) {
		return false
	}
	as := who.Agent
	as.Loan = Loan{To: m.id}
	for _, c := range p.queues[m.id] {
		if len(c.items) > 0 && b.counts(c.key.media) && who.Open.Has(c.key.media) && c.only == "" && c.fits(&as) {
			return true
		}
	}
	return false
}

// covers says whether somebody has all skills of a list, at these levels.
func covers(has, required []Skill) bool {
	for _, s := range required {
		if level(has, s.ID) < s.Level {
			return false
		}
	}
	return true
}
