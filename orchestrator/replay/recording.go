package replay

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/hours"
	"tandem/orchestrator/routing"
	"tandem/orchestrator/rules"
	"tandem/orchestrator/simulate"
)

// Recording is a span of a journal, ready to be lived through again.
type Recording struct {
	From, To time.Time
	Scenario simulate.Scenario                                     // the very callers and shifts, as they were
	Was      simulate.Day                                          // what came of them
	IDs      map[orchestrator.QueueID][]orchestrator.InteractionID // who the callers of the scenario are
	Notes    []Note

	rulings map[place]*ruling                           // by which callers came into their lines
	unruled []*ruling                                   // in which no row held, and after which nobody came into a line
	entries map[place]*entry                            // how they came through flows
	stands  func(rules.Calendar, time.Time) hours.State // calendars as they are when the journal ends
	inForce func(orchestrator.TableID) *rules.Table     // then
	queues  map[orchestrator.QueueID]fact.QueueDefined  // then
}

// ErrNobody says that nobody entered a line in the span.
var ErrNobody = errors.New("nobody entered a line in this span; choose another with -from and -to")

// Recording tells what was kept. The target of the service levels and the limit of short abandons are those of the figures.
func (r *Recorder) Recording(target, short time.Duration) (Recording, error) {
	if len(r.waits) == 0 {
		return Recording{}, ErrNobody
	}
	to := r.to
	if to.IsZero() {
		to = r.floor.At.Add(time.Microsecond)
	}
	length := to.Sub(r.from)
	out := Recording{From: r.from, To: to, IDs: map[orchestrator.QueueID][]orchestrator.InteractionID{}, rulings: map[place]*ruling{}, entries: map[place]*entry{}, unruled: r.unruled, stands: r.floor.Stands,
		inForce: func(id orchestrator.TableID) *rules.Table { return r.table(r.floor.Tables[id]) }, queues: r.floor.Queues,
	}
	out.Scenario = simulate.Scenario{
		Name: "from " + r.from.Format("2006-01-02 15:04"), Length: length, Days: 10, Seed: 1, Target: target, Short: short,
	}
	slices.SortStableFunc(r.waits, func(a, b *wait) int { return a.since.Compare(b.since) })
	var talks []time.Duration
	for _, w := range r.waits {
		if o := w.answered(); o != nil && !o.talked.IsZero() {
			talks = append(talks, o.talk())
		}
	}
	if len(talks) == 0 {
		return Recording{}, fmt.Errorf("%d callers came and no conversation ended: nothing is known of how long they take; choose a longer span", len(r.waits))
	}
	queues := map[orchestrator.QueueID][]*wait{}
	for _, w := range r.waits {
		queues[w.queue] = append(queues[w.queue], w)
	}
	for id := range r.floor.Queues {
		if r.served(id) && queues[id] == nil {
			queues[id] = []*wait{}
		}
	}
	var fates []simulate.Fate
	for n, id := range slices.Sorted(maps.Keys(queues)) {
		out.Scenario.Queues = append(out.Scenario.Queues, r.queue(id, queues[id], talks))
		for k, w := range queues[id] {
			out.IDs[id] = append(out.IDs[id], w.id)
			if w.entry != nil {
				out.entries[place{id, k}] = w.entry
			}
			if w.ruling != nil {
				out.rulings[place{id, k}] = w.ruling
			}
			fates = append(fates, r.fate(n, k, w))
		}
	}
	r.end(later(to, r.lastWait()))
	var works []simulate.Work
	out.Scenario.Agents, works = r.agents()
	out.Scenario = out.Scenario.WithDefaults()
	out.Was = simulate.Tell(out.Scenario, fates, works)
	r.tellLoans(out.Scenario, &out.Was)
	if r.notes[dayFigures] == 0 {
		r.notes[newDay] = 0 // nobody counts
	}
	out.Notes = append(r.notes.list(), r.unreadable()...)
	return out, nil
}

// Unknown counts the callers who were not answered, or whose conversation had not ended: how long they would talk is drawn.
func (r Recording) Unknown() int {
	n := 0
	for _, q := range r.Scenario.Queues {
		for _, c := range q.Arrivals.Callers {
			if c.Talk == 0 {
				n++
			}
		}
	}
	return n
}

// served says whether somebody who was there serves a queue, so that its rings and theirs hang together.
func (r *Recorder) served(id orchestrator.QueueID) bool {
	for _, a := range r.floor.Agents {
		if slices.Contains(a.Queues, id) {
			return true
		}
	}
	for _, w := range r.waits {
		for _, ring := range r.floor.Queues[w.queue].Steps {
			if slices.Contains(ring.Also, id) || ring.Exit == id {
				return true
			}
		}
	}
	return false
}

// lastWait is when the last wait of the span ended: who is there later changes nothing.
func (r *Recorder) lastWait() time.Time {
	last := r.from
	for _, w := range r.waits {
		if w.ended.IsZero() {
			return r.floor.At
		}
		last = later(w.ended, last)
	}
	return last
}

// queue is a line with its callers, and what can be said of those of whom something is not known.
func (r *Recorder) queue(id orchestrator.QueueID, waits []*wait, anybody []time.Duration) simulate.Queue {
	defined := r.floor.Queues[id]
	q := simulate.Queue{ID: id, Plan: floor.PlanOf(defined), Ahead: routing.HeadStart(defined.Priority, defined.Target)}
	r.noteStrategy(q.Plan)
	var talks, wraps, rings, gaveUp, stayed []time.Duration
	for _, w := range waits {
		c := r.caller(w)
		q.Arrivals.Callers = append(q.Arrivals.Callers, c)
		if c.Talk > 0 {
			talks, wraps = append(talks, c.Talk), append(wraps, c.Wrap)
		}
		if c.Ring > 0 {
			rings = append(rings, c.Ring)
		}
		switch {
		case c.GaveUp > 0 && !c.LedOut:
			gaveUp = append(gaveUp, c.GaveUp)
		default:
			stayed = append(stayed, cmp.Or(c.Stayed, c.GaveUp))
		}
	}
	if len(waits) == 0 {
		q.Arrivals = simulate.Arrivals{Counts: []float64{0}, Every: time.Minute}
	}
	if len(talks) == 0 {
		talks = anybody
	}
	q.Service, q.Wrap, q.Ring, q.Patience = simulate.Seen(talks), simulate.Seen(wraps), simulate.Seen(rings), simulate.Survival(gaveUp, stayed)
	return q
}

// caller says what is known of somebody.
func (r *Recorder) caller(w *wait) simulate.Caller {
	c := simulate.Caller{At: w.since.Sub(r.from), Last: w.last, Dedicated: w.dedicated, Ahead: w.ahead, Need: w.need}
	for _, o := range w.offers {
		switch {
		case !o.connected.IsZero():
			c.Ring = o.connected.Sub(o.made)
			if o.talked.IsZero() {
				r.notes.add(unfinished)
				break
			}
			c.Talk, c.Wrap = o.talk(), later(o.freed, o.talked).Sub(o.talked)
		case o.state == orchestrator.OfferCallerGone || o.state == orchestrator.OfferRescinded:
			c.RingOver, c.Free = o.ended.Sub(o.made), o.free()
		case o.ended.IsZero(): // it still rang when the journal ended
			c.RingOver = r.floor.At.Sub(o.made)
		default:
			c.Tries = append(c.Tries, simulate.Try{Ring: o.ended.Sub(o.made), Free: o.free()})
		}
	}
	switch waited := r.waited(w); {
	case w.answered() != nil || w.ended.IsZero():
		c.Stayed = waited
	default:
		c.GaveUp, c.LedOut = max(waited, time.Microsecond), w.state != orchestrator.ItemAbandoned
	}
	return c
}

func (r *Recorder) waited(w *wait) time.Duration {
	if w.ended.IsZero() {
		return r.floor.At.Sub(w.since)
	}
	return w.ended.Sub(w.since)
}

// fate is what came of them.
func (r *Recorder) fate(queue, caller int, w *wait) simulate.Fate {
	f := simulate.Fate{Queue: queue, Caller: caller, At: w.since.Sub(r.from), Wait: r.waited(w), Offers: len(w.offers)}
	switch o := w.answered(); {
	case o != nil:
		f.Ending, f.Agent = simulate.Answered, o.agent
		if !o.talked.IsZero() {
			f.Talk, f.Wrap = o.talk(), later(o.freed, o.talked).Sub(o.talked)
		}
	case w.ended.IsZero():
		f.Ending = simulate.Expired
	case w.state == orchestrator.ItemAbandoned:
		f.Ending = simulate.Abandoned
	default:
		f.Ending = simulate.FlowedOut
	}
	return f
}

// answered is the offer that was; nil when there is none.
func (w *wait) answered() *offer {
	for _, o := range w.offers {
		if !o.connected.IsZero() {
			return o
		}
	}
	return nil
}

func (o *offer) talk() time.Duration { return max(o.talked.Sub(o.connected), time.Microsecond) }

// free is how long the person was not to be had after an offer that nobody answered.
func (o *offer) free() time.Duration {
	if o.freed.IsZero() {
		return 0
	}
	return o.freed.Sub(o.ended)
}

// end sends everybody home at a moment.
func (r *Recorder) end(at time.Time) {
	for id, p := range r.people {
		r.cooled(id, p, at)
		if p.there {
			r.goes(p, at)
		}
	}
}

// agents puts people together who serve the same queues with the same skills, and says how each spent the day.
func (r *Recorder) agents() (groups []simulate.Group, works []simulate.Work) {
	busy := map[orchestrator.AgentID][]*offer{}
	for _, w := range r.waits {
		for _, o := range w.offers {
			busy[o.agent] = append(busy[o.agent], o)
		}
	}
	at := map[string]int{}
	var who [][]simulate.Work
	for _, id := range slices.Sorted(maps.Keys(r.people)) {
		a, p := r.floor.Agents[id], r.people[id]
		if len(p.shifts) == 0 && len(busy[id]) == 0 {
			continue
		}
		slots := slotsOf(a.Capacity)
		key := fmt.Sprint(a.Queues, a.Skills, a.Weight, slots)
		n, ok := at[key]
		if !ok {
			n = len(groups)
			at[key] = n
			groups = append(groups, simulate.Group{ID: groupName(groups, a.Queues), Queues: a.Queues, Skills: a.Skills, Weight: a.Weight, Slots: slots})
			who = append(who, nil)
		}
		groups[n].People = append(groups[n].People, simulate.Person{ID: id, Shifts: p.shifts})
		w := r.work(p.shifts, busy[id])
		w.Agent, w.Group = id, n
		who[n] = append(who[n], w)
	}
	return groups, slices.Concat(who...)
}

// slotsOf are what a person carries at once; nil is one call.
func slotsOf(c *fact.Capacity) map[string]int {
	if c == nil {
		return nil
	}
	return maps.Clone(c.Slots)
}

// groupName names a group after its queues.
func groupName(before []simulate.Group, queues []orchestrator.QueueID) string {
	var words []string
	for _, q := range queues {
		words = append(words, string(q))
	}
	name := strings.Join(words, "-")
	if name == "" {
		name = "nobody"
	}
	for n := 1; ; n++ {
		said := name
		if n > 1 {
			said = fmt.Sprintf("%s-%d", name, n)
		}
		if !slices.ContainsFunc(before, func(g simulate.Group) bool { return g.ID == said }) {
			return said
		}
	}
}

// work adds up a person's day from shifts and offers, both in order and each without overlap of its own kind.
func (r *Recorder) work(shifts []simulate.Shift, offers []*offer) simulate.Work {
	var w simulate.Work
	for _, s := range shifts {
		w.There += s.End - s.Begin
	}
	for _, o := range offers {
		begin, freed := o.made.Sub(r.from), cmp.Or(o.freed, o.talked, o.ended, r.floor.At).Sub(r.from)
		rung := freed - begin
		if !o.connected.IsZero() {
			rung = o.connected.Sub(o.made)
			w.Contacts++
			w.Busy += freed - begin - rung
		}
		w.Rung += rung
		w.There += freed - begin - rung // busy at any time counts, idle only within the shift
		for _, s := range shifts {
			w.There -= max(0, min(s.End, freed)-max(s.Begin, begin))
		}
	}
	return w
}
