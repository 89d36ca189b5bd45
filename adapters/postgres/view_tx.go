package postgres

import (
	"context"

	"github.com/lib/pq"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/view"
)

// PutQueue implements view.Tx.
func (t *Tx) PutQueue(ctx context.Context, q view.Queue) error {
	_, err := t.run(ctx, t.d.q.QueuePut, q.ID, clean(q.Name), clean(q.Number), clean(q.Greeting), clean(q.Music),
		q.RingFor.Microseconds(), q.WrapUp.Microseconds(), q.Tickets)
	return wrap("view.queue", err)
}

// PutAgent implements view.Tx.
func (t *Tx) PutAgent(ctx context.Context, a view.Agent) error {
	queues := make(pq.StringArray, len(a.Queues))
	for i, q := range a.Queues {
		queues[i] = clean(string(q))
	}
	_, err := t.run(ctx, t.d.q.AgentPut, a.ID, clean(a.Name), clean(a.Endpoint), queues, a.Status, clean(a.Reason),
		a.StatusSince.UTC(), a.NotResponding, a.Phone, orNull(a.CoolUntil), a.Offer, a.OfferState, a.Interaction)
	return wrap("view.agent", err)
}

// PutInteraction implements view.Tx.
func (t *Tx) PutInteraction(ctx context.Context, i view.Interaction) error {
	_, err := t.run(ctx, t.d.q.InteractionPut, i.ID, clean(i.Switch), clean(i.From), clean(i.Name), clean(i.To), i.Queue, i.State,
		clean(i.Reason), i.Agent, i.Arrived.UTC(), orNull(i.Queued), orNull(i.Connected), orNull(i.Ended), i.Estimated,
		i.Live(), i.Waiting())
	return wrap("view.interaction", err)
}

// QueueRow implements view.Tx.
func (t *Tx) QueueRow(ctx context.Context, id orchestrator.QueueID) (view.Queue, error) {
	var row queueRow
	err := t.get(ctx, &row, t.d.q.QueueList, id)
	return row.plain(), missing("view.queue", "queue "+string(id), err)
}

// AgentRow implements view.Tx.
func (t *Tx) AgentRow(ctx context.Context, id orchestrator.AgentID) (view.Agent, error) {
	var row agentRow
	err := t.get(ctx, &row, t.d.q.AgentOne, id)
	return row.plain(), missing("view.agent", "agent "+string(id), err)
}

// AgentsAt implements view.Tx.
func (t *Tx) AgentsAt(ctx context.Context, endpoint string) ([]view.Agent, error) {
	var rows []agentRow
	err := t.list(ctx, &rows, t.d.q.AgentAt, clean(endpoint))
	return rowsOf(rows), wrap("view.agent", err)
}

// AgentWith implements view.Tx.
func (t *Tx) AgentWith(ctx context.Context, offer orchestrator.OfferID) (view.Agent, error) {
	var row agentRow
	err := t.get(ctx, &row, t.d.q.AgentWith, offer)
	return row.plain(), missing("view.agent", "agent with the offer "+string(offer), err)
}

// InteractionRow implements view.Tx.
func (t *Tx) InteractionRow(ctx context.Context, id orchestrator.InteractionID) (view.Interaction, error) {
	var row interactionRow
	err := t.get(ctx, &row, t.d.q.InteractionOne, id)
	return row.plain(), missing("view.interaction", "interaction "+string(id), err)
}
