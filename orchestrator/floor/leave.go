package floor

import (
	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// callerGone ends the customer's leg and settles what hung on it.
// Reason goes into the ending of a work item that nobody had taken; estimated says that it happened while we were not looking.
func (f *Floor) callerGone(i *Interaction, why media.Cause, reason string, estimated bool) {
	if i.Gone {
		return
	}
	away, by := i.Away, fact.ByCustomer
	if why == media.CauseLost {
		by = fact.BySwitch
	}
	f.withdraw(i, orchestrator.OfferCallerGone, by, why, estimated)
	switch i.State {
	case orchestrator.ItemNew, orchestrator.ItemQueued:
		x := fact.ItemEnded{State: orchestrator.ItemAbandoned, Reason: reason, Wait: f.waitedTill(i)}
		if !i.Since.IsZero() {
			x.Queue = i.Queue // one who left during the greeting was never in it
		}
		if i.Since.IsZero() && i.Walk != nil && i.Walk.Left != "" { // it has been in line and was led out of it
			x.State, x.Queue, x.Wait = orchestrator.ItemFlowedOut, i.Walk.Left, i.Walk.Waited
		}
		if away {
			x.State, x.Reason = orchestrator.ItemFlowedOut, "fallback"
		}
		f.emit(i.ID, x)
	}
	f.emit(i.ID, fact.InteractionEnded{Why: why, Estimated: estimated})
	f.resumeAfter(i)
}

// withdraw ends the live offer of an interaction, if there is one, because the customer's side has ended.
func (f *Floor) withdraw(i *Interaction, ending orchestrator.OfferState, by fact.Side, why media.Cause, estimated bool) {
	o := f.Offers[i.Offer]
	switch {
	case o == nil:
	case o.State == orchestrator.OfferConnected:
		f.endTalk(i, o, by, why, estimated)
	default:
		f.emit(i.ID, fact.OfferEnded{Offer: o.ID, Agent: o.Agent, State: ending, Why: why, Accepted: o.State == orchestrator.OfferAccepted})
	}
}

// endTalk ends a conversation and begins the after-call work.
func (f *Floor) endTalk(i *Interaction, o *Offer, by fact.Side, why media.Cause, estimated bool) {
	f.talkOver(i, o, by, why, estimated)
	if f.Queues[o.Queue].WrapUp == 0 {
		f.endWrapUp(i, o, "", fact.Person{})
	}
}

// talkOver ends a conversation; whoever says so ends the after-call work where the queue has no time for any.
func (f *Floor) talkOver(i *Interaction, o *Offer, by fact.Side, why media.Cause, estimated bool) {
	f.emit(i.ID, fact.TalkEnded{
		Offer: o.ID, Agent: o.Agent, By: by, Why: why, Tape: o.Tape,
		Talk: f.now.Sub(o.Connected), WrapUntil: f.now.Add(f.Queues[o.Queue].WrapUp), Estimated: estimated,
	})
}

// endWrapUp completes an offer; with it the work item is done.
func (f *Floor) endWrapUp(i *Interaction, o *Offer, disposition string, notes fact.Person) {
	f.emit(i.ID, fact.WrapUpEnded{
		Offer: o.ID, Agent: o.Agent, Disposition: disposition, Wrap: f.now.Sub(o.TalkEnded), Root: i.Root, Who: notes,
	})
	if o.Requeued {
		return // somebody else has taken it, or it waits
	}
	f.emit(i.ID, fact.ItemEnded{
		Queue: o.Queue, State: orchestrator.ItemDone, Reason: disposition, Wait: o.Connected.Sub(i.entered()), Agent: o.Agent,
	})
	if i.lineless() {
		f.emit(i.ID, fact.InteractionEnded{})
	}
}
