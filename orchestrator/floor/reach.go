package floor

import (
	"fmt"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/media"
)

// This file is how a callback is carried out: the agent has answered, hears who is called, and then the customer's phone is called.
// A leg of the customer is dialled once under one name; what nobody knows of after a gap counts as an attempt.

// The recordings that agents hear in a callback.
const (
	CallbackCalling = "callback-calling" // before the digits of the number
	CallbackMissed  = "callback-missed"
)

// accepted: the agent has answered for a callback, and is told who is called.
func (f *Floor) accepted(i *Interaction, o *Offer) {
	f.emit(i.ID, fact.OfferAccepted{
		Offer: o.ID, Agent: o.Agent, Room: media.RoomID(f.name("r")), Task: media.TaskID(f.name("t")), Until: f.now.Add(f.cfg.GreetingMax),
	})
}

// told goes on when the agent has heard what was said.
func (f *Floor) told(i *Interaction, o *Offer, task media.TaskID, why media.Cause) {
	if o.Task == "" || o.Task != task {
		return
	}
	f.emit(i.ID, fact.AgentTold{Offer: o.ID, Task: task, Why: why})
	if o.State == orchestrator.OfferAccepted && !o.LegGone && why != media.CauseHangup {
		f.reach(i, o)
	}
}

// reach calls the customer's phone, unless that has become forbidden since the callback came into line.
func (f *Floor) reach(i *Interaction, o *Offer) {
	if !f.mayDial(i.Who.Number) {
		f.endCallback(i, orchestrator.ItemExpired, "not_allowed")
		return
	}
	if !f.reachable(i) { // the customer has called us a moment ago
		f.withdraw(i, orchestrator.OfferRescinded, fact.BySwitch, media.CauseNone, false)
		return
	}
	if until, why := f.heldBack(i.Who.Number); why != "" {
		f.withdraw(i, orchestrator.OfferRescinded, fact.BySwitch, media.CauseNone, false)
		f.emit(i.ID, fact.CallbackWaits{Until: until, Why: why})
		return
	}
	f.emit(i.ID, fact.CustomerDialled{
		Offer: o.ID, Leg: media.LegID(f.name("k")), Trunk: f.cfg.Dialling.Trunk, Shown: f.cfg.Dialling.Shown,
		Attempt: i.Callback.Attempts + 1, Room: o.Room, Until: f.now.Add(f.cfg.Dialling.RingFor),
	})
}

// dialling says whether the customer's phone is being called.
func (i *Interaction) dialling() bool {
	return i.Callback != nil && i.Leg != "" && i.State != orchestrator.ItemAssigned && !i.talked()
}

// customerAnswered joins agent and customer. Nobody is joined who was given up a moment before.
func (f *Floor) customerAnswered(i *Interaction) {
	o := f.Offers[i.Offer]
	if o == nil || o.State != orchestrator.OfferAccepted || i.Callback.GivenUp != "" {
		return
	}
	f.emit(i.ID, fact.OfferConnected{Offer: o.ID, Agent: o.Agent, Queue: o.Queue, Wait: f.waited(i), Room: o.Room, Tape: f.tape(i)})
}

// giveUp drops the customer's leg before an answer.
func (f *Floor) giveUp(i *Interaction, why media.Cause) {
	if i.dialling() && i.Callback.GivenUp == "" {
		f.emit(i.ID, fact.CustomerGivenUp{Leg: i.Leg, Why: why})
	}
}

// missed settles an attempt that came to nothing: the agent is told and is free, the customer is called again later, or no more.
func (f *Floor) missed(i *Interaction, why media.Cause, sip int) {
	c, o := i.Callback, f.Offers[i.Offer]
	if c.GivenUp != "" {
		why = c.GivenUp
	}
	x := fact.CustomerMissed{Leg: i.Leg, Attempt: c.Attempts, Why: why, SIP: sip, Spared: c.Spared}
	if o != nil {
		x.Offer, x.Task, x.Until = o.ID, media.TaskID(f.name("t")), f.now.Add(f.cfg.GreetingMax)
		x.Prompts = "prompt:" + c.Language + "/" + CallbackMissed
	}
	f.emit(i.ID, x)
	switch {
	case i.State.Ended(): // canceled or superseded while it rang
		f.emit(i.ID, fact.InteractionEnded{Why: why})
		return
	case x.Spared: // it waits for what comes of the customer's call, or stands again already
		return
	}
	f.withdraw(i, orchestrator.OfferCallerGone, fact.ByCustomer, why, false)
	if pauses := f.cfg.Dialling.Retry; c.Attempts <= len(pauses) {
		f.emit(i.ID, fact.CallbackWaits{Until: f.now.Add(pauses[c.Attempts-1]), Why: fact.CallbackStop(why)})
		return
	}
	f.endCallback(i, orchestrator.ItemExpired, string(why))
}

// tell is what the agent hears now; without prompts it is who is called.
func (o *Offer) tell(task media.TaskID, prompts string, until time.Time) {
	o.Task, o.Prompts, o.TellUntil = task, prompts, until
}

// telling lets the agent of a callback hear what there is to hear before a talk, or after one that never was.
func (f *Floor) telling(i *Interaction, o *Offer) media.Want {
	t := media.Task{ID: o.Task, Do: media.Say, Prompts: o.Prompts, Deaf: true}
	if t.Prompts == "" {
		t.Prompts = flow.SayDigits(i.Callback.Language, CallbackCalling, i.Who.Number)
	}
	return media.Want{Base: media.Music{}, Task: t}
}

// countsReach says whether a deadline of a callback still stands. Nothing is judged that happens on a switch which is away.
func (f *Floor) countsReach(t timer) bool {
	if t.kind == timerTold {
		o := f.Offers[orchestrator.OfferID(t.id)]
		return o != nil && o.Task != "" && o.TellUntil.Equal(t.at) && f.reached(f.Interactions[o.Interaction])
	}
	i := f.Interactions[orchestrator.InteractionID(t.id)]
	switch {
	case i == nil || i.Callback == nil:
		return false
	case t.kind == timerDue:
		return i.State == orchestrator.ItemNew && !i.Callback.OnLine && i.Callback.Due.Equal(t.at)
	}
	return i.dialling() && i.Callback.GivenUp == "" && i.Callback.Until.Equal(t.at) && f.reached(i)
}

// compareReach finds out what came of a customer's phone while nobody looked.
func (f *Floor) compareReach(i *Interaction, l media.Leg, lives bool) {
	switch {
	case !i.dialling():
	case !lives:
		f.missed(i, media.CauseLost, 0)
	case !l.Answered.IsZero():
		f.customerAnswered(i)
	case !f.now.Before(i.Callback.Until):
		f.giveUp(i, media.CauseNoAnswer)
	}
}

// reachWant is what a customer's leg does until an answer.
func (f *Floor) reachWant(i *Interaction) media.Want {
	c := i.Callback
	if c.GivenUp != "" {
		return media.Want{Base: media.Drop{Why: c.GivenUp}}
	}
	to, ok := media.Outside(i.Who.Number, c.Trunk)
	if !ok { // erased, or never a number: nothing is called
		return media.Want{Base: media.Drop{Why: media.CauseUnreachable}}
	}
	d := media.Dial{To: to, Number: c.Shown, Stamp: fmt.Sprintf("%s/%s/%s", f.cfg.Cell, i.ID, i.Leg)}
	if o := f.Offers[i.Offer]; o != nil {
		d.Early = o.Room
	}
	return media.Want{Base: d}
}

func (f *Floor) applyCallback(e fact.Entry) bool {
	i := f.Interactions[e.About]
	switch x := e.Fact.(type) {
	case fact.CallbackRequested:
		f.applyRequested(e, x)
	case fact.CustomerCalledIn:
		f.applyCalledIn(e, x)
	case fact.CallbackResumed:
		f.applyResumed(e)
	case fact.CallbackWaits:
		f.outOfLine(i, e.At)
		i.State, i.Callback.Due, i.Widen = orchestrator.ItemNew, x.Until, time.Time{}
		if x.Why != fact.StopSwitch {
			i.Callback.Why = x.Why
		}
		if x.Switch != "" {
			i.Switch = x.Switch
		}
		f.timers.add(x.Until, timerDue, string(i.ID))
	case fact.OfferAccepted:
		o := f.Offers[x.Offer]
		o.State, o.Room = orchestrator.OfferAccepted, x.Room
		o.tell(x.Task, "", x.Until)
		f.timers.add(x.Until, timerTold, string(x.Offer))
		f.Agents[x.Agent].Failures = 0
	case fact.AgentTold:
		f.Offers[x.Offer].tell("", "", time.Time{})
	case fact.CustomerDialled:
		c := i.Callback
		i.Leg, c.Attempts, c.Until, c.Trunk, c.Shown, c.GivenUp = x.Leg, x.Attempt, x.Until, x.Trunk, x.Shown, ""
		f.cameOn(i)
		f.legs[legKey{i.Switch, x.Leg}] = legRef{interaction: i.ID}
		f.timers.add(x.Until, timerReach, string(i.ID))
		f.applyDialled(i.Who.Number, i.ID, e.At)
	case fact.CustomerGivenUp:
		i.Callback.GivenUp, i.Callback.Spared = x.Why, x.Spared
	case fact.CustomerMissed:
		delete(f.legs, legKey{i.Switch, i.Leg})
		i.Leg, i.Callback.Until, i.Callback.GivenUp, i.Callback.Spared = "", time.Time{}, "", false
		if x.Spared {
			i.Callback.Attempts--
		}
		f.wentOff(i)
		if o := f.Offers[x.Offer]; o != nil && x.Task != "" {
			o.tell(x.Task, x.Prompts, x.Until)
			f.timers.add(x.Until, timerTold, string(o.ID))
		}
	default:
		return false
	}
	f.settle(i)
	return true
}
