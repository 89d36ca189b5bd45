package provision

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"tandem/orchestrator"
)

// Keepers are those of several switches. The first one's has what says of no switch, and the trunks.
type Keepers []*Keeper

// Name is a switch's own; "" is the first. It is "" where there is only one, which needs none.
func (k Keepers) Name(sw string) string {
	if sw == "" {
		return k[0].Name
	}
	return sw
}

func (k Keepers) at(sw string) (*Keeper, error) {
	for _, one := range k {
		if one.Name == k.Name(sw) {
			return one, nil
		}
	}
	return nil, &orchestrator.Error{Kind: orchestrator.Invalid, Op: "provision", Field: "switch", Say: fmt.Sprintf("there is no switch %q", sw)}
}

// Place says how phones reach a switch; Invalid where there is none of that name, or where it takes no accounts.
func (k Keepers) Place(ctx context.Context, sw string) (Place, error) {
	one, err := k.at(sw)
	if err != nil {
		return Place{}, err
	}
	return one.Place(ctx)
}

// Account makes the switches have the account of an agent as the store has it: the one that it is on, and no other. What the one that it
// is on says counts; a switch that is away and had it before gives it up when it is back.
func (k Keepers) Account(ctx context.Context, agent orchestrator.AgentID, name, sw string) error {
	var failed error
	for _, one := range k {
		if err := one.Account(ctx, agent, name); one.Name == k.Name(sw) {
			failed = err
		}
	}
	return failed
}

// Trunk makes the first switch have a trunk as the store has it, or none.
func (k Keepers) Trunk(ctx context.Context, id orchestrator.TrunkID, name string) error {
	return k[0].Trunk(ctx, id, name)
}

// Failed says why a switch does not have an account or a trunk as it is wanted; nil when nothing is known against it.
func (k Keepers) Failed(sw, name string) error {
	one, err := k.at(sw)
	if err != nil {
		return err
	}
	return one.Failed(name)
}

// States tells how trunks are, by id.
func (k Keepers) States(ctx context.Context, trunks []Trunk) (map[orchestrator.TrunkID]State, error) {
	return k[0].States(ctx, trunks)
}

// Run compares each switch with the store, until ctx ends.
func (k Keepers) Run(ctx context.Context) error {
	var running sync.WaitGroup
	errs := make([]error, len(k))
	for i, one := range k {
		running.Go(func() { errs[i] = one.Run(ctx) })
	}
	running.Wait()
	return errors.Join(errs...)
}
