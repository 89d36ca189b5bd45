package api_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
)

func TestVersions(t *testing.T) {
	c := start(t)
	c.seed()
	const at = "/api/v1/queues/sales"
	a := c.want(200, "GET", at, "")
	first := a.header.Get("ETag")
	if first == "" {
		t.Fatal("a queue has no version")
	}
	if again := c.ask("GET", at, "", "If-None-Match", `"x", W/`+first); again.status != http.StatusNotModified || len(again.body) > 0 || again.header.Get("ETag") != first {
		t.Errorf("what is known is answered by %d %s", again.status, again.body)
	}
	put := c.want(200, "PUT", at, `{"name":"Sales 2","number":"7000"}`, "If-Match", first)
	second := put.header.Get("ETag")
	if second == first || second != c.want(200, "GET", at, "", "If-None-Match", first).header.Get("ETag") {
		t.Errorf("after the change it is %s, before %s", second, first)
	}
	p := read[api.Problem](t, c.want(412, "PUT", at, `{"name":"Mine","number":"7000"}`, "If-Match", first))
	if len(p.Fields) != 1 || p.Fields[0].Field != "name" {
		t.Errorf("of the change it says %+v", p)
	}
	if q := read[api.Queue](t, c.want(200, "GET", at, "")); q.Name != "Sales 2" {
		t.Errorf("a refused change has changed %+v", q)
	}

	// Who waits is new to readers, and no reason to refuse a change.
	c.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"away"}`)
	c.arrive("c1", "+493012345", "")
	c.tell(time.Second, media.Event{Kind: media.Arrived, Legs: []media.Leg{{ID: "c2", From: "+493012346", To: "7000", Born: c.clock()}}})
	if now := c.want(200, "GET", at, "", "If-None-Match", second).header.Get("ETag"); now == second {
		t.Error("two more callers and the same version")
	}
	c.want(200, "PUT", at, `{"name":"Sales 3","number":"7000"}`, "If-Match", second)
	c.want(200, "PUT", at, `{"name":"Sales 3","number":"7000"}`, "If-Match", "*")
	c.want(412, "PUT", at, `{"name":"Sales 3","number":"7000"}`, "If-Match", `W/"x"`)
	c.want(412, "PUT", at, `{"name":"Sales 4","number":"7000"}`, "If-None-Match", "*")
	c.want(412, "PUT", "/api/v1/queues/none", `{"name":"None","number":"7001"}`, "If-Match", "*")
	c.want(404, "GET", "/api/v1/queues/none", "")
	c.want(200, "PUT", "/api/v1/queues/new", `{"name":"New","number":"7001"}`, "If-None-Match", "*")
}

// TestVersionsOfParts: what stands below a thing changes the thing.
func TestVersionsOfParts(t *testing.T) {
	c := start(t)
	c.seed()
	seen := c.want(200, "GET", "/api/v1/agents/ann", "").header.Get("ETag")
	c.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"away","reason":"lunch"}`, "If-Match", seen)
	p := read[api.Problem](t, c.want(412, "PUT", "/api/v1/agents/ann/status", `{"status":"signed_out"}`, "If-Match", seen))
	if len(p.Fields) != 2 || p.Fields[0].Field != "reason" || p.Fields[1].Field != "status" {
		t.Errorf("%+v", p)
	}
	for _, path := range []string{"/api/v1/queues/sales/routing", "/api/v1/agents/ann/skills"} {
		if c.want(200, "GET", path, "").header.Get("ETag") == "" {
			t.Errorf("%s has no version", path)
		}
	}
	c.want(200, "PUT", "/api/v1/flows/shop", text(t, shop))
	flow := c.want(200, "GET", "/api/v1/flows/shop", "").header.Get("ETag")
	c.want(200, "PUT", "/api/v1/flows/shop", text(t, shop+"# 2\n"), "If-Match", flow)
	c.want(412, "PUT", "/api/v1/flows/shop", text(t, shop+"# 3\n"), "If-Match", flow)
}

// gathering lets the first command wait for a moment for others, as a slow database does.
type gathering struct {
	api.Centre
	on   atomic.Bool
	come chan struct{} // holds one for each that has come
}

func (g *gathering) Do(ctx context.Context, c floor.Command) (int64, error) {
	if !g.on.Load() {
		return g.Centre.Do(ctx, c)
	}
	g.come <- struct{}{}
	enough := time.NewTimer(200 * time.Millisecond)
	defer enough.Stop()
	for len(g.come) < 2 {
		select {
		case <-enough.C:
			return g.Centre.Do(ctx, c)
		case <-time.After(time.Millisecond):
		}
	}
	return g.Centre.Do(ctx, c)
}

// TestOneOfManyWins: of many who have seen the same version one changes it.
func TestOneOfManyWins(t *testing.T) {
	g := &gathering{come: make(chan struct{}, 20)}
	c := start(t, func(cfg *api.Config) { g.Centre, cfg.Centre = cfg.Centre, g })
	c.seed()
	g.on.Store(true)
	seen := c.want(200, "GET", "/api/v1/queues/sales", "").header.Get("ETag")
	var wg sync.WaitGroup
	var mu sync.Mutex
	count := map[int]int{}
	for i := range 12 {
		wg.Go(func() {
			a := c.ask("PUT", "/api/v1/queues/sales", fmt.Sprintf(`{"name":"Sales of %d","number":"7000"}`, i), "If-Match", seen)
			mu.Lock()
			defer mu.Unlock()
			count[a.status]++
		})
	}
	wg.Wait()
	if count[200] != 1 || count[412] != 11 {
		t.Errorf("the answers are %v", count)
	}
}
