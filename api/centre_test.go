package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/prometheus/client_golang/prometheus"

	"tandem/adapters/memory"
	"tandem/api"
	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/access"
	"tandem/orchestrator/desk/place"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/desk/provision/provisiontest"
	"tandem/orchestrator/desk/survey"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
	"tandem/orchestrator/whatif"
)

// centre is a whole contact centre but its switch: a floor that the test steps, the journal and the desk in memory, the reactors,
// and the API before them on a real socket.
type centre struct {
	t       *testing.T
	store   *memory.Store
	journal engine.Journal
	shelf   shelf
	sw      *provisiontest.Switch
	keeper  *provision.Keeper
	health  []api.HealthCheck
	log     *lockedBuffer
	api     *api.Server
	url     string
	admin   string // a key with all rights
	router  routers.Router

	watch sync.Mutex // guards now; it is taken last, since the store asks for the time while it holds its own
	now   time.Time

	mu    sync.Mutex // guards floor, fails and panic
	floor *floor.Floor
	fails error // what Do answers instead
	panic bool
}

// start builds one; change may alter the configuration.
func start(t *testing.T, change ...func(*api.Config)) *centre {
	t.Helper()
	c := &centre{t: t, now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), shelf: shelf{}, log: &lockedBuffer{}}
	c.store = memory.New(c.clock)
	c.journal = c.store.Journal()
	cell, err := c.journal.Open(t.Context())
	must(t, err)
	rules := floor.Defaults(cell.Name)
	rules.Dialling = floor.Dialling{Trunk: "out", Allowed: []string{"1"}, PerHour: 10, PerNumber: 3, RingFor: 30 * time.Second}
	c.floor = floor.New(rules)
	ctx, stop := context.WithCancel(context.Background())
	var reactors sync.WaitGroup
	inviter := survey.Inviter{Base: "https://tandem.example", Token: rand.Text, Country: "49", Every: time.Hour, Life: 24 * time.Hour}
	for _, r := range desk.ReactionsWith(inviter, place.Linker{Address: "https://chat.example/?place={place}", Token: rand.Text, Now: c.clock}) {
		reactors.Go(func() {
			if err := c.store.Follow(ctx, r.Name, r.React); err != nil {
				t.Errorf("reactor %s: %v", r.Name, err)
			}
		})
	}
	c.sw = provisiontest.NewSwitch()
	c.keeper = &provision.Keeper{Store: c.store, Switch: c.sw, Log: slog.New(slog.DiscardHandler)}
	simulations := whatif.New(c.clock, c.store, slog.New(slog.DiscardHandler))
	reactors.Go(func() { must(t, simulations.Run(ctx)) })
	cfg := api.Config{
		Simulations: simulations,
		Centre:      c, Views: c.store, Tickets: c.store, Recordings: c.store, Shelf: c.shelf, Messages: c.store, Surveys: c.store, Customers: c.store, Places: c.store, Country: "49", Inbox: c.store,
		Keys: c.store, Webhooks: c.store, Health: c, Provision: c.store, Keeper: provision.Keepers{c.keeper},
		Metrics: prometheus.NewRegistry(), Log: slog.New(slog.NewJSONHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: c.clock, Version: "test",
	}
	for _, f := range change {
		f(&cfg)
	}
	c.api, err = api.New(cfg)
	must(t, err)
	web := httptest.NewServer(c.api)
	c.url = web.URL
	c.admin = c.key(access.Admin)
	c.router, err = document()
	must(t, err)
	t.Cleanup(func() {
		must(t, c.api.Shutdown(context.Background()))
		web.Close()
		stop()
		reactors.Wait()
	})
	return c
}

// document is the contract, read once: with the race detector that takes its time.
var document = sync.OnceValues(func() (routers.Router, error) {
	spec, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	return legacy.NewRouter(spec)
})

// key makes an API key with the scopes.
func (c *centre) key(scopes ...access.Scope) string {
	c.t.Helper()
	k, key, sum, err := access.New("test "+fmt.Sprint(scopes), scopes, c.clock())
	must(c.t, err)
	must(c.t, c.store.AddKey(context.Background(), k, sum))
	return key
}

func (c *centre) clock() time.Time {
	c.watch.Lock()
	defer c.watch.Unlock()
	return c.now
}

// later lets time go by.
func (c *centre) later(after time.Duration) {
	c.watch.Lock()
	defer c.watch.Unlock()
	c.now = c.now.Add(after)
}

// Do implements api.Centre.
func (c *centre) Do(ctx context.Context, cmd floor.Command) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.panic {
		panic("a secret of the inside")
	}
	if c.fails != nil {
		return 0, c.fails
	}
	return c.step(ctx, cmd)
}

// Health implements api.Health.
func (c *centre) Health(context.Context) []api.HealthCheck { return c.health }

func (c *centre) step(ctx context.Context, in floor.Input) (int64, error) {
	facts, err := c.floor.Step(in, c.clock())
	if err != nil {
		return 0, err
	}
	if len(facts) > 0 {
		must(c.t, c.journal.Append(ctx, facts))
	}
	return c.floor.Seq, nil
}

// tell lets the switch say something after a while, and waits until every reactor has seen it.
func (c *centre) tell(after time.Duration, ev media.Event) {
	c.t.Helper()
	ev.Switch, ev.At = "asterisk", c.clock().Add(after)
	c.happens(after, ev)
}

// happens lets the floor hear something after a while, and waits until every reactor has seen what came of it.
func (c *centre) happens(after time.Duration, in floor.Input) {
	c.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	c.mu.Lock()
	c.later(after)
	seq, err := c.step(ctx, in)
	c.mu.Unlock()
	must(c.t, err)
	_, err = c.store.WaitFor(ctx, seq)
	must(c.t, err)
	for _, r := range desk.Reactions() {
		for {
			moved := c.store.Moved()
			at, err := c.store.Cursor(ctx, r.Name)
			must(c.t, err)
			if at >= seq {
				break
			}
			select {
			case <-moved:
			case <-ctx.Done():
				c.t.Fatalf("reactor %s stays at %d", r.Name, at)
			}
		}
	}
}

// seed defines a queue and an agent who is available at a registered phone.
func (c *centre) seed() {
	c.t.Helper()
	c.tell(0, media.Event{Kind: media.Up, Text: "boot1"})
	c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Sales","number":"7000"}`)
	c.want(200, "PUT", "/api/v1/agents/ann", `{"name":"Ann Example","endpoint":"ann","queues":["sales"]}`)
	c.tell(0, media.Event{Kind: media.Phone, Text: "ann", Why: media.PhoneRegistered})
	c.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"available"}`)
}

// arrive brings a caller in, who rings at once when somebody is free.
func (c *centre) arrive(leg, from, name string) {
	c.t.Helper()
	c.tell(time.Second, media.Event{Kind: media.Arrived, Legs: []media.Leg{{ID: media.LegID(leg), From: from, Name: name, To: "7000", Born: c.clock()}}})
}

// talk lets the agent answer what rings.
func (c *centre) talk() {
	c.t.Helper()
	leg := c.agentLeg()
	c.tell(time.Second, media.Event{Kind: media.Ringing, Leg: leg})
	c.tell(2*time.Second, media.Event{Kind: media.Answered, Leg: leg})
}

// hangup ends a leg.
func (c *centre) hangup(leg media.LegID) {
	c.t.Helper()
	c.tell(30*time.Second, media.Event{Kind: media.Gone, Leg: leg, Why: media.CauseHangup})
}

// agentLeg is the leg of the one offer there is.
func (c *centre) agentLeg() media.LegID {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, o := range c.floor.Offers {
		if !o.State.Ended() {
			return o.Leg
		}
	}
	c.t.Fatal("nothing is offered")
	return ""
}

// call is a whole call with its after-call work, which leaves a ticket, a message and a recording.
func (c *centre) call(leg, from string) {
	c.t.Helper()
	c.arrive(leg, from, "Caller")
	c.talk()
	c.hangup(c.agentLeg())
	c.hangup(media.LegID(leg))
	c.want(200, "POST", "/api/v1/agents/ann/wrap-up", `{"disposition":"solved","notes":"all well"}`)
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask sends a request with the admin key unless header says otherwise, and holds the answer against the document.
func (c *centre) ask(method, path, body string, header ...string) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	must(c.t, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", "Bearer "+c.admin)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	must(c.t, err)
	defer resp.Body.Close() //nolint:errcheck // It was only read.
	b, err := io.ReadAll(resp.Body)
	must(c.t, err)
	a := answer{resp.StatusCode, resp.Header, b}
	c.holds(req, a)
	return a
}

// holds compares an answer with the document.
func (c *centre) holds(req *http.Request, a answer) {
	c.t.Helper()
	route, params, err := c.router.FindRoute(req)
	if err != nil {
		return // An address that the document does not know.
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		c.t.Errorf("%s %s: the answer %d is not what the document promises: %v\n%s", req.Method, req.URL.Path, a.status, err, a.body)
	}
}

// want asks and insists on a status.
func (c *centre) want(status int, method, path, body string, header ...string) answer {
	c.t.Helper()
	a := c.ask(method, path, body, header...)
	if a.status != status {
		c.t.Fatalf("%s %s %s: %d, want %d: %s", method, path, body, a.status, status, a.body)
	}
	if status >= 400 && a.header.Get("Content-Type") != "application/problem+json" {
		c.t.Errorf("%s %s: %d is no problem but %s", method, path, status, a.header.Get("Content-Type"))
	}
	return a
}

// shelf is a shelf of recordings.
type shelf map[media.TapeID][]byte

// Open implements api.Shelf.
func (s shelf) Open(_ context.Context, id media.TapeID) (io.ReadSeekCloser, error) {
	b, ok := s[id]
	if !ok {
		return nil, &orchestrator.Error{Kind: orchestrator.NotFound, Say: "there is no such file"}
	}
	return struct {
		io.ReadSeeker
		io.Closer
	}{bytes.NewReader(b), io.NopCloser(nil)}, nil
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
