package simulate

import (
	"fmt"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/routing"
)

// worker is a person of a group.
type worker struct {
	id       orchestrator.AgentID
	group    int
	number   int
	capacity routing.Capacity
	there    bool
	load     routing.Load
	inHand   int
	idle     int64 // since when without work
	settled  int64 // up to when their time is booked
	today    routing.Today
	pace     time.Duration
}

func (r *run) hire(group, number int) {
	g := r.Agents[group]
	w := &worker{
		id: orchestrator.AgentID(fmt.Sprintf("%s-%d", g.ID, number)), group: group, number: len(r.workers), capacity: routing.Usual(),
		pace: r.usualPace(g),
	}
	w.capacity.Slots = [routing.Medias]int{}
	w.capacity.Total = 0
	for name, n := range g.Slots {
		m, _ := media(name)
		w.capacity.Slots[m] = n
	}
	r.workers = append(r.workers, w)
	r.byID[w.id] = w
	if g.Begin == 0 {
		w.there = true
		r.place(w)
	} else {
		r.plan(g.Begin.Microseconds(), event{kind: shiftBegins, number: w.number})
	}
	if !r.Steady {
		r.plan(g.End.Microseconds(), event{kind: shiftEnds, number: w.number})
	}
}

// usualPace is the mean handling time of a group over the queues that it serves, as a supervisor would know it.
func (r *run) usualPace(g Group) time.Duration {
	var sum float64
	n := 0
	for _, q := range r.Queues {
		for _, id := range g.Queues {
			if id == q.ID {
				sum += float64(q.Service.mean() + q.Wrap.mean())
				n++
			}
		}
	}
	return time.Duration(sum * g.Pace / float64(max(n, 1)))
}

// place tells the pool what a worker can take now.
func (r *run) place(w *worker) {
	open := w.capacity.Open(w.load)
	if !w.there || open == 0 {
		r.pool.Busy(w.id)
		return
	}
	g := &r.Agents[w.group]
	r.pool.Free(routing.Agent{
		ID: w.id, Queues: g.Queues, Skills: g.Skills, Open: open, Idle: r.at(w.idle), Today: w.today, Weight: g.Weight, Pace: w.pace,
	})
}

// take gives a worker a call.
func (r *run) take(w *worker, c *call) {
	r.settle(w)
	w.load[c.in.media]++
	w.inHand++
	w.today.Contacts++
	w.today.Offered = r.at(r.now)
	if d := r.dayOf(r.now); d >= 0 {
		r.days[d].People[w.number].Contacts++
	}
	pace := r.Agents[w.group].Pace
	r.plan(r.now+int64(float64(c.service)*pace), event{kind: talkEnds, number: w.number, call: c})
	r.place(w)
}

// finish ends a conversation, or the work after it.
func (r *run) finish(w *worker, e event) {
	c, pace := e.call, r.Agents[w.group].Pace
	if e.kind == talkEnds {
		talk := time.Duration(float64(c.service)*pace) * time.Microsecond
		wrap := int64(float64(c.wrap) * pace)
		r.gone(c)
		if c.day >= 0 {
			o := &r.days[c.day].Queues[c.in.number]
			o.Handled++
			o.Talk += talk
			o.Wrap += time.Duration(wrap) * time.Microsecond
		}
		if wrap > 0 {
			r.plan(r.now+wrap, event{kind: wrapEnds, number: w.number, call: c})
			return
		}
	}
	r.settle(w)
	w.load[c.in.media]--
	if w.inHand--; w.inHand == 0 {
		w.idle = r.now
	}
	r.place(w)
}

// leave sends a worker home; what is in hand is finished.
func (r *run) leave(w *worker) {
	r.settle(w)
	w.there = false
	r.place(w)
}

// settle books a worker's time since it was last booked. It happens at every change and at the end of every day.
func (r *run) settle(w *worker) {
	passed := time.Duration(r.now-w.settled) * time.Microsecond
	day := r.dayOf(w.settled)
	if w.inHand > 0 {
		w.today.Worked += passed
	} else if w.there {
		w.today.Free += passed
	}
	w.settled = r.now
	if day < 0 && !r.Steady {
		day = len(r.days) - 1 // finishing after the shift
	}
	if day < 0 {
		return
	}
	p := &r.days[day].People[w.number]
	if w.inHand > 0 {
		p.Busy += passed
	}
	if w.there || w.inHand > 0 {
		p.There += passed
	}
}
