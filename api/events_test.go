package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator"
	"tandem/orchestrator/desk/access"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/media"
)

// event is one event of a stream.
type event struct {
	name string
	id   int64
	data []byte
}

// listener reads a stream in the background.
type listener struct {
	t      *testing.T
	events chan event // closed when the stream ends
	beats  chan struct{}
	stop   context.CancelFunc
}

// listen opens a stream; header as in ask.
func (c *centre) listen(query string, header ...string) *listener {
	c.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, "GET", c.url+"/api/v1/events"+query, nil)
	must(c.t, err)
	req.Header.Set("Authorization", "Bearer "+c.admin)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	must(c.t, err)
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		b, _ := io.ReadAll(resp.Body)
		c.t.Fatalf("%d %s", resp.StatusCode, b)
	}
	l := &listener{t: c.t, events: make(chan event, 10_000), beats: make(chan struct{}, 1000), stop: stop}
	go l.read(resp.Body)
	c.t.Cleanup(stop)
	return l
}

func (l *listener) read(body io.ReadCloser) {
	defer close(l.events)
	defer body.Close() //nolint:errcheck // It was only read.
	lines := bufio.NewReader(body)
	var e event
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		switch name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": "); name {
		case "event":
			e.name = value
		case "id":
			e.id, _ = strconv.ParseInt(value, 10, 64)
		case "data":
			e.data = []byte(value)
		case "":
			if value != "" {
				l.beats <- struct{}{}
			} else if e.name != "" {
				l.events <- e
				e = event{}
			}
		}
	}
}

// next is the next event.
func (l *listener) next() event {
	l.t.Helper()
	select {
	case e, ok := <-l.events:
		if !ok {
			l.t.Fatal("the stream has ended")
		}
		return e
	case <-time.After(10 * time.Second):
		l.t.Fatal("no event")
	}
	return event{}
}

// ended waits for the end of the stream.
func (l *listener) ended() {
	l.t.Helper()
	late := time.After(10 * time.Second)
	for {
		select {
		case _, ok := <-l.events:
			if !ok {
				return
			}
		case <-late:
			l.t.Fatal("the stream goes on")
		}
	}
}

func TestEvents(t *testing.T) {
	c := start(t)
	c.seed()
	c.arrive("c1", "+493012345", "Eve")
	l := c.listen("")
	first := l.next()
	var snap api.Snapshot
	must(t, json.Unmarshal(first.data, &snap))
	if first.name != "snapshot" || first.id != snap.Seq || len(snap.Queues) != 1 || snap.Queues[0].Waiting != 1 || len(snap.Agents) != 1 || len(snap.Interactions) != 1 {
		t.Fatalf("%s %s", first.name, first.data)
	}
	c.talk()
	for want := snap.Seq + 1; ; want++ {
		e := l.next()
		var w api.Event
		must(t, json.Unmarshal(e.data, &w))
		if e.id != want || w.Seq != want || w.Kind != e.name || w.Says == "" {
			t.Fatalf("want %d, have %d %s %s", want, e.id, e.name, e.data)
		}
		if e.name == "offer_connected" {
			// What an event says can be read at once.
			if a := read[api.Agent](t, c.want(200, "GET", "/api/v1/agents/ann", "")); a.Work.State != api.WorkStateConnected {
				t.Errorf("the event was ahead of the views: %+v", a)
			}
			break
		}
	}
}

// TestEventsGoOn: a client that comes back gets what it missed, once, without a snapshot; the keys of commands stay private.
func TestEventsGoOn(t *testing.T) {
	c := start(t)
	c.seed()
	c.call("c1", "+493012345")
	last, err := c.store.Seq(t.Context())
	must(t, err)
	c.arrive("c2", "+493012346", "")
	c.talk()
	c.hangup(c.agentLeg())
	c.want(200, "POST", "/api/v1/agents/ann/wrap-up", `{"disposition":"solved"}`, "Idempotency-Key", "secret-key")
	c.hangup("c2")
	want, err := c.store.Entries(t.Context(), 0, 1000)
	must(t, err)
	for name, l := range map[string]*listener{
		"header": c.listen("", "Last-Event-ID", fmt.Sprint(last)), "query": c.listen(fmt.Sprintf("?after=%d", last)),
		"header wins": c.listen("?after=0", "Last-Event-ID", fmt.Sprint(last)), "all": c.listen("?after=0"),
	} {
		from := last
		if name == "all" {
			from = 0
		}
		for _, e := range want[from:] {
			if e.Fact.Kind() == "command_done" {
				continue
			}
			if have := l.next(); have.id != e.Seq || have.name != e.Fact.Kind() || strings.Contains(string(have.data), "secret-key") {
				t.Errorf("%s: want %d %s, have %d %s", name, e.Seq, e.Fact.Kind(), have.id, have.data)
			}
		}
	}
}

// TestSlurpAndSubscribe: whenever a stream begins, its snapshot and its events together are everything, each once.
func TestSlurpAndSubscribe(t *testing.T) {
	c := start(t)
	c.seed()
	const clients, changes = 8, 60
	var all sync.WaitGroup
	all.Go(func() {
		for i := range changes {
			c.tell(time.Second, media.Event{Kind: media.Phone, Text: "ann", Why: []media.Cause{media.PhoneUnregistered, media.PhoneRegistered}[i%2]})
		}
	})
	begun := make([]*listener, 0, clients)
	for range clients {
		begun = append(begun, c.listen(""))
	}
	all.Wait()
	last, err := c.store.Seq(t.Context())
	must(t, err)
	for i, l := range begun {
		e := l.next()
		var snap api.Snapshot
		must(t, json.Unmarshal(e.data, &snap))
		phone := snap.Agents[0].Phone.Health
		for at := snap.Seq; at < last; {
			e = l.next()
			if at++; e.id != at {
				t.Fatalf("client %d: want line %d, have %d", i, at, e.id)
			}
			var w struct {
				Data struct{ Health api.PhoneHealth }
			}
			must(t, json.Unmarshal(e.data, &w))
			if w.Data.Health == phone {
				t.Errorf("client %d: line %d was in the snapshot already", i, at)
			}
			phone = w.Data.Health
		}
	}
}

// TestSnapshotWhileItMoves: the views move between two reads of a snapshot, and it is taken anew.
func TestSnapshotWhileItMoves(t *testing.T) {
	views := &moving{}
	c := start(t, func(cfg *api.Config) { views.Reader = cfg.Views; cfg.Views = views })
	c.seed()
	views.move = func() {
		c.tell(time.Second, media.Event{Kind: media.Phone, Text: "ann", Why: media.PhoneUnregistered})
		c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Other","number":"7000"}`)
	}
	l := c.listen("")
	var snap api.Snapshot
	must(t, json.Unmarshal(l.next().data, &snap))
	last, err := c.store.Seq(t.Context())
	must(t, err)
	if snap.Seq != last || snap.Queues[0].Name != "Other" || snap.Agents[0].Phone.Health != api.PhoneHealthUnregistered {
		t.Errorf("the snapshot says %d and shows %+v; the last line is %d", snap.Seq, snap, last)
	}
}

// moving are views that move once while agents are read.
type moving struct {
	view.Reader
	move func()
}

func (m *moving) Agents(ctx context.Context) ([]view.Agent, error) {
	if move := m.move; move != nil {
		m.move = nil
		move()
	}
	return m.Reader.Agents(ctx)
}

func TestEventsOfARevokedKeyEnd(t *testing.T) {
	c := start(t, func(cfg *api.Config) { cfg.Heartbeat = 20 * time.Millisecond })
	for _, revoke := range []func(id string){
		func(id string) { c.want(204, "DELETE", "/api/v1/api-keys/"+id, "") },      // here
		func(id string) { must(t, c.store.RevokeKey(t.Context(), id, c.clock())) }, // in another program
	} {
		k := read[api.NewKey](t, c.want(201, "POST", "/api/v1/api-keys", `{"name":"wallboard","scopes":["read"]}`))
		l := c.listen("", "Authorization", "Bearer "+k.Key)
		l.next()
		<-l.beats
		revoke(k.ID)
		l.ended()
	}
}

// TestOneKeyLeavesRoom: a key that opens streams without end does not take the place of others.
func TestOneKeyLeavesRoom(t *testing.T) {
	c := start(t, func(cfg *api.Config) { cfg.Streams, cfg.StreamsPerKey = 4, 2 })
	for range 2 {
		c.listen("").next()
	}
	a := c.want(429, "GET", "/api/v1/events", "")
	if a.header.Get("Retry-After") == "" || !strings.Contains(string(a.body), "this key has 2") {
		t.Errorf("the refusal does not help: %s", a.body)
	}
	c.listen("", "Authorization", "Bearer "+c.key(access.Read)).next()
}

func TestTooManyStreams(t *testing.T) {
	c := start(t, func(cfg *api.Config) { cfg.Streams, cfg.StreamsPerKey = 1, 2 })
	l := c.listen("")
	l.next()
	c.want(503, "GET", "/api/v1/events", "")
	if m := c.want(200, "GET", "/metrics", ""); !strings.Contains(string(m.body), "tandem_http_event_streams 1") {
		t.Error("the metrics do not count the stream")
	}
	l.stop()
	deadline := time.After(10 * time.Second)
	for c.ask("GET", "/api/v1/events?after=99", "").status == 503 { // A free place refuses the line that is not there.
		select {
		case <-deadline:
			t.Fatal("the place is never free again")
		default:
		}
	}
}

// TestSlowClientIsCut: a client that takes nothing does not hold anything for long.
func TestSlowClientIsCut(t *testing.T) {
	c := start(t, func(cfg *api.Config) { cfg.SlowAfter = 100 * time.Millisecond })
	c.seed()
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.url, "http://"))
	must(t, err)
	defer conn.Close() //nolint:errcheck // It is cut.
	must(t, conn.(*net.TCPConn).SetReadBuffer(4096))
	_, err = fmt.Fprintf(conn, "GET /api/v1/events?after=0 HTTP/1.1\r\nHost: x\r\nX-API-Key: %s\r\n\r\n", c.admin)
	must(t, err)
	big := strings.Repeat("x", 5000)
	deadline := time.Now().Add(20 * time.Second)
	for i := 0; !strings.Contains(c.log.String(), "event stream ended"); i++ {
		c.tell(0, media.Event{Kind: media.Up, Text: big + fmt.Sprint(i)})
		if time.Now().After(deadline) {
			t.Fatal("a client that takes nothing is kept for ever")
		}
	}
}

// TestShutdown: open streams end at once, and Serve returns nil.
func TestShutdown(t *testing.T) {
	c := start(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	served := make(chan error, 1)
	go func() { served <- c.api.Serve(l) }()
	c.url = "http://" + l.Addr().String()
	stream := c.listen("")
	stream.next()
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	must(t, c.api.Shutdown(ctx))
	stream.ended()
	must(t, <-served)
}

// TestFeedBehind: a client further behind than the recent lines reads the journal, and nothing is missing between the two.
func TestFeedBehind(t *testing.T) {
	c := start(t)
	c.seed()
	const n = 3000
	for i := range n {
		c.tell(0, media.Event{Kind: media.Up, Text: fmt.Sprint(i)})
	}
	last, err := c.store.Seq(t.Context())
	must(t, err)
	l := c.listen("?after=0", "Authorization", "Bearer "+c.key(access.Read))
	for want := int64(1); want <= last; want++ {
		if e := l.next(); e.id != want {
			t.Fatalf("want %d, have %d", want, e.id)
		}
	}
}

// TestStoreAway: a store that is away is a 503 that says when to come back.
func TestStoreAway(t *testing.T) {
	c := start(t, func(cfg *api.Config) { cfg.Keys = keysAway{cfg.Keys} })
	c.want(503, "GET", "/api/v1/queues", "")
}

type keysAway struct{ access.Keys }

func (keysAway) KeyBySum(context.Context, [32]byte) (access.Key, error) {
	return access.Key{}, &orchestrator.Error{Kind: orchestrator.Unavailable, Say: "the database is away; try again in a few seconds"}
}
