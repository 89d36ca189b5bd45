package view

import (
	"cmp"
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

var zeroTime time.Time

// Live says whether the customer is still there or an agent still works on it.
func (i Interaction) Live() bool {
	return i.Ended.IsZero() || i.State == orchestrator.ItemAssigned || i.State == orchestrator.ItemWrapping
}

// Waiting says whether the work item is in line, offered ones included.
func (i Interaction) Waiting() bool {
	return i.Ended.IsZero() && (i.State == orchestrator.ItemQueued || i.State == orchestrator.ItemOffered)
}

// reactInteraction folds what happens to the customer's side.
func reactInteraction(ctx context.Context, tx Tx, e fact.Entry) error {
	if x, ok := e.Fact.(fact.InteractionArrived); ok {
		return tx.PutInteraction(ctx, Interaction{ID: e.About, Channel: orchestrator.ChannelVoice, Switch: x.Switch, From: x.Who.Number, Name: x.Who.Name, To: x.To,
			Queue: x.Queue, State: orchestrator.ItemNew, Arrived: e.At})
	}
	if x, ok := e.Fact.(fact.InteractionOpened); ok {
		return tx.PutInteraction(ctx, Interaction{ID: e.About, Channel: x.Channel, From: x.Who.Number, Name: x.Who.Name,
			Queue: x.Queue, State: orchestrator.ItemNew, Arrived: e.At, Previous: x.Previous})
	}
	change, promised := interactionChange(e), callbackChange(e)
	if change == nil && promised == nil {
		return nil
	}
	return changeInteraction(ctx, tx, e.About, func(i *Interaction) {
		if change != nil {
			change(i)
		}
		if promised != nil && (i.Callback != "" || isRequest(e)) {
			promised(i)
		}
	})
}

// interactionChange says what a fact changes in its interaction's row; nil is nothing.
func interactionChange(e fact.Entry) func(*Interaction) {
	switch x := e.Fact.(type) {
	case fact.CustomerFound:
		return func(i *Interaction) { i.Name = cmp.Or(x.Who.Name, i.Name) }
	case fact.ItemQueued:
		return func(i *Interaction) { i.Queue, i.Queued, i.State = x.Queue, x.Since, orchestrator.ItemQueued }
	case fact.ItemRequeued:
		return func(i *Interaction) {
			i.Queue, i.Queued, i.State, i.Agent, i.Connected = x.Queue, x.Since, orchestrator.ItemQueued, "", zeroTime
		}
	case fact.QueueLeft:
		return func(i *Interaction) { i.Queued, i.State = zeroTime, orchestrator.ItemNew }
	case fact.OfferMade:
		return func(i *Interaction) { i.State = orchestrator.ItemOffered }
	case fact.OfferConnected:
		return func(i *Interaction) { i.State, i.Agent, i.Connected = orchestrator.ItemAssigned, x.Agent, e.At }
	case fact.OfferEnded:
		return func(i *Interaction) {
			if i.State == orchestrator.ItemOffered { // Unless the item's own ending came first.
				i.State = orchestrator.ItemQueued
			}
		}
	case fact.TalkEnded:
		return func(i *Interaction) { i.State = orchestrator.ItemWrapping }
	case fact.SurveyAnswered:
		return func(i *Interaction) {
			if i.Score == 0 {
				i.Score = x.Score
			}
		}
	case fact.ItemEnded:
		return func(i *Interaction) { i.State, i.Reason = x.State, x.Reason }
	case fact.InteractionEnded:
		return func(i *Interaction) { i.Ended, i.Estimated = e.At, x.Estimated }
	}
	return nil
}
