package postgres

import (
	"cmp"
	"context"
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/view"
)

// PutQueue implements view.Tx.
func (t *Tx) PutQueue(_ context.Context, q view.Queue) error {
	t.rows.queuesPut[q.ID] = q
	return nil
}

// PutSwitch implements view.Tx.
func (t *Tx) PutSwitch(_ context.Context, s view.Switch) error {
	t.rows.switches[s.Name], t.rows.switchesPut[s.Name] = s, true
	return nil
}

// SwitchRow implements view.Tx.
func (t *Tx) SwitchRow(ctx context.Context, name string) (view.Switch, error) {
	return t.rows.sw(ctx, t, name)
}

// PutAgent implements view.Tx.
func (t *Tx) PutAgent(ctx context.Context, a view.Agent) error {
	if err := t.rows.readAgents(ctx, t); err != nil {
		return err
	}
	t.rows.agents[a.ID], t.rows.agentsPut[a.ID] = a, true
	return nil
}

// PutInteraction implements view.Tx.
func (t *Tx) PutInteraction(_ context.Context, i view.Interaction) error {
	t.rows.interactions[i.ID], t.rows.interactionsPut[i.ID] = i, true
	return nil
}

// AgentRow implements view.Tx.
func (t *Tx) AgentRow(ctx context.Context, id orchestrator.AgentID) (view.Agent, error) {
	return t.rows.agent(ctx, t, id)
}

// AgentsAt implements view.Tx.
func (t *Tx) AgentsAt(ctx context.Context, endpoint string) ([]view.Agent, error) {
	if err := t.rows.readAgents(ctx, t); err != nil {
		return nil, err
	}
	at := []view.Agent{}
	for _, a := range t.rows.agents {
		if a.Endpoint == endpoint {
			at = append(at, a)
		}
	}
	slices.SortFunc(at, func(a, b view.Agent) int { return cmp.Compare(a.ID, b.ID) })
	return at, nil
}

// AgentsOn implements view.Tx.
func (t *Tx) AgentsOn(ctx context.Context, sw string) ([]view.Agent, error) {
	if err := t.rows.readAgents(ctx, t); err != nil {
		return nil, err
	}
	on := []view.Agent{}
	for _, a := range t.rows.agents {
		if a.Switch == sw || a.Switch == "" {
			on = append(on, a)
		}
	}
	slices.SortFunc(on, func(a, b view.Agent) int { return cmp.Compare(a.ID, b.ID) })
	return on, nil
}

// AgentWith implements view.Tx.
func (t *Tx) AgentWith(ctx context.Context, offer orchestrator.OfferID) (view.Agent, error) {
	if err := t.rows.readAgents(ctx, t); err != nil {
		return view.Agent{}, err
	}
	for _, a := range t.rows.agents {
		if a.Offer == offer && offer != "" {
			return a, nil
		}
	}
	return view.Agent{}, none("view.agent", "agent with the offer "+string(offer))
}

// InteractionRow implements view.Tx.
func (t *Tx) InteractionRow(ctx context.Context, id orchestrator.InteractionID) (view.Interaction, error) {
	return t.rows.interaction(ctx, t, id)
}
