package simulate

import (
	"math"
	"time"
)

// endure says how long a caller waits at most, and takes what is known of them over what was drawn.
func (q *line) endure(c *call) {
	k := c.known
	if k == nil {
		k = &Caller{}
	}
	switch {
	case k.GaveUp > 0:
		c.patience = k.GaveUp.Microseconds()
	case q.Patience.Is == "":
		c.patience = math.MaxInt64
	case k.Stayed > 0:
		c.patience = q.Patience.drawAbove(q.patience, k.Stayed)
	default:
		c.patience = q.Patience.draw(q.patience)
	}
	if k.Talk > 0 {
		c.service, c.wrap = k.Talk.Microseconds(), k.Wrap.Microseconds()
	}
	switch {
	case k.Ring > 0:
		c.ring = k.Ring.Microseconds()
	case k.RingOver > 0 && q.Ring.Is != "":
		c.ring = q.Ring.drawAbove(q.ring, k.RingOver)
	case k.RingOver > 0:
		c.ring = k.RingOver.Microseconds() + 1
	}
}

// times are how long a call takes a worker.
func (r *run) times(c *call, w *worker) (talk, wrap time.Duration) {
	pace := r.Agents[w.group].Pace
	return time.Duration(float64(c.service)*pace) * time.Microsecond, time.Duration(float64(c.wrap)*pace) * time.Microsecond
}

// offer gives a call to a worker, whose phone rings.
func (r *run) offer(w *worker, c *call) {
	r.settle(w)
	w.load[c.in.media]++
	w.inHand++
	w.today.Offered = r.at(r.now)
	c.waits = false
	c.offers++
	ring := c.ring
	if try := c.try(); try != nil {
		ring = try.Ring.Microseconds()
	} else if ring == 0 {
		r.answer(w, c)
		r.place(w)
		return
	}
	c.rings = w
	w.ringing++
	if w.back == c.at.ID {
		w.back = ""
	}
	r.plan(r.now+ring, event{kind: rings, number: w.number, call: c, turn: c.offers})
	r.place(w)
}

// try is what became of the offer that is made now, where it is known that nobody answered it.
func (c *call) try() *Try {
	if c.known == nil || c.offers > len(c.known.Tries) {
		return nil
	}
	return &c.known.Tries[c.offers-1]
}

// rung ends the ringing: somebody answers, or the call goes back to its place in line.
func (r *run) rung(w *worker, c *call) {
	r.settle(w)
	c.rings = nil
	try := c.try()
	if try == nil {
		w.ringing--
		r.answer(w, c)
		return
	}
	c.waits = true
	r.pool.Wait(r.item(c, c.walk))
	switch until := c.at.Plan.Until(c.walk); {
	case until.Equal(r.at(r.now)): // in one look at the clock
		r.widen(c)
	case c.due: // it is back in line before anybody looks at the clock
		r.plan(r.now, event{kind: widens, call: c, turn: c.walked})
	}
	c.due = false
	r.plan(r.now+try.Free.Microseconds(), event{kind: freed, number: w.number, call: c})
}

// withdraw ends the ringing because the caller is gone.
func (r *run) withdraw(c *call) {
	free := int64(0)
	if c.known != nil {
		free = c.known.Free.Microseconds()
	}
	r.plan(r.now+free, event{kind: freed, number: c.rings.number, call: c})
	c.rings = nil
}

// release frees a worker of a call. Only work makes the time without work begin anew.
func (r *run) release(w *worker, c *call, worked bool) {
	r.settle(w)
	if !worked {
		w.ringing--
	}
	w.load[c.in.media]--
	if w.inHand--; w.inHand == 0 {
		w.back = ""
		if worked {
			w.idle = r.now
		}
	}
	r.place(w)
}

// answer begins a conversation.
func (r *run) answer(w *worker, c *call) {
	w.today.Contacts++
	if d := r.dayOf(r.now); d >= 0 {
		r.days[d].People[w.number].Contacts++
	}
	r.departs(c)
	r.end(c, Answered, w.id)
	talk, _ := r.times(c, w)
	r.plan(r.now+talk.Microseconds(), event{kind: talkEnds, number: w.number, call: c})
}

// finish ends a conversation, or the work after it.
func (r *run) finish(w *worker, e event) {
	c := e.call
	if e.kind == talkEnds {
		talk, wrap := r.times(c, w)
		r.gone(c)
		if c.day >= 0 {
			r.days[c.day].Queues[c.in.number].talked(talk, wrap)
		}
		if wrap > 0 {
			r.plan(r.now+wrap.Microseconds(), event{kind: wrapEnds, number: w.number, call: c})
			return
		}
	}
	r.release(w, c, true)
}
