package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
)

var _ provision.Store = (*Store)(nil)

// PutAccount implements provision.Store.
func (s *Store) PutAccount(_ context.Context, a provision.Account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts[a.Agent] = a
	return nil
}

// Account implements provision.Store.
func (s *Store) Account(_ context.Context, agent orchestrator.AgentID) (provision.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return one(s.accounts, "phone account of agent", agent)
}

// Accounts implements provision.Store.
func (s *Store) Accounts(context.Context) ([]provision.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(maps.Values(s.accounts), func(a, b provision.Account) int { return cmp.Compare(a.Agent, b.Agent) }), nil
}

// DropAccount implements provision.Store.
func (s *Store) DropAccount(_ context.Context, agent orchestrator.AgentID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := one(s.accounts, "phone account of agent", agent)
	delete(s.accounts, agent)
	return err
}

// PutTrunk implements provision.Store.
func (s *Store) PutTrunk(_ context.Context, t provision.Trunk) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.Hosts = slices.Clone(t.Hosts)
	s.trunks[t.ID] = t
	return nil
}

// Trunk implements provision.Store.
func (s *Store) Trunk(_ context.Context, id orchestrator.TrunkID) (provision.Trunk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return one(s.trunks, "trunk", id)
}

// Trunks implements provision.Store.
func (s *Store) Trunks(context.Context) ([]provision.Trunk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(maps.Values(s.trunks), func(a, b provision.Trunk) int { return cmp.Compare(a.ID, b.ID) }), nil
}

// DropTrunk implements provision.Store.
func (s *Store) DropTrunk(_ context.Context, id orchestrator.TrunkID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := one(s.trunks, "trunk", id)
	delete(s.trunks, id)
	return err
}
