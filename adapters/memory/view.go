package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/fact"
)

var _ view.Reader = (*Store)(nil)

// PutQueue implements view.Tx.
func (t *Tx) PutQueue(_ context.Context, q view.Queue) error {
	put(t, t.s.queues, q.ID, q)
	return nil
}

// PutSwitch implements view.Tx.
func (t *Tx) PutSwitch(_ context.Context, s view.Switch) error {
	put(t, t.s.switches, s.Name, s)
	return nil
}

// SwitchRow implements view.Tx.
func (t *Tx) SwitchRow(_ context.Context, name string) (view.Switch, error) {
	return one(t.s.switches, "switch", name)
}

// PutAgent implements view.Tx.
func (t *Tx) PutAgent(_ context.Context, a view.Agent) error {
	put(t, t.s.agents, a.ID, a)
	return nil
}

// PutInteraction implements view.Tx.
func (t *Tx) PutInteraction(_ context.Context, i view.Interaction) error {
	put(t, t.s.interactions, i.ID, i)
	return nil
}

// AgentRow implements view.Tx.
func (t *Tx) AgentRow(_ context.Context, id orchestrator.AgentID) (view.Agent, error) {
	return one(t.s.agents, "agent", id)
}

// AgentsAt implements view.Tx.
func (t *Tx) AgentsAt(_ context.Context, endpoint string) ([]view.Agent, error) {
	return slices.DeleteFunc(t.s.allAgents(), func(a view.Agent) bool { return a.Endpoint != endpoint }), nil
}

// AgentsOn implements view.Tx.
func (t *Tx) AgentsOn(_ context.Context, sw string) ([]view.Agent, error) {
	return slices.DeleteFunc(t.s.allAgents(), func(a view.Agent) bool { return a.Switch != sw && a.Switch != "" }), nil
}

// AgentWith implements view.Tx.
func (t *Tx) AgentWith(_ context.Context, offer orchestrator.OfferID) (view.Agent, error) {
	for _, a := range t.s.agents {
		if a.Offer == offer && offer != "" {
			return a, nil
		}
	}
	return view.Agent{}, none("agent with the offer", string(offer))
}

// InteractionRow implements view.Tx.
func (t *Tx) InteractionRow(_ context.Context, id orchestrator.InteractionID) (view.Interaction, error) {
	return one(t.s.interactions, "interaction", id)
}

func (s *Store) allAgents() []view.Agent {
	return slices.SortedFunc(maps.Values(s.agents), func(a, b view.Agent) int { return cmp.Compare(a.ID, b.ID) })
}

// counted adds to a queue what is counted and not kept; mu is held.
func (s *Store) counted(q view.Queue) view.Queue {
	for _, i := range s.interactions {
		if i.Queue == q.ID && i.Waiting() && !s.switches[i.Switch].Missed {
			q.Waiting++
			if q.OldestSince.IsZero() || i.Queued.Before(q.OldestSince) {
				q.OldestSince = i.Queued
			}
		}
	}
	return q
}

// Queues implements view.Reader.
func (s *Store) Queues(context.Context) ([]view.Queue, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.SortedFunc(maps.Values(s.queues), func(a, b view.Queue) int { return cmp.Compare(a.ID, b.ID) })
	for i := range all {
		all[i] = s.counted(all[i])
	}
	return all, nil
}

// Queue implements view.Reader.
func (s *Store) Queue(_ context.Context, id orchestrator.QueueID) (view.Queue, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := one(s.queues, "queue", id)
	return s.counted(q), err
}

// Agents implements view.Reader.
func (s *Store) Agents(context.Context) ([]view.Agent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.allAgents(), nil
}

// Agent implements view.Reader.
func (s *Store) Agent(_ context.Context, id orchestrator.AgentID) (view.Agent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return one(s.agents, "agent", id)
}

// newest are all interactions, newest first; mu is held.
func (s *Store) newest() []view.Interaction {
	return slices.SortedFunc(maps.Values(s.interactions), func(a, b view.Interaction) int {
		return cmp.Or(b.Arrived.Compare(a.Arrived), cmp.Compare(b.ID, a.ID))
	})
}

// Interactions implements view.Reader.
func (s *Store) Interactions(_ context.Context, f view.Filter) ([]view.Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows, err := after(s.newest(), f.Before, f.Limit, func(i view.Interaction) string { return string(i.ID) }, func(i view.Interaction) bool {
		return (f.Queue == "" || i.Queue == f.Queue) && (f.Agent == "" || i.Agent == f.Agent) &&
			(f.State == "" || i.State == f.State) && (!f.Live || i.Live()) &&
			(!f.Callbacks || i.Callback != "") && (f.Callback == "" || i.Callback == f.Callback) &&
			!i.Arrived.Before(f.From) && (f.To.IsZero() || i.Arrived.Before(f.To))
	})
	for n := range rows {
		rows[n] = s.placed(rows[n])
	}
	return rows, err
}

// placed adds to an interaction what its switch says of it; mu is held.
func (s *Store) placed(i view.Interaction) view.Interaction {
	if i.Live() {
		i.AwaySince = s.switches[i.Switch].Away
	}
	return i
}

// Interaction implements view.Reader.
func (s *Store) Interaction(_ context.Context, id orchestrator.InteractionID) (view.Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := one(s.interactions, "interaction", id)
	return s.placed(i), err
}

// Timeline implements view.Reader.
func (s *Store) Timeline(_ context.Context, id orchestrator.InteractionID) ([]fact.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	story, err := s.story(id, int64(len(s.lines)))
	if err == nil && len(story) == 0 {
		err = none("interaction", string(id))
	}
	return story, err
}

// Flows implements view.Reader.
func (s *Store) Flows(_ context.Context, id orchestrator.FlowID) ([]fact.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines, err := s.entries(0, len(s.lines))
	seen := map[orchestrator.FlowID]bool{}
	var out []fact.Entry
	for _, e := range slices.Backward(lines) {
		x, is := e.Fact.(fact.FlowPublished)
		if is && (x.Flow == id && len(out) < 100 || id == "" && !seen[x.Flow]) {
			out = append(out, e)
			seen[x.Flow] = true
		}
	}
	return out, err
}

// Tables implements view.Reader.
func (s *Store) Tables(_ context.Context, id orchestrator.TableID) ([]fact.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines, err := s.entries(0, len(s.lines))
	seen := map[orchestrator.TableID]bool{}
	var out []fact.Entry
	for _, e := range slices.Backward(lines) {
		x, is := e.Fact.(fact.RulesPublished)
		if is && (x.Table == id && len(out) < 100 || id == "" && !seen[x.Table]) {
			out = append(out, e)
			seen[x.Table] = true
		}
	}
	return out, err
}

// Seq implements view.Reader.
func (s *Store) Seq(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cursors[desk.Views], nil
}

// WaitFor implements view.Reader.
func (s *Store) WaitFor(ctx context.Context, seq int64) (int64, error) {
	for {
		moved := s.Moved()
		if have, _ := s.Seq(ctx); have >= seq {
			return have, nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return 0, &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "views", Err: ctx.Err(),
				Say: "what you did is written and not yet to be seen; read again in a moment"}
		}
	}
}
