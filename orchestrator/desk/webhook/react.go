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
		fact.InteractionArrived{}.Kind(), fact.InteractionOpened{}.Kind(), fact.FlowEntered{}.Kind(), fact.ItemQueued{}.Kind(), fact.ItemRequeued{}.Kind(),
		fact.CallbackRequested{}.Kind(), fact.CallbackWaits{}.Kind(), fact.CustomerDialled{}.Kind(), fact.CustomerMissed{}.Kind(),
		fact.CustomerCalledIn{}.Kind(), fact.CallbackResumed{}.Kind(), fact.OfferMade{}.Kind(), fact.OfferConnected{}.Kind(),
		fact.OfferEnded{}.Kind(), fact.CallTransferred{}.Kind(), fact.TalkEnded{}.Kind(), fact.WrapUpEnded{}.Kind(), fact.ItemEnded{}.Kind(),
		fact.InteractionEnded{}.Kind(), fact.SurveyAnswered{}.Kind(), fact.AgentStatusSet{}.Kind(), fact.AgentDefined{}.Kind(), fact.QueueDefined{}.Kind(),
		fact.FlowPublished{}.Kind(), fact.RulesPublished{}.Kind(), TicketOpened, TicketChanged,
	}
}

// React notes a line of the journal for each hook that wants it.
func React(ctx context.Context, tx Tx, e fact.Entry) error {
	return Tell(ctx, tx, Event{Type: e.Fact.Kind(), Lane: lane(e), Seq: e.Seq, At: e.At})
}

// lane is what a line is about, in whose order it is told: one agent's event that is refused does not hold up those of the others.
// The slash keeps these names apart from interactions and tickets.
func lane(e fact.Entry) string {
	if e.About != "" {
		return string(e.About)
	}
	switch x := e.Fact.(type) {
	case fact.AgentStatusSet:
		return "agent/" + string(x.Agent)
	case fact.AgentDefined:
		return "agent/" + string(x.Agent)
	case fact.QueueDefined:
		return "queue/" + string(x.Queue)
	case fact.FlowPublished:
		return "flow/" + string(x.Flow)
	case fact.RulesPublished:
		return "decision/" + string(x.Table)
	}
	return e.Fact.Kind()
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
