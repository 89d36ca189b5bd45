package view

import (
	"cmp"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

func isRequest(e fact.Entry) bool {
	_, is := e.Fact.(fact.CallbackRequested)
	return is
}

// callbackChange says what a fact changes in the row of a promised call, once it is one; nil is nothing.
func callbackChange(e fact.Entry) func(*Interaction) {
	to := func(state orchestrator.CallbackState) func(*Interaction) {
		return func(i *Interaction) { i.Callback, i.Due = state, zeroTime }
	}
	switch x := e.Fact.(type) {
	case fact.CallbackRequested:
		return func(i *Interaction) { i.Callback, i.Switch = orchestrator.CallbackRequested, x.Switch }
	case fact.CallbackWaits:
		return func(i *Interaction) {
			i.Callback, i.Due, i.State, i.Switch = orchestrator.CallbackWaiting, x.Until, orchestrator.ItemNew, cmp.Or(x.Switch, i.Switch)
			if i.Attempts > 0 {
				i.Callback = orchestrator.CallbackRetryWait
			}
		}
	case fact.CustomerCalledIn:
		return func(i *Interaction) { i.Callback, i.State = orchestrator.CallbackCalledIn, orchestrator.ItemNew }
	case fact.CallbackResumed:
		return func(i *Interaction) {
			i.Callback = orchestrator.CallbackWaiting
			if i.Attempts > 0 {
				i.Callback = orchestrator.CallbackRetryWait
			}
		}
	case fact.CustomerMissed:
		if x.Spared {
			return func(i *Interaction) { i.Attempts-- }
		}
	case fact.ItemQueued, fact.OfferEnded:
		return func(i *Interaction) {
			if !i.Callback.Over() {
				i.Callback, i.Due = orchestrator.CallbackDue, zeroTime
			}
		}
	case fact.OfferMade:
		return to(orchestrator.CallbackReserved)
	case fact.CustomerDialled:
		return func(i *Interaction) { i.Callback, i.Attempts = orchestrator.CallbackDialling, x.Attempt }
	case fact.OfferConnected:
		return to(orchestrator.CallbackConnected)
	case fact.ItemEnded:
		return func(i *Interaction) { i.Callback, i.Due = callbackEnding(x), zeroTime }
	}
	return nil
}

func callbackEnding(x fact.ItemEnded) orchestrator.CallbackState {
	switch {
	case x.State == orchestrator.ItemDone:
		return orchestrator.CallbackDone
	case x.State == orchestrator.ItemCanceled && x.Reason == orchestrator.Superseded:
		return orchestrator.CallbackSuperseded
	case x.State == orchestrator.ItemCanceled:
		return orchestrator.CallbackCanceled
	}
	return orchestrator.CallbackFailed
}
