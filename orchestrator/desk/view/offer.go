package view

import (
	"context"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// reactOffer folds what an offer means for the agent who has it. The agent is free in the view when the offer has had its
// ending, also while the leg of the phone is still being torn down.
func reactOffer(ctx context.Context, tx Tx, e fact.Entry) error {
	switch x := e.Fact.(type) {
	case fact.OfferMade:
		if x.Leg == "" {
			return nil // no call: the work in hand is asked of the centre itself
		}
		return changeAgent(ctx, tx, x.Agent, func(a *Agent) {
			a.Offer, a.OfferState, a.Interaction = x.Offer, orchestrator.OfferDelivering, e.About
		})
	case fact.OfferAlerting:
		a, err := tx.AgentWith(ctx, x.Offer)
		if orchestrator.KindOf(err) == orchestrator.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		a.OfferState = orchestrator.OfferAlerting
		return tx.PutAgent(ctx, a)
	case fact.OfferAccepted:
		return changeAgent(ctx, tx, x.Agent, func(a *Agent) { a.inHand(x.Offer, orchestrator.OfferAccepted) })
	case fact.OfferConnected:
		return changeAgent(ctx, tx, x.Agent, func(a *Agent) { a.inHand(x.Offer, orchestrator.OfferConnected) })
	case fact.TalkEnded:
		return changeAgent(ctx, tx, x.Agent, func(a *Agent) { a.inHand(x.Offer, orchestrator.OfferWrapping) })
	case fact.OfferEnded:
		return changeAgent(ctx, tx, x.Agent, func(a *Agent) {
			a.done(x.Offer)
			a.NotResponding = a.NotResponding || x.NotResponding
			if !x.CoolUntil.IsZero() {
				a.CoolUntil = x.CoolUntil
			}
		})
	case fact.ItemRequeued:
		return changeAgent(ctx, tx, x.Agent, func(a *Agent) { a.CoolUntil = x.CoolUntil })
	case fact.WrapUpEnded:
		return changeAgent(ctx, tx, x.Agent, func(a *Agent) { a.done(x.Offer) })
	}
	return nil
}

// inHand moves the offer that the agent has; another one is not the agent's any more.
func (a *Agent) inHand(offer orchestrator.OfferID, state orchestrator.OfferState) {
	if a.Offer == offer {
		a.OfferState = state
	}
}

// done takes the offer off the agent.
func (a *Agent) done(offer orchestrator.OfferID) {
	if a.Offer == offer {
		a.Offer, a.OfferState, a.Interaction = "", "", ""
	}
}
