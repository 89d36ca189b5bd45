package provision_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/desk/provision/provisiontest"
	"tandem/orchestrator/media"
)

// Of several switches each has its own accounts, the first those of which nothing is said; an account that moves is taken from where it
// was, at once or when that is back.
func TestAccountsOfSeveralSwitches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &shelf{}
		a, b := &bench{T: t, sw: provisiontest.NewSwitch()}, &bench{T: t, sw: provisiontest.NewSwitch()}
		var keepers provision.Keepers
		for name, x := range map[string]*bench{"a": a, "b": b} {
			k := &provision.Keeper{Store: store, Switch: x.sw, Log: slog.New(slog.DiscardHandler), Name: name, First: name == "a"}
			if keepers = append(keepers, k); k.First {
				keepers[0], keepers[len(keepers)-1] = k, keepers[0]
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = keepers.Run(ctx) })
		running.Go(func() { _ = keepers[0].Watched(a.sw).Watch(ctx, func(media.Event) {}) })
		running.Go(func() { _ = keepers[1].Watched(b.sw).Watch(ctx, func(media.Event) {}) })
		synctest.Wait()
		ann, bob := account("ann", "one"), account("bob", "one")
		bob.Switch = "b"
		store.put(ann, bob)
		a.sw.Connect(true)
		b.sw.Connect(true)
		a.has(ann)
		b.has(bob)
		if keepers.Name("") != "a" || keepers.Failed("", ann.Name) != nil || keepers.Failed("b", bob.Name) != nil {
			t.Errorf("in force are %v, %v", keepers.Failed("", ann.Name), keepers.Failed("b", bob.Name))
		}
		b.sw.Connect(false)
		synctest.Wait()
		bob.Switch = "a"
		store.put(ann, bob)
		if err := keepers.Account(ctx, "bob", bob.Name, "a"); err != nil {
			t.Errorf("moved: %v", err)
		}
		a.has(ann, bob)
		b.sw.Connect(true)
		b.has()
		if _, err := keepers.Place(ctx, "c"); orchestrator.KindOf(err) != orchestrator.Invalid {
			t.Errorf("a switch that is none: %v", err)
		}
		stop()
		running.Wait()
	})
}
