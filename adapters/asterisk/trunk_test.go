package asterisk_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"tandem/adapters/asterisk"
	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
	"tandem/adapters/softphone"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/media"
)

// arrivals connects a switch and returns the legs that arrive, and when the line is up again after it was lost.
func arrivals(t *testing.T, pbx *lab.Asterisk) (sw *asterisk.Switch, arrived <-chan media.Leg, upAgain <-chan struct{}) {
	t.Helper()
	legs, up := make(chan media.Leg, 16), make(chan struct{}, 16)
	ups := 0
	sw = connected(t, (&realAccounts{pbx}).config(), func(e media.Event) {
		switch e.Kind {
		case media.Arrived:
			legs <- e.Legs[0]
		case media.Up:
			if ups++; ups > 1 {
				up <- struct{}{}
			}
		}
	})
	return sw, legs, up
}

func mended(t *testing.T, sw provision.Switch, w provision.Wanted) {
	t.Helper()
	if _, failed, err := sw.Mend(t.Context(), w); err != nil || len(failed) > 0 {
		t.Fatal(err, failed)
	}
}

// calls dials a number at a switch from an address of this machine, and says whether the call arrives there.
func calls(t *testing.T, c softphone.Config, number string, legs <-chan media.Leg) bool {
	t.Helper()
	phone, err := softphone.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(phone.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	call, err := phone.Dial(ctx, number)
	if err != nil {
		return false
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		_, _ = call.WaitEnded(ctx)
	}()
	select {
	case leg := <-legs:
		if leg.To != number || leg.From != c.User {
			t.Errorf("the call arrives from %q at %q", leg.From, leg.To)
		}
		return true
	case <-over:
		return false
	}
}

// A trunk by address lets in calls from there, and nobody else; one with a user asks for the password too.
func TestRealTrunkByAddress(t *testing.T) {
	pbx := labtest.Asterisk(t, lab.AsteriskConfig{})
	sw, legs, up := arrivals(t, pbx)
	// 127.0.0.1 is a trunk of the lab's own; 127.0.0.2 and 127.0.0.3 are strangers to it.
	near := softphone.Config{User: "4930111", Registrar: pbx.SIPAddress, Listen: "127.0.0.2:0"}
	if calls(t, near, "7000", legs) {
		t.Error("a stranger's call is let in")
	}
	mended(t, sw, provision.Wanted{Trunks: []provision.Trunk{{ID: "x", Name: "tandem.x", Hosts: []string{"127.0.0.2/32"}}}})
	if !calls(t, near, "7000", legs) {
		t.Error("a call of the trunk does not arrive")
	}
	if far := (softphone.Config{User: "4930112", Registrar: pbx.SIPAddress, Listen: "127.0.0.3:0"}); calls(t, far, "7000", legs) {
		t.Error("another stranger's call is let in")
	}
	asks := provision.Trunk{ID: "x", Name: "tandem.x", Hosts: []string{"127.0.0.2/32"}, User: "4930111", Password: provision.Secret("the-trunks-own")}
	mended(t, sw, provision.Wanted{Trunks: []provision.Trunk{asks}})
	if calls(t, near, "7000", legs) {
		t.Error("a call without the password is let in")
	}
	near.Password = "the-trunks-own"
	if !calls(t, near, "7000", legs) {
		t.Error("a call with the password does not arrive")
	}
	if err := pbx.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := pbx.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-up: // the same door comes back by itself: a second one would take the application from it, or be sent away by it
	case <-time.After(20 * time.Second):
		t.Fatal("the line does not come back after a restart")
	}
	if !calls(t, near, "7000", legs) {
		t.Error("after a restart a call does not arrive")
	}
	mended(t, sw, provision.Wanted{Gone: []string{"tandem.x"}})
	if calls(t, near, "7000", legs) {
		t.Error("a call of a trunk that is gone is let in")
	}
}

// A trunk that we register with: the provider, played by another Asterisk, knows where we are and calls us.
func TestRealTrunkRegisters(t *testing.T) {
	provider := labtest.Asterisk(t, lab.AsteriskConfig{Accounts: []string{"7000"}})
	pbx := labtest.Asterisk(t, lab.AsteriskConfig{})
	sw, legs, _ := arrivals(t, pbx)
	trunk := provision.Trunk{
		ID: "far", Name: "tandem.far", Server: provider.SIPAddress, User: "7000", Password: provision.Secret(provider.AccountPassword("7000")),
	}
	mended(t, sw, provision.Wanted{Trunks: []provision.Trunk{trunk}})
	there := &realAccounts{provider}
	until(t, "the provider knows where we are", func() bool { return there.Registered(t, "7000") })
	ring(t, provider, "PJSIP/7000")
	select {
	case leg := <-legs:
		if leg.To != "7000" {
			t.Errorf("the call arrives at %q", leg.To)
		}
	case <-time.After(20 * time.Second):
		t.Error("the provider's call does not arrive")
	}
	mended(t, sw, provision.Wanted{Gone: []string{"tandem.far"}})
	until(t, "we are signed off", func() bool { return !there.Registered(t, "7000") })
}

// until waits for what a switch does by itself.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); !holds(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

// ring lets the provider call an endpoint of its own.
func ring(t *testing.T, provider *lab.Asterisk, endpoint string) {
	t.Helper()
	query := url.Values{"endpoint": {endpoint}, "context": {"tandem-inbound"}, "extension": {"7000"}, "priority": {"1"}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, provider.ARIURL+"/channels?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(provider.User, provider.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatal(res.Status)
	}
}
