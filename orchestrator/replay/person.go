package replay

import (
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/routing"
	"tandem/orchestrator/simulate"
)

// person is when somebody could have been offered a call, had they had nothing in hand.
type person struct {
	there  bool
	since  time.Time
	back   bool
	rested time.Duration
	cools  time.Time // there from then on, unless something else comes; zero is not
	other  bool      // busy with a call that is not of the span
	idle   time.Time // since when the simulator takes them to be without work
	shifts []simulate.Shift
}

// lateTick is how late the clock that ends a cooling down may be: whoever is offered a call so soon after it was not there before.
const lateTick = time.Second

// longAgo is the most that somebody can have rested.
const longAgo = 365 * 24 * time.Hour

// look sees whether somebody is there after a change.
func (r *Recorder) look(id orchestrator.AgentID, at time.Time) {
	a, p := r.floor.Agents[id], r.people[id]
	if p == nil {
		p = &person{other: slices.ContainsFunc(a.Offers, r.ofOthers)}
		r.people[id] = p
	}
	r.cooled(id, p, at)
	able := a.Status == orchestrator.Available && !a.NotResponding && r.floor.Phones[a.Endpoint] == orchestrator.HealthRegistered && !p.other
	p.cools = time.Time{}
	if able && a.CoolUntil.After(at) {
		p.cools, able = a.CoolUntil, false
	}
	switch {
	case able && !p.there:
		r.comes(id, p, at)
	case !able && p.there:
		r.goes(p, at)
	}
}

// cooled lets somebody come back whose cooling down was over before a moment.
func (r *Recorder) cooled(id orchestrator.AgentID, p *person, at time.Time) {
	if !p.cools.IsZero() && !p.cools.After(at) {
		r.comes(id, p, p.cools)
		p.cools = time.Time{}
	}
}

// late lets somebody come back who is offered a call: not earlier than they were truly looked at.
func (r *Recorder) late(id orchestrator.AgentID, at time.Time) {
	p := r.people[id]
	if p == nil || p.cools.IsZero() {
		return
	}
	if at.Sub(p.cools) < lateTick {
		p.cools = at
	}
	r.cooled(id, p, at)
}

func (r *Recorder) comes(id orchestrator.AgentID, p *person, at time.Time) {
	at = later(at, r.from)
	idle := r.floor.Agents[id].Idle
	p.there, p.since, p.back, p.rested = true, at, idle.Equal(p.idle) && len(p.shifts) > 0, 0
	if !p.back {
		p.idle, p.rested = idle, min(max(at.Sub(idle), 0), longAgo)
	}
}

func (r *Recorder) goes(p *person, at time.Time) {
	p.there = false
	if at = later(at, r.from); at.After(p.since) {
		p.shifts = append(p.shifts, simulate.Shift{Begin: p.since.Sub(r.from), End: at.Sub(r.from), Rested: p.rested, Back: p.back})
	}
}

// occupied takes somebody away for a call that is not of the span.
func (r *Recorder) occupied(id orchestrator.AgentID, at time.Time) {
	r.late(id, at)
	if p := r.people[id]; p != nil {
		p.other = true
		if p.there {
			r.goes(p, at)
		}
	}
}

// interrupted says whether a call is offered to somebody who has an item in hand: one that is not live.
func (r *Recorder) interrupted(item orchestrator.InteractionID, by orchestrator.AgentID) bool {
	m := r.floor.Interactions[item].Media()
	return m != routing.Voice && slices.Contains(r.floor.Agents[by].Carries().During[routing.Voice.String()], m.String())
}

// unoccupied looks for those whose call that was not of the span is over.
func (r *Recorder) unoccupied(at time.Time) {
	for id, p := range r.people {
		if p.other && !slices.ContainsFunc(r.floor.Agents[id].Offers, r.ofOthers) {
			p.other = false
			r.look(id, at)
		}
	}
}

// freed notes that the person of an offer has nothing in hand any more.
func (r *Recorder) freed(id orchestrator.OfferID, agent orchestrator.AgentID, at time.Time) {
	o := r.offers[id]
	a := r.floor.Agents[agent]
	if o == nil {
		r.unoccupied(at)
		if p := r.people[agent]; p != nil && p.there && a.Idle.Equal(at) { // a letter was their last work
			r.goes(p, at)
			r.comes(agent, p, at)
		}
		return
	}
	if r.floor.Offers[id] != nil || !o.freed.IsZero() {
		return
	}
	o.freed = at
	r.open--
	if !o.connected.IsZero() {
		r.people[agent].idle = a.Idle
	}
}

// ofOthers says whether an offer is of something that is not of the span, and keeps calls away.
func (r *Recorder) ofOthers(id orchestrator.OfferID) bool {
	o := r.floor.Offers[id]
	return r.offers[id] == nil && !r.interrupted(o.Interaction, o.Agent)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
