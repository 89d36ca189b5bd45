package provision_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/desk/provision/provisiontest"
	"tandem/orchestrator/media"
)

// shelf is a store of accounts only.
type shelf struct {
	provision.Store
	mu   sync.Mutex
	list []provision.Account
	hold chan struct{} // while not nil, the list is not read until it is closed
}

func (s *shelf) put(list ...provision.Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = list
}

func (s *shelf) Accounts(context.Context) ([]provision.Account, error) {
	if s.hold != nil {
		<-s.hold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list, nil
}

func (s *shelf) Account(_ context.Context, agent orchestrator.AgentID) (provision.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.list {
		if a.Agent == agent {
			return a, nil
		}
	}
	return provision.Account{}, &orchestrator.Error{Kind: orchestrator.NotFound}
}

func (s *shelf) Trunks(context.Context) ([]provision.Trunk, error) { return nil, nil }

func account(agent, password string) provision.Account {
	return provision.Account{Agent: orchestrator.AgentID(agent), Name: "tandem-" + agent, HA1: provision.HA1("tandem-"+agent, "tandem", password)}
}

type bench struct {
	*testing.T
	sw     *provisiontest.Switch
	store  *shelf
	keeper *provision.Keeper
}

// begin runs a keeper beside a switch that is away, in virtual time.
func begin(t *testing.T, run func(x *bench)) {
	synctest.Test(t, func(t *testing.T) {
		x := &bench{T: t, sw: provisiontest.NewSwitch(), store: &shelf{}}
		x.keeper = &provision.Keeper{Store: x.store, Switch: x.sw, Log: slog.New(slog.DiscardHandler)}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = x.keeper.Watched(x.sw).Watch(ctx, func(media.Event) {}) })
		running.Go(func() { _ = x.keeper.Run(ctx) })
		synctest.Wait()
		run(x)
		stop()
		running.Wait()
	})
}

func (x *bench) has(want ...provision.Account) {
	x.Helper()
	synctest.Wait()
	have, _ := x.sw.Accounts()
	for _, a := range want {
		if have[a.Name].HA1 != a.HA1 {
			x.Errorf("the switch has %s as %q, want %q", a.Name, have[a.Name].HA1, a.HA1)
		}
		delete(have, a.Name)
	}
	if len(have) > 0 {
		x.Errorf("the switch has too much: %v", have)
	}
}

// What was kept while the switch was away, or by a program that was killed before it told the switch, is there after the next Up; so is
// what was taken away meanwhile.
func TestUpMends(t *testing.T) {
	begin(t, func(x *bench) {
		x.store.put(account("ann", "one"), account("bob", "one"))
		x.sw.Leave(account("ann", "old"))
		x.sw.Leave(account("eve", "one"))
		if err := x.keeper.Account(x.Context(), "ann", "tandem-ann"); orchestrator.KindOf(err) != orchestrator.Unavailable {
			x.Errorf("a switch that is away took an account: %v", err)
		}
		x.sw.Connect(true)
		x.has(account("ann", "one"), account("bob", "one"))

		x.sw.Connect(false)
		x.store.put(account("bob", "two"))
		if err := x.keeper.Failed("tandem-bob"); orchestrator.KindOf(err) != orchestrator.Unavailable {
			x.Errorf("while the switch is away an account is in force: %v", err)
		}
		x.sw.Connect(true)
		x.has(account("bob", "two"))
	})
}

// Nothing is said to be in force on a switch that has come up until it was compared: it may have forgotten everything.
func TestInForceWhenCompared(t *testing.T) {
	begin(t, func(x *bench) {
		x.store.put(account("ann", "one"), account("bob", "one"))
		x.store.hold = make(chan struct{})
		x.sw.Connect(true)
		synctest.Wait()
		if err := x.keeper.Failed("tandem-ann"); orchestrator.KindOf(err) != orchestrator.Unavailable {
			x.Errorf("before it was compared an account is in force: %v", err)
		}
		close(x.store.hold)
		synctest.Wait()
		if err := x.keeper.Failed("tandem-ann"); err != nil {
			x.Errorf("compared, it is not: %v", err)
		}
	})
}

// One account is told at once, and one that is gone is taken away.
func TestOneAtOnce(t *testing.T) {
	begin(t, func(x *bench) {
		x.sw.Connect(true)
		synctest.Wait()
		x.store.put(account("ann", "one"))
		if err := x.keeper.Account(x.Context(), "ann", "tandem-ann"); err != nil {
			x.Fatal(err)
		}
		x.has(account("ann", "one"))
		x.store.put()
		if err := x.keeper.Account(x.Context(), "ann", "tandem-ann"); err != nil {
			x.Fatal(err)
		}
		x.has()
	})
}

// What somebody changes on the switch is mended within minutes, without any event.
func TestMendsFromTimeToTime(t *testing.T) {
	begin(t, func(x *bench) {
		x.store.put(account("ann", "one"))
		x.sw.Connect(true)
		x.has(account("ann", "one"))
		x.sw.Leave(account("ann", "changed"))
		x.sw.Leave(account("eve", "one"))
		time.Sleep(6 * time.Minute)
		x.has(account("ann", "one"))
	})
}

// What the switch refuses is told by name, and keeps nothing else from being done.
func TestRefused(t *testing.T) {
	begin(t, func(x *bench) {
		x.sw.Refuse("tandem-ann")
		x.store.put(account("ann", "one"), account("bob", "one"))
		x.sw.Connect(true)
		x.has(account("bob", "one"))
		if x.keeper.Failed("tandem-ann") == nil || x.keeper.Failed("tandem-bob") != nil {
			x.Errorf("failed are %v, %v", x.keeper.Failed("tandem-ann"), x.keeper.Failed("tandem-bob"))
		}
		x.sw.Refuse("tandem-bob")
		if err := x.keeper.Account(x.Context(), "bob", "tandem-bob"); err == nil || x.keeper.Failed("tandem-bob") == nil {
			x.Error("a refused account is in force")
		}
	})
}

// A password of a trunk shows itself to nobody by accident.
func TestSecretsStayIn(t *testing.T) {
	trunk := provision.Trunk{ID: "main", Password: provision.Secret("quiet-please")}
	text, err := json.Marshal(trunk)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "trunk", trunk, "password", trunk.Password)
	for _, shown := range []string{fmt.Sprint(trunk), fmt.Sprintf("%+v", trunk), fmt.Sprintf("%#v", trunk), string(text), log.String()} {
		if strings.Contains(shown, "quiet-please") {
			t.Errorf("it is shown: %s", shown)
		}
	}
	if trunk.Password.Reveal() != "quiet-please" {
		t.Error("it is lost")
	}
}

// Each password is new, long enough, and typed with small letters and digits.
func TestPasswords(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		p := provision.Password()
		if len(p) < 26 || strings.ToLower(p) != p || seen[p] {
			t.Fatalf("password %q", p)
		}
		seen[p] = true
	}
	// The example of RFC 2617 section 3.5.
	if got := provision.HA1("Mufasa", "testrealm@host.com", "Circle Of Life"); got != "939e7578ed9e3c518a452acee763bce9" {
		t.Errorf("HA1 is %s", got)
	}
}
