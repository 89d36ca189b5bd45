package simulate

import (
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/routing"
)

// firstPace is the time between two departures from a line before any was seen, as the floor has it.
const firstPace = time.Minute

// outlook is what somebody who joined a line now could expect to wait.
func (r *run) outlook(id orchestrator.QueueID) time.Duration {
	q := r.queues[slices.IndexFunc(r.queues, func(q *line) bool { return q.ID == id })]
	pace := q.moves.Pace
	if pace == 0 {
		pace = firstPace
	}
	median, _ := routing.Expect(q.waiting+1, pace)
	return median
}

// joins counts somebody who comes into a line.
func (r *run) joins(q *line) {
	if q.waiting == 0 {
		q.moves.Busy = r.at(r.now)
	}
	q.waiting++
}

// departs counts somebody who goes out of one; who never waited tells nothing of how it moves.
func (r *run) departs(c *call) {
	c.at.waiting--
	r.pool.Moved(c.at.ID)
	if c.since != r.now {
		c.at.moves.Depart(r.at(r.now))
	}
}

// lend lets the real lending decide and carries one loan out; false: nothing more is to be lent or given back now.
func (r *run) lend() bool {
	l, ok := r.pool.Lend(r.at(r.now))
	if !ok {
		if at := r.pool.LendAt(); !at.IsZero() && !at.Equal(r.lendAt) {
			r.lendAt = at
			r.plan(at.Sub(epoch).Microseconds(), event{kind: lends})
		}
		return false
	}
	w := r.byID[l.Agent]
	if l.Begins {
		w.loan = l.Loan
	} else {
		w.loan, w.rest = routing.Loan{}, l.Rest
		if l.Why == routing.LoanNeeded && w.inHand > 0 {
			w.back = l.From
		}
	}
	r.book(l)
	r.place(w)
	return true
}

// book counts a loan on the day on which it began.
func (r *run) book(l routing.Lending) {
	day := r.dayOf(l.Since.Sub(epoch).Microseconds())
	if day < 0 {
		return
	}
	d := &r.days[day]
	o := &d.Queues[slices.IndexFunc(r.queues, func(q *line) bool { return q.ID == l.To })]
	if l.Begins {
		o.Loans++
		return
	}
	begins, now := r.at(r.begins(day)), r.at(r.now)
	o.Lent += now.Sub(l.Since)
	if l.Why == routing.LoanNeeded {
		o.Recalls++
	}
	if r.Keep {
		d.Loans = append(d.Loans, Loan{l.Agent, l.From, l.To, l.Since.Sub(begins), now.Sub(begins), l.Why})
	}
}

// gone says whether a worker is not there for a while, and not only until a phone is back.
func (w *worker) gone(now time.Duration) bool {
	if w.there {
		return false
	}
	next := slices.IndexFunc(w.shifts, func(s Shift) bool { return s.Begin >= now })
	return next < 0 || !w.shifts[next].Back
}
