package freeswitch_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/adapters/freeswitch"
	"tandem/adapters/freeswitch/fakeesl"
	"tandem/adapters/lab"
	"tandem/adapters/softphone"
	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/desk/provision/provisiontest"
	"tandem/orchestrator/media"
)

// TestFakeProvision runs the suite of accounts and trunks against the fake.
func TestFakeProvision(t *testing.T) {
	b := &fakeAccounts{esl: fakeesl.New(t), directory: t.TempDir(), gateways: t.TempDir()}
	b.esl.Include(b.directory)
	provisiontest.Run(t, b)
}

// linked watches a switch until the case ends.
func linked(t *testing.T, c freeswitch.Config) *freeswitch.Switch {
	t.Helper()
	sw, err := freeswitch.New(c, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	up := make(chan struct{}, 16)
	running.Go(func() {
		_ = sw.Watch(ctx, func(e media.Event) {
			if e.Kind == media.Up {
				up <- struct{}{}
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
	return sw
}

type fakeAccounts struct {
	esl                 *fakeesl.Server
	directory, gateways string
}

func (b *fakeAccounts) config() freeswitch.Config {
	return freeswitch.Config{Name: "one", Address: b.esl.Address, Password: fakeesl.Password, Directory: b.directory, Gateways: b.gateways}
}

func (b *fakeAccounts) Switch(t *testing.T) provision.Switch { return linked(t, b.config()) }

func (b *fakeAccounts) Register(_ *testing.T, account, password string) bool {
	if name, right := b.Foreign(); account == name {
		return password == right
	}
	return b.esl.RegisterAs(account, provision.HA1(account, fakeesl.Domain, password))
}

func (b *fakeAccounts) Registered(_ *testing.T, account string) bool {
	return b.esl.IsRegistered(account)
}

func (b *fakeAccounts) Foreign() (account, password string) { return "foreign", "its own" }

func (b *fakeAccounts) Spoil(t *testing.T, account string) {
	t.Helper()
	spoil(t, b.directory, account)
	b.esl.Reload()
}

// spoil changes the file of an account, as an editor would.
func spoil(t *testing.T, directory, account string) {
	t.Helper()
	file := filepath.Join(directory, account+".xml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	mark, _, _ := strings.Cut(string(text), "\n")
	if err := os.WriteFile(file, []byte(mark+"\n<include/>\n"), 0o640); err != nil {
		t.Fatal(err)
	}
}

func (b *fakeAccounts) Restart(*testing.T) bool { return false }

// A file of the same name that Tandem has not made stays what it is, and is not listed.
func TestForeignFile(t *testing.T) {
	b := &fakeAccounts{esl: fakeesl.New(t), directory: t.TempDir(), gateways: t.TempDir()}
	b.esl.Include(b.directory)
	file := filepath.Join(b.directory, "tandem-ann.xml")
	const own = "<include><user id=\"tandem-ann\"/></include>"
	if err := os.WriteFile(file, []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	sw := b.Switch(t)
	ann := provision.Account{Agent: "ann", Name: "tandem-ann", Realm: fakeesl.Domain, HA1: strings.Repeat("1", 32)}
	for _, w := range []provision.Wanted{{Accounts: []provision.Account{ann}}, {Gone: []string{"tandem-ann"}}} {
		changed, failed, err := sw.Mend(t.Context(), w)
		if err != nil || changed != 0 || failed["tandem-ann"] == nil {
			t.Errorf("%d changed, %v, %v", changed, failed, err)
		}
	}
	if text, _ := os.ReadFile(file); string(text) != own {
		t.Errorf("it became %s", text)
	}
	if names, err := sw.Ours(t.Context()); err != nil || len(names) > 0 {
		t.Errorf("ours are %v, %v", names, err)
	}
}

// Without a folder nothing can be made, and the answer says which setting is missing; a folder that FreeSWITCH does not read is noticed.
func TestNotSetUp(t *testing.T) {
	b := &fakeAccounts{esl: fakeesl.New(t)}
	sw := b.Switch(t)
	if _, err := sw.Place(t.Context()); orchestrator.KindOf(err) != orchestrator.Invalid || !strings.Contains(err.Error(), "TANDEM_FREESWITCH_DIRECTORY") {
		t.Errorf("the place is told with %v", err)
	}
	b.directory = t.TempDir()
	sw = b.Switch(t)
	_, failed, err := sw.Mend(t.Context(), provision.Wanted{Accounts: []provision.Account{{Agent: "ann", Name: "tandem-ann", HA1: strings.Repeat("1", 32)}}})
	if err != nil || failed["tandem-ann"] == nil || !strings.Contains(failed["tandem-ann"].Error(), "does not read") {
		t.Errorf("%v, %v", failed, err)
	}
	far := provision.Trunk{ID: "far", Name: "tandem.far", Server: "192.0.2.1", User: "x", Password: provision.Secret("y")}
	if _, failed, err = sw.Mend(t.Context(), provision.Wanted{Trunks: []provision.Trunk{far}}); err != nil || failed["tandem.far"] == nil {
		t.Errorf("%v, %v", failed, err)
	}
}

// FreeSWITCH would let in without the password: such a trunk is refused, and what was there before stays.
func TestAddressWithPassword(t *testing.T) {
	b := &fakeAccounts{esl: fakeesl.New(t), directory: t.TempDir(), gateways: t.TempDir()}
	near := provision.Trunk{ID: "near", Name: "tandem.near", Hosts: []string{"192.0.2.1/32"}, User: "x", Password: provision.Secret("y")}
	_, failed, err := b.Switch(t).Mend(t.Context(), provision.Wanted{Trunks: []provision.Trunk{near}})
	if err != nil || failed["tandem.near"] == nil {
		t.Errorf("%v, %v", failed, err)
	}
}

// A trunk by address has nothing that anybody could register with: who knows a digest needs no password.
func TestAddressHasNoDigest(t *testing.T) {
	b := &fakeAccounts{esl: fakeesl.New(t), directory: t.TempDir(), gateways: t.TempDir()}
	b.esl.Include(b.directory)
	near := provision.Trunk{ID: "near", Name: "tandem.near", Hosts: []string{"192.0.2.1/32"}}
	if _, failed, err := b.Switch(t).Mend(t.Context(), provision.Wanted{Trunks: []provision.Trunk{near}}); err != nil || len(failed) > 0 {
		t.Fatal(err, failed)
	}
	text, err := os.ReadFile(filepath.Join(b.directory, "tandem.near.xml"))
	if err != nil || strings.Contains(string(text), `name="a1-hash"`) || strings.Contains(string(text), `name="password"`) ||
		!strings.Contains(string(text), `<param name="allow-empty-password" value="false"/>`) || !strings.Contains(string(text), `cidr="192.0.2.1/32"`) {
		t.Errorf("%s, %v", text, err)
	}
	if b.esl.RegisterAs("tandem.near", strings.Repeat("0", 32)) {
		t.Error("somebody who knows the digest registers as the trunk")
	}
}

// Calls leave by a gateway that is there and not held for down; the doctor asks it without a line.
func TestLeaves(t *testing.T) {
	esl := fakeesl.New(t)
	esl.Gateway("carrier", true)
	esl.Gateway("away", false)
	sw, err := freeswitch.New(freeswitch.Config{Name: "one", Address: esl.Address, Password: fakeesl.Password}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for name, leaves := range map[string]bool{"carrier": true, "away": false, "nobody": false} {
		if is, err := sw.Leaves(t.Context(), name); err != nil || is != leaves {
			t.Errorf("calls leave by %s: %v, %v", name, is, err)
		}
	}
}

// What stands in a file can't become more than a value: neither XML nor a variable of FreeSWITCH.
func TestValuesStayValues(t *testing.T) {
	b := &fakeAccounts{esl: fakeesl.New(t), directory: t.TempDir(), gateways: t.TempDir()}
	b.esl.Include(b.directory)
	sw := b.Switch(t)
	far := provision.Trunk{ID: "far", Name: "tandem.far", Server: "192.0.2.1", User: "x", Password: provision.Secret(`"/><param name="$${x}' & <!--`)}
	if _, failed, err := sw.Mend(t.Context(), provision.Wanted{Trunks: []provision.Trunk{far}}); err != nil || len(failed) > 0 {
		t.Fatal(err, failed)
	}
	file := filepath.Join(b.gateways, "tandem.far.xml")
	text, err := os.ReadFile(file)
	if err != nil || strings.Contains(string(text), "$") || strings.Count(string(text), "<param ") != 18 || strings.Count(string(text), "<!--") != 1 {
		t.Errorf("%s, %v", text, err)
	}
	// The twin that emergency calls leave by while the provider does not know us.
	if _, twin, _ := strings.Cut(string(text), `<gateway name="tandem.far.always">`); !strings.Contains(twin, `<param name="register" value="false"/>`) {
		t.Errorf("it has no gateway without registration: %s", text)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
}

// TestRealProvision runs it against a real FreeSWITCH of the vanilla kind, whose conf folder TANDEM_TEST_FREESWITCH_CONF names.
func TestRealProvision(t *testing.T) {
	n := real(t)
	conf := os.Getenv("TANDEM_TEST_FREESWITCH_CONF")
	if conf == "" {
		t.Skip("*** SKIPPED: TANDEM_TEST_FREESWITCH_CONF does not name its conf folder ***")
	}
	b := &realAccounts{named: n, fakeAccounts: fakeAccounts{directory: filepath.Join(conf, "directory/default"), gateways: filepath.Join(conf, "sip_profiles/external")}}
	file := filepath.Join(b.directory, "foreign.xml")
	const own = "<include>\n  <user id=\"foreign\"><params><param name=\"password\" value=\"its-own-secret\"/></params></user>\n</include>\n"
	if err := os.WriteFile(file, []byte(own), 0o640); err != nil {
		t.Fatal(err)
	}
	sw := linked(t, b.config())
	clean := func() {
		names, err := sw.Ours(t.Context())
		if err == nil {
			_, _, err = sw.Mend(t.Context(), provision.Wanted{Gone: names})
		}
		if err != nil {
			t.Error(err)
		}
	}
	clean() // FreeSWITCH reads the foreign account with the first change
	defer os.Remove(file)
	defer clean()
	if b.sip == "" {
		place, err := sw.Place(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b.sip = place.Server
	}
	provisiontest.Run(t, b)
}

type realAccounts struct {
	named
	fakeAccounts
}

func (b *realAccounts) config() freeswitch.Config {
	return freeswitch.Config{Name: "one", Address: b.named.esl, Password: b.password, Directory: b.directory, Gateways: b.gateways}
}

func (b *realAccounts) Switch(t *testing.T) provision.Switch { return linked(t, b.config()) }

func (b *realAccounts) Register(t *testing.T, account, password string) bool {
	t.Helper()
	phone, err := softphone.New(softphone.Config{User: account, Password: password, Registrar: b.sip})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(phone.Vanish)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return phone.Register(ctx) == nil
}

func (b *realAccounts) Registered(t *testing.T, account string) bool {
	t.Helper()
	domain := strings.TrimSpace(b.ask(t, "global_getvar domain"))
	return !strings.HasPrefix(b.ask(t, "sofia_contact */"+account+"@"+domain), "error")
}

func (b *realAccounts) ask(t *testing.T, command string) string {
	t.Helper()
	text, err := (&lab.FreeSWITCH{Address: b.named.esl, Password: b.password}).Command(t.Context(), command)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (b *realAccounts) Spoil(t *testing.T, account string) {
	t.Helper()
	spoil(t, b.directory, account)
	b.ask(t, "reloadxml")
}

func (b *realAccounts) Foreign() (account, password string) { return "foreign", "its-own-secret" }
