package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/media"
)

// connect brings the switch of accounts up for the length of the test.
func (c *centre) connect() {
	c.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = c.keeper.Watched(c.sw).Watch(ctx, func(media.Event) {}) })
	running.Go(func() { _ = c.keeper.Run(ctx) })
	c.t.Cleanup(func() {
		stop()
		running.Wait()
	})
	c.sw.Connect(true)
}

const annsPhone = "/api/v1/agents/ann/phone"

// A phone is made, is the agent's endpoint from then on, is renewed and taken away. Its password is in one answer and nowhere else.
func TestPhone(t *testing.T) {
	c := start(t)
	c.seed()
	c.connect()
	c.want(404, "GET", annsPhone, "")
	c.want(404, "DELETE", annsPhone, "")
	c.want(404, "POST", "/api/v1/agents/nobody/phone", "")

	first := read[api.PhoneAccount](t, c.want(201, "POST", annsPhone, ""))
	if first.User != "tandem-ann" || len(first.Password) < 26 || !first.InForce || first.Server != "192.0.2.10:5060" || len(first.Codecs) == 0 {
		t.Errorf("made was %+v", first)
	}
	if agent := read[api.Agent](t, c.want(200, "GET", "/api/v1/agents/ann", "")); agent.Phone.Endpoint != first.User {
		t.Errorf("the agent's endpoint is %q", agent.Phone.Endpoint)
	}
	have, _ := c.sw.Accounts()
	if have["tandem-ann"].HA1 != provision.HA1("tandem-ann", "tandem", first.Password) {
		t.Error("the switch does not know the password that was shown")
	}
	shown := c.want(200, "GET", annsPhone, "")
	if again := read[api.PhoneAccount](t, shown); again.Password != "" || again.User != first.User || !again.InForce {
		t.Errorf("it is shown as %+v", again)
	}

	second := read[api.PhoneAccount](t, c.want(201, "POST", annsPhone, ""))
	have, _ = c.sw.Accounts()
	if second.Password == first.Password || have["tandem-ann"].HA1 != provision.HA1("tandem-ann", "tandem", second.Password) {
		t.Error("it was not renewed")
	}
	c.want(204, "DELETE", annsPhone, "")
	if have, _ = c.sw.Accounts(); len(have) != 0 {
		t.Errorf("after it was taken away the switch has %v", have)
	}
	c.want(404, "GET", annsPhone, "")

	entries, err := c.store.Entries(t.Context(), 0, 1000)
	must(t, err)
	var told []string
	for _, e := range entries {
		if strings.HasPrefix(e.Fact.Kind(), "phone_") && e.Fact.Kind() != "phone_changed" {
			told = append(told, e.Fact.Kind())
		}
	}
	if strings.Join(told, " ") != "phone_made phone_renewed phone_removed" {
		t.Errorf("the journal tells %v", told)
	}
	for _, secret := range []string{first.Password, second.Password, provision.HA1("tandem-ann", "tandem", second.Password)} {
		if strings.Contains(c.log.String(), secret) || strings.Contains(string(shown.body), secret) {
			t.Error("a secret is in the log or in an answer")
		}
	}
}

// An agent of whom no endpoint is said keeps the one they have, or waits for the phone that will be made.
func TestAgentWithoutEndpoint(t *testing.T) {
	c := start(t)
	c.seed()
	c.want(200, "PUT", "/api/v1/agents/ann", `{"name":"Ann","queues":["sales"]}`)
	if agent := read[api.Agent](t, c.want(200, "GET", "/api/v1/agents/ann", "")); agent.Phone.Endpoint != "ann" {
		t.Errorf("ann's endpoint became %q", agent.Phone.Endpoint)
	}
	made := read[api.Agent](t, c.want(200, "PUT", "/api/v1/agents/bob", `{"name":"Bob","queues":["sales"]}`))
	if made.Phone.Endpoint != "tandem-bob" {
		t.Errorf("bob's endpoint is %q", made.Phone.Endpoint)
	}
	if phone := read[api.PhoneAccount](t, c.want(201, "POST", "/api/v1/agents/bob/phone", "")); phone.User != "tandem-bob" {
		t.Errorf("bob's phone is %q", phone.User)
	}
	c.sw.NotSetUp(&orchestrator.Error{Kind: orchestrator.Invalid, Say: "not set up"})
	c.want(422, "PUT", "/api/v1/agents/cho", `{"name":"Cho","queues":["sales"]}`)
}

// A client whose line broke fetches the same password again, and a second phone is not made.
func TestPhoneOnce(t *testing.T) {
	c := start(t)
	c.seed()
	c.connect()
	first := read[api.PhoneAccount](t, c.want(201, "POST", annsPhone, "", "Idempotency-Key", "k1"))
	if again := read[api.PhoneAccount](t, c.want(201, "POST", annsPhone, "", "Idempotency-Key", "k1")); again.Password != first.Password {
		t.Error("the same key has another password")
	}
	c.want(409, "POST", "/api/v1/agents/bob/phone", "", "Idempotency-Key", "k1")
}

// While the switch is away a phone is kept and told so; it is there at the next connection. What the switch refuses is told too, and a
// switch that takes no accounts says what to do.
func TestPhoneNotInForce(t *testing.T) {
	c := start(t)
	c.seed()
	made := read[api.PhoneAccount](t, c.want(201, "POST", annsPhone, ""))
	if made.InForce || !strings.Contains(made.Says, "away") {
		t.Errorf("made was %+v", made)
	}
	_, mended := c.sw.Accounts()
	c.connect()
	select {
	case <-mended:
	case <-time.After(10 * time.Second):
		t.Fatal("the switch is not told after its connection")
	}
	if now := read[api.PhoneAccount](t, c.want(200, "GET", annsPhone, "")); !now.InForce {
		t.Errorf("after the connection it is %+v", now)
	}
	c.sw.Refuse("tandem-ann")
	if made := read[api.PhoneAccount](t, c.want(201, "POST", annsPhone, "")); made.InForce || made.Says != "taken" {
		t.Errorf("refused was %+v", made)
	}
	c.sw.NotSetUp(&orchestrator.Error{Kind: orchestrator.Invalid, Say: "the switch's directory folder is not set"})
	if a := c.want(422, "POST", annsPhone, ""); !strings.Contains(string(a.body), "directory folder is not set") {
		t.Errorf("a switch that is not set up answers %s", a.body)
	}
}

// What a kill left half done is made good by asking again.
func TestPhoneHalfDone(t *testing.T) {
	c := start(t)
	c.seed()
	c.connect()
	c.want(201, "POST", annsPhone, "")
	must(t, c.store.DropAccount(t.Context(), "ann")) // killed after the journal, before the store
	c.want(404, "GET", annsPhone, "")
	c.want(204, "DELETE", annsPhone, "")
	must(t, c.store.PutAccount(t.Context(), provision.Account{Agent: "ann", Name: "tandem-ann"})) // killed the other way round
	c.want(204, "DELETE", annsPhone, "")
	c.want(404, "DELETE", annsPhone, "")
}

// An agent's phone is not taken away under a call.
func TestPhoneInACall(t *testing.T) {
	c := start(t)
	c.seed()
	c.connect()
	c.arrive("c1", "+4930987654", "Caller")
	c.want(409, "POST", annsPhone, "")
}

// The centre that can't decide makes nothing.
func TestPhoneWithoutTheCentre(t *testing.T) {
	c := start(t)
	c.seed()
	c.connect()
	c.mu.Lock()
	c.fails = &orchestrator.Error{Kind: orchestrator.Unavailable, Say: "later", Err: errors.New("x")}
	c.mu.Unlock()
	c.want(http.StatusServiceUnavailable, "POST", annsPhone, "")
	if _, err := c.store.Account(t.Context(), "ann"); orchestrator.KindOf(err) != orchestrator.NotFound {
		t.Errorf("an account was kept: %v", err)
	}
}
