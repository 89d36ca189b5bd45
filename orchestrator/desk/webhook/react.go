package webhook

import (
	"context"
	"slices"

	"tandem/orchestrator/fact"
)

// The events about tickets; all others are kinds of facts.
const (
	TicketOpened  = "ticket_opened"
	TicketChanged = "ticket_changed"
)

// Types are the events that can be asked for: kinds of facts that mean something outside, and those about tickets.
func Types() []string {
	return []string{
		fact.InteractionArrived{}.Kind(), fact.InteractionOpened{}.Kind(), fact.FlowEntered{}.Kind(), fact.ItemQueued{}.Kind(), fact.OfferMade{}.Kind(), fact.OfferConnected{}.Kind(),
		fact.OfferEnded{}.Kind(), fact.CallTransferred{}.Kind(), fact.TalkEnded{}.Kind(), fact.WrapUpEnded{}.Kind(), fact.ItemEnded{}.Kind(),
		fact.InteractionEnded{}.Kind(), fact.AgentStatusSet{}.Kind(), fact.AgentDefined{}.Kind(), fact.QueueDefined{}.Kind(),
		fact.FlowPublished{}.Kind(), fact.RulesPublished{}.Kind(), TicketOpened, TicketChanged,
	}
}

// React notes a line of the journal for each hook that wants it.
func React(ctx context.Context, tx Tx, e fact.Entry) error {
	return Tell(ctx, tx, Event{Type: e.Fact.Kind(), Lane: string(e.About), Seq: e.Seq, At: e.At})
}

// Tell notes an event for each hook that wants it.
func Tell(ctx context.Context, tx Tx, e Event) error {
	hooks, err := tx.WantedHooks(ctx)
	if err != nil {
		return err
	}
	for _, h := range hooks {
		if e.Seq != 0 && e.Seq <= h.After || !slices.Contains(h.Events, e.Type) {
			continue
		}
		if err := tx.QueueDelivery(ctx, h.ID, e); err != nil {
			return err
		}
	}
	return nil
}
