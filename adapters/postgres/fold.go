package postgres

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/view"
)

// rows are the rows of the views in the hand of the reactor that folds them: read once, changed in memory, and written
// together with its cursor in one statement. They hold as long as nobody else moves the cursor.
type rows struct {
	d            *DB
	agents       map[orchestrator.AgentID]view.Agent // all of them; nil before they are read
	interactions map[orchestrator.InteractionID]view.Interaction
	switches     map[string]view.Switch

	queuesPut       map[orchestrator.QueueID]view.Queue // to be written
	agentsPut       map[orchestrator.AgentID]bool
	interactionsPut map[orchestrator.InteractionID]bool
	switchesPut     map[string]bool
}

func newRows(d *DB) *rows {
	return &rows{
		d: d, interactions: map[orchestrator.InteractionID]view.Interaction{}, queuesPut: map[orchestrator.QueueID]view.Queue{},
		agentsPut: map[orchestrator.AgentID]bool{}, interactionsPut: map[orchestrator.InteractionID]bool{},
		switches: map[string]view.Switch{}, switchesPut: map[string]bool{},
	}
}

// changed says whether there is anything to write.
func (r *rows) changed() bool {
	return len(r.queuesPut)+len(r.agentsPut)+len(r.interactionsPut)+len(r.switchesPut) > 0
}

// settled says that everything was written. Interactions that are over are let go.
func (r *rows) settled() {
	for id := range r.interactionsPut {
		if !r.interactions[id].Live() {
			delete(r.interactions, id)
		}
	}
	clear(r.queuesPut)
	clear(r.agentsPut)
	clear(r.interactionsPut)
	clear(r.switchesPut)
}

// fold writes the changed rows and moves the cursor of a reactor, together or not at all: errMoved when it is not where it was.
// It is one statement: a transaction of its own, unless there is one already.
func (t *Tx) fold(ctx context.Context, name string, from place, to int64) error {
	queues, agents, interactions := []wireQueue{}, []wireAgent{}, []wireInteraction{}
	for _, q := range t.rows.queuesPut {
		queues = append(queues, queueOut(q))
	}
	// In order, so that two programs never wait for each other's rows.
	for _, id := range slices.Sorted(maps.Keys(t.rows.agentsPut)) {
		agents = append(agents, agentOut(t.rows.agents[id]))
	}
	for _, id := range slices.Sorted(maps.Keys(t.rows.interactionsPut)) {
		interactions = append(interactions, interactionOut(t.rows.interactions[id]))
	}
	switches := []wireSwitch{}
	for _, name := range slices.Sorted(maps.Keys(t.rows.switchesPut)) {
		switches = append(switches, switchOut(t.rows.switches[name]))
	}
	var texts [4]string
	for i, list := range []any{queues, agents, interactions, switches} {
		text, err := json.Marshal(list)
		if err != nil {
			return err
		}
		texts[i] = string(text)
	}
	s := t.d.q.ViewFold
	if t.tx != nil {
		s = t.tx.StmtxContext(ctx, s)
	}
	var n int
	if err := s.GetContext(ctx, &n, name, from.Seq, to, from.Erased, texts[0], texts[1], texts[2], texts[3]); err != nil {
		return err
	}
	if n == 0 {
		return errMoved
	}
	return nil
}

// agent returns the row of one agent, after all were read once.
func (r *rows) agent(ctx context.Context, t *Tx, id orchestrator.AgentID) (view.Agent, error) {
	if err := r.readAgents(ctx, t); err != nil {
		return view.Agent{}, err
	}
	a, there := r.agents[id]
	if !there {
		return a, none("view.agent", "agent "+string(id))
	}
	return a, nil
}

// readAgents reads all agents, the first time.
func (r *rows) readAgents(ctx context.Context, t *Tx) error {
	if r.agents != nil {
		return nil
	}
	s := r.d.q.AgentList
	if t.tx != nil {
		s = t.tx.StmtxContext(ctx, s)
	}
	var all []agentRow
	if err := s.SelectContext(ctx, &all); err != nil {
		return wrap("view.agent", err)
	}
	r.agents = make(map[orchestrator.AgentID]view.Agent, len(all))
	for _, a := range rowsOf(all) {
		r.agents[a.ID] = a
	}
	return nil
}

// sw returns the row of one switch.
func (r *rows) sw(ctx context.Context, t *Tx, name string) (view.Switch, error) {
	if s, there := r.switches[name]; there {
		return s, nil
	}
	s := r.d.q.SwitchOne
	if t.tx != nil {
		s = t.tx.StmtxContext(ctx, s)
	}
	var row switchRow
	if err := s.GetContext(ctx, &row, name); err != nil {
		return view.Switch{}, missing("view.switch", "switch "+name, err)
	}
	r.switches[name] = row.plain()
	return r.switches[name], nil
}

// interaction returns the row of one interaction.
func (r *rows) interaction(ctx context.Context, t *Tx, id orchestrator.InteractionID) (view.Interaction, error) {
	if i, there := r.interactions[id]; there {
		return i, nil
	}
	s := r.d.q.InteractionOne
	if t.tx != nil {
		s = t.tx.StmtxContext(ctx, s)
	}
	var row interactionRow
	if err := s.GetContext(ctx, &row, id); err != nil {
		return view.Interaction{}, missing("view.interaction", "interaction "+string(id), err)
	}
	r.interactions[id] = row.plain()
	return r.interactions[id], nil
}
