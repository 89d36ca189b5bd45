package simulate

import (
	"container/heap"
	"errors"
	"math"
	"slices"
	"strconv"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/routing"
)

// ErrStopped says that whoever watched the run did not want the rest of it.
var ErrStopped = errors.New("stopped before the end")

// epoch is when a run begins; only differences count.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// watchEvery is after how many events the watcher is asked.
const watchEvery = 16

// Run simulates all days of a scenario that has its defaults and passes Check. Watch is told from time to time which share is done and
// says whether to go on; it may be nil.
func Run(s Scenario, watch func(share float64) bool) ([]Day, error) {
	if watch == nil {
		watch = func(float64) bool { return true }
	}
	if s.Steady {
		r := newRun(s, 0, s.Days)
		err := r.live(watch)
		return r.days, err
	}
	var days []Day
	for d := range s.Days {
		r := newRun(s, d, 1)
		if err := r.live(func(share float64) bool { return watch((float64(d) + share) / float64(s.Days)) }); err != nil {
			return days, err
		}
		days = append(days, r.days...)
	}
	return days, nil
}

// run is one run in virtual time, in microseconds since its beginning.
type run struct {
	Scenario
	now     int64
	events  events
	made    int // events so far: those of the same time happen in the order in which they were made
	pool    routing.Pool
	queues  []*line
	workers []*worker
	byID    map[orchestrator.AgentID]*worker
	calls   map[orchestrator.InteractionID]*call
	callers int // so far
	inside  int // calls that hold a line
	warm    int64
	length  int64
	days    []Day
	open    int       // measured calls whose outcome is not known
	lendAt  time.Time // when the pool is to be asked again
}

// line is a queue with its streams of chance.
type line struct {
	Queue
	number   int
	media    routing.Media
	arrivals *source
	came     int
	moves    routing.Departures
	waiting  int // in line, those included whom a phone rings for

	service, wrap, patience, ring *chance
}

// call is a caller; all that would happen to them is drawn when they come.
type call struct {
	id                            orchestrator.InteractionID
	in                            *line // that counts it
	at                            *line // where it waits, which a plan may change
	number                        int   // among those of the queue
	since                         int64
	service, wrap, patience, ring int64
	known                         *Caller
	day                           int // -1: not measured
	walk                          routing.Walk
	waits                         bool // in line, and nobody's phone rings
	rings                         *worker
	offers                        int
	ties                          routing.Ties
	gained                        time.Duration // head start from steps of queues that it has left
	due                           bool          // it was to go over to another queue while a phone rang
	walked                        int           // steps so far
}

func newRun(s Scenario, number, days int) *run {
	r := &run{
		Scenario: s, byID: map[orchestrator.AgentID]*worker{}, calls: map[orchestrator.InteractionID]*call{},
		warm: s.Warm.Microseconds(), length: s.Length.Microseconds(), days: make([]Day, days),
	}
	for i, q := range s.Queues {
		m, _ := routing.MediaNamed(q.Media)
		stream := func(kind uint64) *chance { return newChance(s.Seed, uint64(number), uint64(i), kind) }
		l := &line{
			Queue: q, number: i, media: m, arrivals: newSource(q.Arrivals, stream(0), r.length),
			service: stream(1), wrap: stream(2), patience: stream(3), ring: stream(4),
		}
		r.queues = append(r.queues, l)
		l.Plan = q.Plan.Ready()
		r.pool.Define(q.ID, l.Plan)
		r.plan(l.arrivals.arrival(), event{kind: arrives, number: i, caller: l.arrivals.caller})
	}
	r.pool.Outlook = r.outlook
	for g, group := range s.Agents {
		for i := range group.Count {
			r.hire(g, i)
		}
	}
	r.plan(r.warm, event{kind: dayEnds}) // what the warm-up saw is not booked
	for d := range days {
		r.days[d].Queues = make([]Outcome, len(s.Queues))
		r.days[d].People = make([]Work, len(r.workers))
		for i, w := range r.workers {
			r.days[d].People[i] = Work{Agent: w.id, Group: w.group}
		}
		r.plan(r.warm+int64(d+1)*r.length, event{kind: dayEnds})
	}
	return r
}

// begins is when a measured day does.
func (r *run) begins(day int) int64 { return r.warm + int64(day)*r.length }

// dayOf is the measured day of a moment; -1 is none.
func (r *run) dayOf(t int64) int {
	if t < r.warm || t >= r.warm+int64(len(r.days))*r.length {
		return -1
	}
	return int((t - r.warm) / r.length)
}

func (r *run) at(t int64) time.Time { return epoch.Add(time.Duration(t) * time.Microsecond) }

// live runs until nothing more can happen, or, in a steady run, until the outcome of every measured call is known.
func (r *run) live(watch func(share float64) bool) error {
	end := r.warm + int64(len(r.days))*r.length
	for n := 0; len(r.events) > 0 && (!r.Steady || r.events[0].at < end || r.open > 0 && r.events[0].at < 2*end); n++ {
		if n%watchEvery == 0 && !watch(min(1, float64(r.now)/float64(end))) {
			return ErrStopped
		}
		e := heap.Pop(&r.events).(event)
		r.now = e.at
		r.happen(e)
		r.match()
	}
	for _, c := range r.calls {
		if c.waits {
			r.end(c, Expired, "")
		}
	}
	for _, w := range r.workers {
		r.settle(w)
	}
	return nil
}

func (r *run) happen(e event) {
	switch e.kind {
	case arrives:
		r.arrive(r.queues[e.number], e.caller)
	case givesUp:
		r.giveUp(e.call)
	case widens:
		if c := e.call; e.turn == c.walked && (c.waits || c.rings != nil) {
			r.widen(c)
		}
	case rings:
		if e.call.rings == r.workers[e.number] && e.call.offers == e.turn {
			r.rung(r.workers[e.number], e.call)
		}
	case freed:
		r.release(r.workers[e.number], e.call, false)
	case talkEnds, wrapEnds:
		r.finish(r.workers[e.number], e)
	case shiftBegins:
		r.begin(r.workers[e.number], r.workers[e.number].shifts[e.turn])
	case shiftEnds:
		r.leave(r.workers[e.number])
	case lends: // what the pool is asked after every event
	case dayEnds:
		for _, w := range r.workers {
			r.settle(w)
		}
	}
}

func (r *run) arrive(q *line, who *Caller) {
	if next := q.arrivals.arrival(); r.Steady && next != math.MaxInt64 || next < r.length {
		r.plan(next, event{kind: arrives, number: q.number, caller: q.arrivals.caller})
	}
	if !r.Steady && r.now >= r.length {
		return
	}
	// Drawn for everybody, so that a caller who is blocked changes nothing for those who follow.
	c := &call{
		in: q, at: q, number: q.came, since: r.now, day: r.dayOf(r.now),
		service: q.Service.draw(q.service), wrap: q.Wrap.draw(q.wrap), ring: q.Ring.draw(q.ring), known: who,
	}
	q.came++
	q.endure(c)
	if who != nil {
		c.ties = routing.Ties{Last: who.Last, Dedicated: who.Dedicated}
	}
	if r.Lines > 0 && r.inside >= r.Lines {
		r.end(c, Blocked, "")
		return
	}
	c.waits = true
	r.callers++
	r.inside++
	c.id = orchestrator.InteractionID(strconv.AppendInt([]byte{'i'}, int64(r.callers), 10))
	r.calls[c.id] = c
	if c.day >= 0 {
		r.open++
	}
	c.walk = q.Plan.Begin(r.at(r.now), c.ties, r.look(c))
	r.joins(q)
	r.wait(c)
	if c.patience != math.MaxInt64 {
		r.plan(r.now+c.patience, event{kind: givesUp, call: c})
	}
}

// wait puts a call in line as it stands in its plan; one that is offered goes on to the next ring outside the line.
func (r *run) wait(c *call) {
	if c.waits {
		r.pool.Wait(r.item(c, c.walk))
	}
	c.walked++
	if until := c.at.Plan.Until(c.walk); !until.IsZero() {
		r.plan(until.Sub(epoch).Microseconds(), event{kind: widens, call: c, turn: c.walked})
	}
}

// widen leads a call to the next ring, or over to another queue when the plan says so; one that is offered goes over afterwards.
func (r *run) widen(c *call) {
	exit := c.at.Plan.Exit(c.walk.Step)
	switch to := slices.IndexFunc(r.queues, func(q *line) bool { return q.ID == exit }); {
	case exit == "" || to < 0:
		c.walk = c.at.Plan.Next(c.walk, r.at(r.now), c.ties, r.look(c))
	case c.rings != nil:
		c.due = true
		return
	default:
		r.departs(c)
		c.at, c.gained = r.queues[to], c.gained+c.walk.Ahead
		c.walk = c.at.Plan.Begin(r.at(r.now), c.ties, r.look(c))
		r.joins(c.at)
	}
	r.wait(c)
}

func (r *run) item(c *call, w routing.Walk) routing.Item {
	it := routing.Item{ID: c.id, Queue: c.at.ID, Since: r.at(c.since), Ahead: c.at.Ahead + c.gained + w.Ahead, Media: c.in.media, Step: w.Step, Only: w.Only}
	if c.known != nil {
		it.Ahead += c.known.Ahead
		it.Need = c.known.Need
	}
	return it
}

func (r *run) look(c *call) func(routing.Walk) routing.Sight {
	return func(w routing.Walk) routing.Sight { return r.pool.Look(r.item(c, w)) }
}

func (r *run) giveUp(c *call) {
	switch {
	case c.waits:
		r.pool.Leave(c.id)
	case c.rings != nil:
		r.withdraw(c)
	default:
		return
	}
	r.departs(c)
	r.gone(c)
	if c.known != nil && c.known.LedOut {
		r.end(c, FlowedOut, "")
	} else {
		r.end(c, Abandoned, "")
	}
	c.waits = false
}

// end notes how the wait of a caller ended; what an answered one talks is added when it is over.
func (r *run) end(c *call, ending Ending, agent orchestrator.AgentID) {
	if c.day < 0 {
		return
	}
	f := Fate{Queue: c.in.number, Caller: c.number, At: time.Duration(c.since-r.begins(c.day)) * time.Microsecond, Ending: ending, Agent: agent, Wait: r.waited(c), Offers: c.offers}
	d := &r.days[c.day]
	if ending == Answered {
		d.Queues[f.Queue].met(f.Wait, r.Target)
		f.Talk, f.Wrap = r.times(c, r.byID[agent])
	} else {
		d.Queues[f.Queue].add(f, r.Target, r.Short)
	}
	if r.Keep {
		d.Fates = append(d.Fates, f)
	}
	if ending != Blocked {
		r.open--
	}
}

func (r *run) waited(c *call) time.Duration { return time.Duration(r.now-c.since) * time.Microsecond }

// gone gives the line of a caller back.
func (r *run) gone(c *call) {
	r.inside--
	delete(r.calls, c.id)
}

// match lets the real matcher decide and carries it out, and then lends until nothing more is to be lent.
func (r *run) match() {
	for r.assign(); r.lend(); {
		r.assign()
	}
}

func (r *run) assign() {
	for {
		it, a, ok := r.pool.Next()
		if !ok {
			return
		}
		r.pool.Leave(it.ID)
		r.offer(r.byID[a.ID], r.calls[it.ID])
	}
}
