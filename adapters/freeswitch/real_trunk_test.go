package freeswitch_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
	"tandem/adapters/softphone"
	"tandem/orchestrator/desk/provision"
)

// TestRealTrunks: a real FreeSWITCH registers with a provider, played by an Asterisk, and signs off; a trunk by address lets in calls from
// there without a password, and nobody else.
func TestRealTrunks(t *testing.T) {
	n := real(t)
	if n.conf == "" {
		t.Skip("*** SKIPPED: TANDEM_TEST_FREESWITCH_CONF does not name its conf folder ***")
	}
	b := &realAccounts{named: n, fakeAccounts: fakeAccounts{directory: filepath.Join(n.conf, "directory/default"), gateways: filepath.Join(n.conf, "sip_profiles/external")}}
	sw := linked(t, b.config())
	place, err := sw.Place(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mend := func(w provision.Wanted) {
		t.Helper()
		if _, failed, err := sw.Mend(t.Context(), w); err != nil || len(failed) > 0 {
			t.Fatal(err, failed)
		}
	}
	defer mend(provision.Wanted{Gone: []string{"tandem.far", "tandem.near"}})

	provider := labtest.Asterisk(t, lab.AsteriskConfig{Accounts: []string{"7000"}})
	far := provision.Trunk{ID: "far", Name: "tandem.far", Server: provider.SIPAddress, User: "7000", Password: provision.Secret("wrong-at-first")}
	state := func() provision.State {
		states, err := sw.TrunkStates(t.Context(), []provision.Trunk{far})
		if err != nil {
			t.Fatal(err)
		}
		return states["tandem.far"]
	}
	mend(provision.Wanted{Trunks: []provision.Trunk{far}})
	if is := state(); is != provision.Unregistered {
		t.Errorf("with a wrong password the trunk is %s", is)
	}
	far.Password = provision.Secret(provider.AccountPassword("7000"))
	mend(provision.Wanted{Trunks: []provision.Trunk{far}})
	within(t, "it is registered", func() bool { return state() == provision.Registered })
	mend(provision.Wanted{Gone: []string{"tandem.far"}})
	within(t, "it is gone", func() bool { return state() == provision.Unregistered })

	stranger := softphone.Config{User: "4930111", Registrar: place.Server, Listen: "127.0.0.2:0"}
	if rings(t, stranger) {
		t.Error("a stranger's call is let in")
	}
	mend(provision.Wanted{Trunks: []provision.Trunk{{ID: "near", Name: "tandem.near", Hosts: []string{"127.0.0.2/32"}}}})
	if !rings(t, stranger) {
		t.Error("a call of the trunk is not let in")
	}
	if rings(t, softphone.Config{User: "4930112", Registrar: place.Server, Listen: "127.0.0.3:0"}) {
		t.Error("another stranger's call is let in")
	}
	for _, password := range []string{"", "x"} {
		if b.Register(t, "tandem.near", password) {
			t.Error("somebody registers as the trunk")
		}
	}
}

// within waits for what a switch does by itself.
func within(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(40 * time.Second); !holds(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

// rings calls 7000 and says whether the call is taken: it is answered, or rings on, and is not refused.
func rings(t *testing.T, c softphone.Config) bool {
	t.Helper()
	phone, err := softphone.New(c)
	if err != nil {
		t.Fatal(err)
	}
	defer phone.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	call, err := phone.Dial(ctx, "7000")
	if err != nil {
		return false
	}
	select {
	case <-call.Answered():
		return true
	case <-call.Ended():
		return false
	case <-time.After(3 * time.Second):
		return true // parked for Tandem, which takes nothing here
	}
}
