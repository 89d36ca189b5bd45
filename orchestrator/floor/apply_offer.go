package floor

import (
	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

func (f *Floor) applyOffer(e fact.Entry) bool {
	i := f.Interactions[e.About]
	if a := f.Agents[f.whose(e.Fact)]; a != nil {
		f.book(a, e.At)
	}
	switch x := e.Fact.(type) {
	case fact.OfferMade:
		f.Offers[x.Offer] = &Offer{
			ID: x.Offer, Interaction: i.ID, Agent: x.Agent, Queue: x.Queue, Leg: x.Leg,
			LegGone: x.Leg == "", State: orchestrator.OfferDelivering, Made: e.At, RingUntil: x.RingUntil,
		}
		i.Offer, i.Offers, i.State = x.Offer, append(i.Offers, x.Offer), orchestrator.ItemOffered
		a := f.Agents[x.Agent]
		a.Offers, a.Offered = append(a.Offers, x.Offer), e.At
		if a.Back == x.Queue {
			a.Back = "" // here they are, though they may still have a letter in hand; the next who waits calls back somebody else
		}
		f.stale[x.Agent] = struct{}{}
		if x.Leg != "" {
			f.legs[legKey{i.Switch, x.Leg}] = legRef{interaction: i.ID, offer: x.Offer}
		}
		f.timers.add(x.RingUntil, timerRing, string(x.Offer))
	case fact.OfferAlerting:
		f.Offers[x.Offer].State = orchestrator.OfferAlerting
	case fact.OfferConnected:
		o := f.Offers[x.Offer]
		o.State, o.Room, o.Tape, o.Connected = orchestrator.OfferConnected, x.Room, x.Tape, e.At
		if l := f.Lines[i.Queue]; l != nil && i.inLine() {
			l.add(i.Given, x.Wait)
		}
		f.outOfLine(i, e.At)
		i.State = orchestrator.ItemAssigned
		delete(f.Places, i.ID) // who is served needs no other place
		f.Agents[o.Agent].Failures = 0
		f.Agents[o.Agent].Today.Contacts++
		f.applyTalked(i.ID, i.Who.Number, o.Agent, e.At)
	case fact.OfferEnded:
		f.applyOfferEnded(e, i, x)
	case fact.TalkEnded:
		o := f.Offers[x.Offer]
		o.State, o.Why, o.Tape, o.TalkEnded, o.WrapUntil = orchestrator.OfferWrapping, x.Why, "", e.At, x.WrapUntil
		i.Offer, i.State = "", orchestrator.ItemWrapping
		f.timers.add(x.WrapUntil, timerWrap, string(x.Offer))
	case fact.WrapUpEnded:
		o := f.Offers[x.Offer]
		o.State = orchestrator.OfferCompleted
		f.Agents[o.Agent].handled(i.Media(), o.TalkEnded.Sub(o.Connected)+x.Wrap)
		f.free(o, e.At)
	case fact.LegGone:
		o := f.Offers[x.Offer]
		o.LegGone = true
		f.free(o, e.At)
	default:
		return false
	}
	f.settle(i)
	return true
}

func (f *Floor) applyOfferEnded(e fact.Entry, i *Interaction, x fact.OfferEnded) {
	o := f.Offers[x.Offer]
	o.State, o.Why = x.State, x.Why
	i.Offer, i.State = "", orchestrator.ItemQueued
	f.rearm(i)
	a := f.Agents[x.Agent]
	a.NotResponding = a.NotResponding || x.NotResponding
	if x.State == orchestrator.OfferDeviceFailed {
		a.Failures++
	}
	if !x.CoolUntil.IsZero() {
		a.CoolUntil = x.CoolUntil
		f.timers.add(x.CoolUntil, timerCool, string(a.ID))
	}
	f.stale[a.ID] = struct{}{}
	f.free(o, e.At)
}

// whose is the agent whom a fact concerns; "" for one that is about no offer.
func (s *State) whose(x fact.Fact) orchestrator.AgentID {
	switch x := x.(type) {
	case fact.OfferMade:
		return x.Agent
	case fact.OfferConnected:
		return x.Agent
	case fact.OfferEnded:
		return x.Agent
	case fact.TalkEnded:
		return x.Agent
	case fact.WrapUpEnded:
		return x.Agent
	}
	return ""
}
