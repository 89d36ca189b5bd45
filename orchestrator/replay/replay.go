// Package replay reads a day out of the journal, so that it can be lived through again: what was, beside what would have been with
// other people, skills, rings or rules.
//
//	entries ──Add──> Recorder ──Recording──> Scenario: the very callers, with all that is known of them, and who was at work when
//	                                         Was:      what came of them, by the same sums
//	                                         Notes:    what the day had that cannot be lived through again
//
// The floor itself lives through the journal here, so that nobody is at work who could not have been offered a call: signed out, away,
// phone gone, not responding, cooling down. The simulator then decides by the same routing code. With nothing changed, everything
// falls out as it was, to the microsecond, but for what the notes name.
//
// What nobody could know is drawn: how long callers who gave up would have talked, how long those who were answered would still have
// waited. It is pure.
package replay

import (
	"cmp"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/routing"
	"tandem/orchestrator/rules"
)

// Recorder lives through a journal, from its first line or from where a floor stands, and keeps what concerns callers who entered a line in a span of time.
type Recorder struct {
	floor  *floor.Floor
	from   time.Time
	to     time.Time // zero: until the journal ends
	begun  bool      // the span has
	waits  []*wait   // of the span, in the order of their coming
	lives  map[orchestrator.InteractionID]*wait
	offers map[orchestrator.OfferID]*offer
	people map[orchestrator.AgentID]*person
	open   int // waits and offers whose end is not known
	notes  notes
	loans  map[orchestrator.QueueID]*loans // to each queue, of the span

	rulings map[orchestrator.InteractionID]*ruling // the last one of each that lives
	unruled []*ruling                              // of the span, in which no row held and after which nobody came into a line
	tables  map[string]*rules.Table                // that were read
	paths   map[orchestrator.InteractionID][]string
}

// NewRecorder keeps the span from ≤ t < to. A zero from is the journal's beginning, a zero to its end.
func NewRecorder(from, to time.Time) *Recorder {
	return &Recorder{
		floor: floor.New(floor.Config{}), from: from.UTC(), to: to.UTC(), // the rules of a configuration decide nothing: all has happened
		lives: map[orchestrator.InteractionID]*wait{}, offers: map[orchestrator.OfferID]*offer{}, people: map[orchestrator.AgentID]*person{},
		loans: map[orchestrator.QueueID]*loans{}, rulings: map[orchestrator.InteractionID]*ruling{}, tables: map[string]*rules.Table{}, paths: map[orchestrator.InteractionID][]string{},
	}
}

// Resume begins with a floor that has lived through the journal already, up to a line before the span; the next line to Add is the one
// after it. Nothing else is kept of what was before a span, so that the same comes of it. It says whether it could.
func (r *Recorder) Resume(f *floor.Floor) bool {
	if r.from.IsZero() || r.begun || !f.At.Before(r.from) {
		return false
	}
	r.floor = f
	return true
}

// wait is one stay in one line.
type wait struct {
	id     orchestrator.InteractionID
	queue  orchestrator.QueueID
	since  time.Time
	offers []*offer
	ended  time.Time // of the wait; zero: it still waits
	state  orchestrator.ItemState

	last, dedicated orchestrator.AgentID // whom a step was for

	ahead  time.Duration // beside that of the queue
	need   routing.Need
	ruling *ruling // by which it came into this line; nil is none
	entry  *entry  // likewise, through a flow
}

// offer is one offer of a call in line to one person.
type offer struct {
	of        *wait
	agent     orchestrator.AgentID
	made      time.Time
	connected time.Time
	ended     time.Time // unanswered
	state     orchestrator.OfferState
	talked    time.Time // until
	freed     time.Time // the person's phone and after-call work are over
}

// Done says that the journal has nothing more to tell of the span: all who came in it are served or gone.
func (r *Recorder) Done() bool {
	return r.begun && r.open == 0 && !r.to.IsZero() && !r.floor.At.Before(r.to)
}

// Add lives through the next line. Lines come in order, from the first on or from where Resume began, also those before the span.
func (r *Recorder) Add(e fact.Entry) {
	if r.from.IsZero() {
		r.from = e.At
	}
	if !r.begun && !e.At.Before(r.from) {
		r.begin()
	}
	if !r.begun {
		r.floor.Apply(e)
		r.floor.TakeTouched()
		return
	}
	r.before(e)
	r.walked(e)
	r.floor.Apply(e)
	r.floor.TakeTouched()
	r.after(e)
}

// within says whether a moment is in the span.
func (r *Recorder) within(t time.Time) bool {
	return !t.Before(r.from) && (r.to.IsZero() || t.Before(r.to))
}

// begin meets the people as they stand when the span begins.
func (r *Recorder) begin() {
	r.begun = true
	for id, a := range r.floor.Agents {
		r.look(id, r.from)
		if a.Loan.To != "" || a.Rest.After(r.from) {
			r.notes.add(onLoan)
		}
	}
	for _, i := range r.floor.Interactions {
		if i.State == orchestrator.ItemQueued || i.State == orchestrator.ItemOffered {
			r.notes.add(before)
		}
	}
}

// before takes in what is gone once the floor has lived through a line.
func (r *Recorder) before(e fact.Entry) {
	switch x := e.Fact.(type) {
	case fact.OfferMade:
		w := r.lives[e.About]
		if w == nil || !w.ended.IsZero() { // or of somebody who was served once, and is in line again since the talk was lost
			if !r.interrupted(e.About, x.Agent) {
				r.occupied(x.Agent, e.At)
			}
			return
		}
		o := &offer{of: w, agent: x.Agent, made: e.At}
		w.offers = append(w.offers, o)
		r.offers[x.Offer] = o
		r.open++
		r.late(x.Agent, e.At)
	case fact.QueueDefined, fact.AgentDefined:
		r.redefined(e.Fact)
	case fact.RulesApplied:
		r.ruled(e, x)
	case fact.ItemRequeued:
		r.notes.add(lost)
	case fact.SwitchDown:
		r.notes.add(down)
	case fact.InteractionLeft:
		if w := r.lives[e.About]; w != nil && w.ended.IsZero() {
			r.notes.add(away)
		}
	}
}

// after takes in what a line has changed.
func (r *Recorder) after(e fact.Entry) {
	switch x := e.Fact.(type) {
	case fact.ItemQueued:
		r.queued(e.About, x)
		r.only(e.About, x.Step, x.Only)
	case fact.ItemWidened:
		r.only(e.About, x.Ring, x.Only)
	case fact.DayBegun:
		if len(r.waits) > 0 {
			r.notes.add(newDay)
		}
	case fact.OfferConnected:
		if o := r.offers[x.Offer]; o != nil {
			o.connected = e.At
			r.endWait(o.of, e.At, orchestrator.ItemDone)
		}
	case fact.OfferEnded:
		if o := r.offers[x.Offer]; o != nil {
			o.ended, o.state = e.At, x.State
		}
		r.freed(x.Offer, x.Agent, e.At)
		r.look(x.Agent, e.At)
	case fact.TalkEnded:
		if o := r.offers[x.Offer]; o != nil {
			o.talked = e.At
		}
	case fact.WrapUpEnded:
		r.freed(x.Offer, x.Agent, e.At)
	case fact.LegGone:
		if o := r.offers[x.Offer]; o != nil {
			r.freed(x.Offer, o.agent, e.At)
		} else {
			r.unoccupied(e.At)
		}
	case fact.LoanBegun, fact.LoanEnded:
		r.lent(e)
	case fact.InteractionEnded:
		delete(r.rulings, e.About)
	case fact.QueueLeft:
		delete(r.rulings, e.About)
		r.endWait(r.lives[e.About], e.At, orchestrator.ItemFlowedOut)
	case fact.ItemEnded:
		r.endWait(r.lives[e.About], e.At, x.State)
	case fact.AgentStatusSet:
		r.look(x.Agent, e.At)
	case fact.AgentDefined:
		r.look(x.Agent, e.At)
	case fact.PhoneChanged, fact.SwitchUp:
		for id := range r.floor.Agents {
			r.look(id, e.At)
		}
	}
}

// only notes whom a step of a plan is for.
func (r *Recorder) only(id orchestrator.InteractionID, step int, agent orchestrator.AgentID) {
	w := r.lives[id]
	if w == nil || agent == "" {
		return
	}
	steps := floor.PlanOf(r.floor.Queues[r.floor.Interactions[id].Queue]).Steps
	if step < len(steps) && steps[step].Only == routing.Dedicated {
		w.dedicated = agent
	} else {
		w.last = agent
	}
}

func (r *Recorder) queued(id orchestrator.InteractionID, x fact.ItemQueued) {
	old := r.lives[id]
	if old != nil && old.ended.IsZero() && x.From != "" {
		return // the plan led it on to another queue: it is the same wait, counted where it began
	}
	if old != nil && old.ended.IsZero() {
		if x.From != "" {
			return // its plan led it over: it waits on, as one of the queue that it came to
		}
		r.endWait(old, x.Since, orchestrator.ItemFlowedOut)
	}
	delete(r.lives, id)
	if !r.within(x.Since) {
		return
	}
	if r.floor.Interactions[id].Channel != "" {
		r.notes.add(written)
		return
	}
	w := &wait{id: id, queue: x.Queue, since: x.Since, ruling: r.rulings[id], entry: r.entered(id, x.Queue, x.Since)}
	i, q := r.floor.Interactions[id], r.floor.Queues[x.Queue]
	w.ahead, w.need = routing.HeadStart(q.Priority+i.Priority, cmp.Or(i.Due, q.Target))-routing.HeadStart(q.Priority, q.Target), routing.Need(i.Need)
	r.unruled = slices.DeleteFunc(r.unruled, func(g *ruling) bool { return g == w.ruling })
	r.waits = append(r.waits, w)
	r.lives[id] = w
	r.open++
}

// endWait ends a wait that has not ended.
func (r *Recorder) endWait(w *wait, at time.Time, state orchestrator.ItemState) {
	if w != nil && w.ended.IsZero() {
		w.ended, w.state = at, state
		r.open--
	}
}
