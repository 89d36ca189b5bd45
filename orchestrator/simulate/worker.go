package simulate

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/routing"
)

// worker is a person of a group.
type worker struct {
	id       orchestrator.AgentID
	group    int
	number   int
	shifts   []Shift
	capacity routing.Capacity
	there    bool
	load     routing.Load
	inHand   int
	ringing  int   // of those in hand, not yet answered or given back
	idle     int64 // since when without work
	settled  int64 // up to when their time is booked
	today    routing.Today
	pace     [routing.Medias]time.Duration
	loan     routing.Loan
	rest     time.Time            // not lent before
	back     orchestrator.QueueID // called back, and still busy
}

func (r *run) hire(group, number int) {
	g := r.Agents[group]
	w := &worker{
		id: g.name(number), group: group, number: len(r.workers), shifts: g.Shifts(number), capacity: routing.Usual(),
	}
	for m := range w.pace {
		w.pace[m] = r.usualPace(g)
	}
	w.capacity.Slots = [routing.Medias]int{}
	w.capacity.Total = 0
	for name, n := range g.Slots {
		m, _ := routing.MediaNamed(name)
		w.capacity.Slots[m] = n
	}
	r.workers = append(r.workers, w)
	r.byID[w.id] = w
	for i, shift := range w.shifts {
		if shift.Begin == 0 {
			r.begin(w, shift)
		} else {
			r.plan(shift.Begin.Microseconds(), event{kind: shiftBegins, number: w.number, turn: i})
		}
		if !r.Steady {
			r.plan(shift.End.Microseconds(), event{kind: shiftEnds, number: w.number})
		}
	}
}

// begin sends a worker to work.
func (r *run) begin(w *worker, shift Shift) {
	r.settle(w)
	w.there = true
	if !shift.Back {
		w.idle = r.now - shift.Rested.Microseconds()
	}
	r.place(w)
}

// usualPace is the mean handling time of a group over the queues that it serves, as a supervisor would know it.
func (r *run) usualPace(g Group) time.Duration {
	var sum float64
	n := 0
	for _, q := range r.Queues {
		for _, id := range g.Queues {
			if id == q.ID {
				sum += float64(q.Service.Expected() + q.Wrap.Expected())
				n++
			}
		}
	}
	return time.Duration(sum * g.Pace / float64(max(n, 1)))
}

// place tells the pool what a worker can take now.
func (r *run) place(w *worker) {
	g := &r.Agents[w.group]
	a := routing.Agent{
		ID: w.id, Queues: g.Queues, Skills: g.Skills, Open: w.capacity.Open(w.load), Idle: r.at(w.idle), Today: w.today, Weight: g.Weight, Pace: w.pace,
		Loan: w.loan, Rest: w.rest, Back: w.back, Gone: w.gone(time.Duration(r.now) * time.Microsecond),
	}
	if w.there && a.Open != 0 {
		r.pool.Free(a)
		return
	}
	r.pool.Know(a)
	r.pool.Busy(w.id)
}

// leave sends a worker home; what is in hand is finished.
func (r *run) leave(w *worker) {
	r.settle(w)
	w.there = false
	r.place(w)
}

// settle books a worker's time since it was last booked. It happens at every change and at the end of every day.
func (r *run) settle(w *worker) {
	if w.settled == r.now {
		return
	}
	passed := time.Duration(r.now-w.settled) * time.Microsecond
	day := r.dayOf(w.settled)
	works, rings := w.inHand > w.ringing, w.inHand > 0
	switch {
	case works:
		w.today.Worked += passed
	case w.there && !rings:
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
	switch {
	case works:
		p.Busy += passed
		p.There += passed
	case rings:
		p.Rung += passed
	case w.there:
		p.There += passed
	}
}
