package provision

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/retry"
	"tandem/orchestrator/media"
)

const (
	// mendAgain is how often everything is compared although nothing is known to have changed: somebody may have changed the switch.
	mendAgain = 5 * time.Minute
	// mendLimit bounds one comparison of everything.
	mendLimit = 2 * time.Minute
)

// Keeper makes the switch have what the store says. Its methods may be called from several goroutines.
type Keeper struct {
	Store  Store
	Switch Switch
	Log    *slog.Logger
	Name   string // of the switch among several; "" where there is only one
	First  bool   // it has what says of no switch, and the trunks; where there is only one, that does

	once   sync.Once
	bell   chan struct{} // holds one token while everything is to be compared
	mu     sync.Mutex    // held over a comparison, so that an older one never overtakes a newer one
	look   sync.Mutex    // guards what follows
	up     bool
	failed map[string]error // by name
	ups    int              // counts Ups: a comparison that began before one says nothing of the switch that came up then
	known  map[string]bool  // names that were compared since Up; nil: all were
}

func (k *Keeper) begin() {
	k.once.Do(func() { k.bell, k.failed = make(chan struct{}, 1), map[string]error{} })
}

// mine says whether what names a switch, or none, is this one's.
func (k *Keeper) mine(sw string) bool { return k.Name == "" || sw == k.Name || sw == "" && k.First }

// Watched returns the switch with an ear on it: everything is compared after each Up, and nothing is said to it after a Down.
func (k *Keeper) Watched(sw media.Switch) media.Switch { return watched{sw, k} }

type watched struct {
	media.Switch
	keeper *Keeper
}

// Watch implements media.Switch.
func (w watched) Watch(ctx context.Context, tell func(media.Event)) error {
	defer w.keeper.line(false)
	return w.Switch.Watch(ctx, func(e media.Event) {
		switch e.Kind {
		case media.Up:
			w.keeper.line(true)
		case media.Down:
			w.keeper.line(false)
		}
		tell(e)
	})
}

// line notes that the line to the switch came or went.
func (k *Keeper) line(up bool) {
	k.begin()
	k.look.Lock()
	k.up, k.known = up, map[string]bool{}
	k.ups++
	k.look.Unlock()
	if up {
		k.ring()
	}
}

func (k *Keeper) ring() {
	select {
	case k.bell <- struct{}{}:
	default:
	}
}

// Run compares everything after each Up and every few minutes, until ctx ends.
func (k *Keeper) Run(ctx context.Context) error {
	k.begin()
	failures := 0
	for {
		wait := mendAgain
		if failures > 0 {
			wait = retry.Pause(failures, time.Second, mendAgain, 0.5)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-k.bell:
		case <-timer.C:
		}
		timer.Stop()
		if err := k.mendAll(ctx); err != nil && ctx.Err() == nil {
			failures++
			k.Log.Warn("phones and trunks were not compared with the switch; it is tried again", "cause", err)
			continue
		}
		failures = 0
	}
}

// mendAll compares everything. Without a line there is nothing to do: its Up rings the bell.
func (k *Keeper) mendAll(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.look.Lock()
	up, since := k.up, k.ups
	k.look.Unlock()
	if !up {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, mendLimit)
	defer cancel()
	w, err := k.wanted(ctx)
	if err != nil {
		return err
	}
	changed, failed := 0, map[string]error{}
	if len(w.Accounts)+len(w.Trunks)+len(w.Gone) > 0 {
		if changed, failed, err = k.Switch.Mend(ctx, w); err != nil {
			return err
		}
	}
	k.look.Lock()
	k.failed = failed
	if k.ups == since {
		k.known = nil
	}
	k.look.Unlock()
	for name, why := range failed {
		k.Log.Error("the switch does not take an account or a trunk", "name", name, "cause", why)
	}
	if changed > 0 {
		k.Log.Info("phones and trunks were mended on the switch", "changed", changed, "accounts", len(w.Accounts), "trunks", len(w.Trunks))
	}
	return nil
}

// wanted reads what the switch is to have, and which names of ours it has beside it.
func (k *Keeper) wanted(ctx context.Context) (w Wanted, err error) {
	if w.Accounts, err = k.Store.Accounts(ctx); err != nil {
		return w, err
	}
	w.Accounts = slices.DeleteFunc(slices.Clone(w.Accounts), func(a Account) bool { return !k.mine(a.Switch) })
	if k.mine("") {
		if w.Trunks, err = k.Store.Trunks(ctx); err != nil {
			return w, err
		}
	}
	strange, err := k.Switch.Ours(ctx)
	if orchestrator.KindOf(err) == orchestrator.Invalid && len(w.Accounts)+len(w.Trunks) == 0 {
		return w, nil // a switch that was never set up for accounts, and none is wanted
	}
	if err != nil {
		return w, err
	}
	known := map[string]bool{}
	for _, a := range w.Accounts {
		known[a.Name] = true
	}
	for _, t := range w.Trunks {
		known[t.Name] = true
	}
	w.Gone = slices.DeleteFunc(strange, func(name string) bool { return known[name] })
	return w, nil
}

// Place says how phones reach the switch; Invalid where it takes no accounts.
func (k *Keeper) Place(ctx context.Context) (Place, error) { return k.Switch.Place(ctx) }

// Account makes the switch have the account of an agent as the store has it, or none. Unavailable while the switch is away: then it
// is done when it is back.
func (k *Keeper) Account(ctx context.Context, agent orchestrator.AgentID, name string) error {
	return k.one(ctx, name, func() (w Wanted, err error) {
		a, err := k.Store.Account(ctx, agent)
		switch {
		case err == nil && !k.mine(a.Switch):
			w.Gone = []string{name}
		case err == nil:
			w.Accounts = []Account{a}
		}
		return w, err
	})
}

// Trunk makes the switch have a trunk as the store has it, or none. Unavailable as with Account.
func (k *Keeper) Trunk(ctx context.Context, id orchestrator.TrunkID, name string) error {
	return k.one(ctx, name, func() (w Wanted, err error) {
		t, err := k.Store.Trunk(ctx, id)
		if err == nil {
			w.Trunks = []Trunk{t}
		}
		return w, err
	})
}

func (k *Keeper) one(ctx context.Context, name string, read func() (Wanted, error)) error {
	k.begin()
	if !k.isUp() {
		return away(nil)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	w, err := read()
	if orchestrator.KindOf(err) == orchestrator.NotFound {
		w, err = Wanted{Gone: []string{name}}, nil
	}
	if err != nil {
		return err
	}
	_, failed, err := k.Switch.Mend(ctx, w)
	if err != nil {
		k.ring() // it is tried again without us
		return away(err)
	}
	k.look.Lock()
	defer k.look.Unlock()
	if k.known != nil {
		k.known[name] = true
	}
	k.failed = maps.Clone(k.failed)
	if delete(k.failed, name); failed[name] != nil {
		k.failed[name] = failed[name]
	}
	return failed[name]
}

func away(cause error) error {
	return &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "provision", Err: cause, Say: "the switch is away; it gets this when it is back"}
}

// Failed says why the switch does not have an account or a trunk as it is wanted, or that it is not known yet; nil when it was compared
// since the switch came up and nothing is known against it.
func (k *Keeper) Failed(name string) error {
	k.begin()
	k.look.Lock()
	defer k.look.Unlock()
	switch {
	case !k.up:
		return away(nil)
	case k.known != nil && !k.known[name]:
		return &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "provision", Say: "the switch has just come up, and is being compared with what is wanted"}
	}
	return k.failed[name]
}

func (k *Keeper) isUp() bool {
	k.look.Lock()
	defer k.look.Unlock()
	return k.up
}

// States tells how trunks are, by id.
func (k *Keeper) States(ctx context.Context, trunks []Trunk) (map[orchestrator.TrunkID]State, error) {
	states := map[orchestrator.TrunkID]State{}
	if !k.isUp() || len(trunks) == 0 {
		return states, nil
	}
	said, err := k.Switch.TrunkStates(ctx, trunks)
	if err != nil {
		return states, fmt.Errorf("the state of the trunks: %w", err)
	}
	for _, t := range trunks {
		states[t.ID] = said[t.Name]
	}
	return states, nil
}
