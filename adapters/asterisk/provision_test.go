package asterisk_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/adapters/asterisk"
	"tandem/adapters/asterisk/fakeari"
	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
	"tandem/adapters/softphone"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/desk/provision/provisiontest"
	"tandem/orchestrator/media"
)

// TestFakeProvision runs the suite of accounts and trunks against the fake.
func TestFakeProvision(t *testing.T) {
	ari := fakeari.New(t)
	ari.NewPhone("foreign")
	provisiontest.Run(t, &fakeAccounts{ari: ari})
}

// A host that a trunk does not have any more leaves nothing that would let its calls in.
func TestHostOfATrunkGoes(t *testing.T) {
	ari := fakeari.New(t)
	sw := (&fakeAccounts{ari: ari}).Switch(t)
	for _, hosts := range [][]string{{"192.0.2.1/32", "192.0.2.2/32"}, {"192.0.2.2/32"}, {}} {
		w := provision.Wanted{Trunks: []provision.Trunk{{ID: "x", Name: "tandem.x", Hosts: hosts}}}
		if len(hosts) == 0 {
			w = provision.Wanted{Gone: []string{"tandem.x"}}
		}
		if _, failed, err := sw.Mend(t.Context(), w); err != nil || len(failed) > 0 {
			t.Fatal(err, failed)
		}
		var have []string
		for i := range 3 {
			if match := ari.Field("identify", fmt.Sprintf("tandem.x.%d", i), "match"); match != "" {
				have = append(have, match)
			}
		}
		if !slices.Equal(have, hosts) {
			t.Errorf("calls are let in from %v, wanted from %v", have, hosts)
		}
	}
}

// A trunk that we register with is told as Asterisk sees its server; of one by address nobody knows anything.
func TestTrunkStates(t *testing.T) {
	ari := fakeari.New(t)
	sw := (&fakeAccounts{ari: ari}).Switch(t)
	far := provision.Trunk{ID: "far", Name: "tandem.far", Server: "192.0.2.1", User: "x", Password: provision.Secret("y")}
	near := provision.Trunk{ID: "near", Name: "tandem.near", Hosts: []string{"192.0.2.2/32"}}
	w := provision.Wanted{Trunks: []provision.Trunk{far, near}}
	if _, failed, err := sw.Mend(t.Context(), w); err != nil || len(failed) > 0 {
		t.Fatal(err, failed)
	}
	for _, want := range []provision.State{provision.Unreachable, provision.Reachable} {
		states, err := sw.TrunkStates(t.Context(), w.Trunks)
		if err != nil || states["tandem.far"] != want || states["tandem.near"] != provision.Unknown {
			t.Errorf("the states are %v, %v, want %s", states, err, want)
		}
		for name, leaves := range map[string]bool{"tandem.far": want == provision.Reachable, "tandem.near": false, "nobody": false} {
			if is, err := sw.(*asterisk.Switch).Leaves(t.Context(), name); err != nil || is != leaves {
				t.Errorf("calls leave by %s: %v, %v", name, is, err)
			}
		}
		ari.RegisterAt("tandem.far", "sip:192.0.2.1")
	}
}

// watch connects a switch until the case ends.
func watch(t *testing.T, sw *asterisk.Switch, tell func(media.Event)) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	up := make(chan struct{}, 1)
	running.Go(func() {
		_ = sw.Watch(ctx, func(e media.Event) {
			tell(e)
			if e.Kind == media.Up {
				select {
				case up <- struct{}{}:
				default:
				}
			}
		})
	})
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	select {
	case <-up:
	case <-time.After(20 * time.Second):
		t.Fatal("the switch does not come up")
	}
}

func connected(t *testing.T, c asterisk.Config, tell func(media.Event)) *asterisk.Switch {
	t.Helper()
	sw, err := asterisk.New(c, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	watch(t, sw, tell)
	return sw
}

type fakeAccounts struct {
	ari *fakeari.Server
	sw  *asterisk.Switch // connected last
}

func (b *fakeAccounts) Switch(t *testing.T) provision.Switch {
	b.sw = connected(t, asterisk.Config{Name: "one", URL: b.ari.URL(), App: fakeari.App, User: fakeari.User, Password: fakeari.Password, Timeout: 15 * time.Second}, func(media.Event) {})
	return b.sw
}

// Register returns when the adapter has heard of it: Asterisk does not tell where phones are, so whoever is to be thrown out must have been
// heard to register.
func (b *fakeAccounts) Register(t *testing.T, account, password string) bool {
	t.Helper()
	if name, right := b.Foreign(); account == name {
		return password == right
	}
	if b.ari.Field("endpoint", account, "auth") != account || b.ari.Field("endpoint", account, "aors") != account ||
		b.ari.Field("auth", account, "md5_cred") != provision.HA1(account, b.ari.Field("auth", account, "realm"), password) {
		return false
	}
	b.ari.RegisterAt(account, "sip:"+account+"@192.0.2.7:5060")
	heard := b.sw.Figures().Unknown
	b.ari.Emit(map[string]any{"type": "Filler"})
	until(t, "the adapter hears what came before", func() bool { return b.sw.Figures().Unknown > heard })
	return true
}

func (b *fakeAccounts) Registered(_ *testing.T, account string) bool {
	return b.ari.IsRegistered(account)
}

func (b *fakeAccounts) Foreign() (account, password string) { return "foreign", "its own" }

func (b *fakeAccounts) Spoil(_ *testing.T, account string) {
	b.ari.SetField("auth", account, "md5_cred", "00000000000000000000000000000000")
}

func (b *fakeAccounts) Restart(*testing.T) bool { return false }

// TestRealProvision runs it against a private Asterisk.
func TestRealProvision(t *testing.T) {
	pbx := labtest.Asterisk(t, lab.AsteriskConfig{Accounts: []string{"foreign"}})
	b := &realAccounts{pbx}
	provisiontest.Run(t, b)
	t.Run("Taken", b.taken)
}

type realAccounts struct{ pbx *lab.Asterisk }

func (b *realAccounts) Switch(t *testing.T) provision.Switch {
	return connected(t, b.config(), func(media.Event) {})
}

func (b *realAccounts) config() asterisk.Config {
	return asterisk.Config{Name: "one", URL: b.pbx.ARIURL, App: b.pbx.App, User: b.pbx.User, Password: b.pbx.Password, Transport: "udp",
		Timeout: 15 * time.Second, Ping: 15 * time.Second, // the cases are about what is done, not how soon, and the machine may be busy
	}
}

func (b *realAccounts) Register(t *testing.T, account, password string) bool {
	t.Helper()
	phone, err := softphone.New(softphone.Config{User: account, Password: password, Registrar: b.pbx.SIPAddress})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	t.Cleanup(phone.Vanish) // it would unregister an account that belongs to a later case
	if phone.Register(ctx) != nil {
		return false
	}
	until(t, "Asterisk shows the phone", func() bool { return b.Registered(t, account) })
	return true
}

func (b *realAccounts) Registered(t *testing.T, account string) bool {
	t.Helper()
	var e struct{ State string }
	(&realBench{pbx: b.pbx}).get(t, "/endpoints/PJSIP/"+account, &e)
	return e.State == "online"
}

func (b *realAccounts) Foreign() (account, password string) {
	return "foreign", b.pbx.AccountPassword("foreign")
}

func (b *realAccounts) Spoil(t *testing.T, account string) {
	t.Helper()
	body := `{"fields":[{"attribute":"md5_cred","value":"00000000000000000000000000000000"}]}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, b.pbx.ARIURL+"/asterisk/config/dynamic/res_pjsip/auth/"+account, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.SetBasicAuth(b.pbx.User, b.pbx.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatal(res.Status)
	}
}

func (b *realAccounts) Restart(t *testing.T) bool {
	t.Helper()
	if err := b.pbx.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := b.pbx.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return true
}

// taken: an account whose name stands in Asterisk's own files is told as failed, and stays what it was.
func (b *realAccounts) taken(t *testing.T) {
	pbx := labtest.Asterisk(t, lab.AsteriskConfig{Accounts: []string{"tandem-ann"}})
	sw := (&realAccounts{pbx}).Switch(t)
	changed, failed, err := sw.Mend(t.Context(), provision.Wanted{Accounts: []provision.Account{{
		Agent: "ann", Name: "tandem-ann", Realm: "tandem", HA1: provision.HA1("tandem-ann", "tandem", "stolen"),
	}}})
	if err != nil || changed != 0 || failed["tandem-ann"] == nil {
		t.Errorf("%d changed, %v, %v", changed, failed, err)
	}
	if !(&realAccounts{pbx}).Register(t, "tandem-ann", pbx.AccountPassword("tandem-ann")) {
		t.Error("its own password does not let it in any more")
	}
}
