package routing

import (
	"time"

	"tandem/orchestrator"
)

// callBack ends a loan of a queue whose own line has come to what the loan's rule says, the loan of who has been away for the longest
// time. What is called back stays so: the queue lends again only once nobody waits in its line, and its person only after their rest,
// so that nobody swings between the two lines.
func (p *Pool) callBack(m *market, now time.Time) (out Lending, ok bool) {
	n := m.waiting()
	if n == 0 || n <= m.back.size() {
		return out, false
	}
	m.out.both(m.out, func(i int) {
		who := p.people[i]
		if ok && (out.Since.Before(who.Loan.Since) || out.Since.Equal(who.Loan.Since) && out.Agent < who.ID) || !p.takes(who, m.id, "") {
			return
		}
		recall, rest := Surge{}, UsualHold
		if b := p.market(who.Loan.To).rule(m.id); b != nil {
			recall, rest = b.Recall, b.hold()
		}
		if p.wanted(m, recall, now) > m.back.size() {
			out, ok = Lending{Agent: who.ID, Loan: who.Loan, Why: LoanNeeded, Rest: now.Add(rest)}, true
		}
	})
	if ok {
		_, oldest := m.counted(&Borrow{})
		out.Waiting, out.Oldest = n, now.Sub(oldest)
	}
	return out, ok
}

// wanted is how many people a lender wants back by a recall: one for each item that waits beyond those that it lets wait, one for each
// that has waited for too long, and one for each that waits at all once who joins would wait for too long. No more than these are
// called back, so that the borrower keeps the others. What will be too long by waiting alone is looked at again then.
func (p *Pool) wanted(m *market, recall Surge, now time.Time) (n int) {
	waiting := m.waiting()
	if recall == (Surge{}) || recall.Expected > 0 && p.expected(m) >= recall.Expected {
		return waiting
	}
	if recall.Waiting > 0 {
		n = max(n, waiting-recall.Waiting+1)
	}
	if recall.Longest > 0 {
		late, next := m.late(now.Add(-recall.Longest), m.back.size()+1)
		if n = max(n, late); !next.IsZero() {
			m.due = sooner(m.due, next.Add(recall.Longest))
		}
	}
	return n
}

// late counts the items that have waited since a moment or longer, up to most of them, and tells since when the next one waits.
func (m *market) late(since time.Time, most int) (n int, next time.Time) {
	for _, ages := range m.ages {
		var visit func(i int)
		visit = func(i int) { // the older one of a heap stands above
			switch {
			case i >= len(ages) || n >= most:
			case ages[i].w.item.Since.After(since):
				next = sooner(next, ages[i].w.item.Since)
			default:
				n++
				visit(2*i + 1)
				visit(2*i + 2)
			}
		}
		visit(0)
	}
	return n, next
}

// takes says whether somebody could take an item that waits in a queue, of a media class or of any, whatever they do now.
func (p *Pool) takes(who *person, q orchestrator.QueueID, media string) bool {
	for _, c := range p.queues[q] {
		if len(c.items) > 0 && (media == "" || media == c.key.media.String()) && c.staff.has(who.index) {
			return true
		}
	}
	return false
}
