package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"tandem/api"
	"tandem/orchestrator"
	"tandem/orchestrator/floor"
)

// statuses are those of a bulk answer, in its order.
func statuses(r api.BulkResult) (out []int) {
	for _, item := range r.Items {
		out = append(out, item.Status)
	}
	return out
}

// Each of many definitions is for itself, with the defaults of the document; the same list again changes nothing.
func TestDefineMany(t *testing.T) {
	c := start(t)
	c.seed()
	const queues = `{"items":[{"id":"sales","name":"Sales","number":"7000"},{"id":"stolen","name":"Stolen","number":"7000"},{"id":"vip","name":"VIP","number":"7001","ring_seconds":30}]}`
	first := c.want(200, "PUT", "/api/v1/queues", queues)
	r := read[api.BulkResult](t, first)
	if r.Done != 2 || r.Failed != 1 || !slices.Equal(statuses(r), []int{200, 409, 200}) || r.Items[1].ID != "stolen" || !strings.Contains(r.Items[1].Says, "7000") {
		t.Errorf("%+v", r)
	}
	if q := read[api.Queue](t, c.want(200, "GET", "/api/v1/queues/vip", "")); q.RingSeconds != 30 || q.WrapUpSeconds != 60 || q.Music != "default" || q.Tickets != api.TicketPolicyAnswered {
		t.Errorf("%+v", q)
	}
	again := c.want(200, "PUT", "/api/v1/queues", queues)
	if string(again.body) != string(first.body) || again.header.Get("Tandem-Seq") != first.header.Get("Tandem-Seq") {
		t.Errorf("the same list again: %v %s", again.header, again.body)
	}
	r = read[api.BulkResult](t, c.want(200, "PUT", "/api/v1/agents", `{"items":[{"id":"bob","name":"Bob","queues":["none"]},{"id":"cho","name":"Cho","queues":["vip"]},
		{"id":"dan","name":"Dan","endpoint":"ann","queues":["vip"]},{"id":"ann","name":"Ann","queues":["vip"]}]}`))
	if !slices.Equal(statuses(r), []int{422, 200, 409, 200}) {
		t.Errorf("%+v", r)
	}
	var have []string
	for _, a := range read[api.AgentList](t, c.want(200, "GET", "/api/v1/agents", "")).Items {
		have = append(have, a.ID+" "+a.Name+" "+a.Phone.Endpoint+" "+strings.Join(a.Queues, " "))
	}
	if !slices.Equal(have, []string{"ann Ann ann vip", "cho Cho tandem-cho vip"}) {
		t.Errorf("%q", have)
	}
}

// What is not of the form of the document is refused with its place, and nothing is done.
func TestDefineManyRefused(t *testing.T) {
	c := start(t)
	many := func(n int) string {
		var items []string
		for i := range n {
			items = append(items, fmt.Sprintf(`{"id":"q%d","name":"%s","number":"%d"}`, i, strings.Repeat("x", 64), 7000+i))
		}
		return `{"items":[` + strings.Join(items, ",") + `]}`
	}
	for body, field := range map[string]string{
		`{"items":[]}`: "items",
		`{"items":[{"id":"a","name":"A","number":"1"},{"id":"b","name":"B"}]}`:                    "items.1.number",
		`{"items":[{"id":"a","name":"A","number":"1"},{"id":"B!","name":"B","number":"2"}]}`:      "items.1.id",
		`{"items":[{"id":"a","name":"A","number":"1"},{"id":"b","name":"B\u202e","number":"2"}]}`: "items.1.name",
		`{"items":[{"id":"a","name":"A","number":"1"},{"id":"a","name":"B","number":"2"}]}`:       "items.1.id",
		`{"items":[{"id":"a","name":"A","number":"1","waiting":3}]}`:                              "items.0",
		many(501): "items",
	} {
		p := read[api.Problem](t, c.want(422, "PUT", "/api/v1/queues", body))
		if len(p.Fields) == 0 || p.Fields[0].Field != field {
			t.Errorf("%.120s: %+v, want %s", body, p.Fields, field)
		}
	}
	c.want(413, "PUT", "/api/v1/queues", many(1)+strings.Repeat(" ", 512<<10))
	c.want(413, "PUT", "/api/v1/agents", `{"items":[{"id":"a","name":"A","queues":[]}]}`+strings.Repeat(" ", 512<<10))
	if seq, err := c.store.Seq(t.Context()); err != nil || seq != 0 {
		t.Errorf("a refused list wrote the journal: line %d %v", seq, err)
	}
	if r := read[api.BulkResult](t, c.want(200, "PUT", "/api/v1/queues", many(500)+strings.Repeat(" ", 400<<10))); r.Done != 500 {
		t.Errorf("of 500 %d were done: %+v", r.Done, r.Items[0])
	}
}

// While the centre can do nothing, each says so, and the log has the cause.
func TestDefineManyWithoutTheCentre(t *testing.T) {
	c := start(t)
	c.fails = &orchestrator.Error{Kind: orchestrator.Internal, Say: "a secret of the inside"}
	r := read[api.BulkResult](t, c.want(200, "PUT", "/api/v1/queues", `{"items":[{"id":"sales","name":"Sales","number":"7000"}]}`))
	if !slices.Equal(statuses(r), []int{500}) || strings.Contains(r.Items[0].Says, "secret") || !strings.Contains(c.log.String(), "a secret of the inside") {
		t.Errorf("%+v", r)
	}
}

// before is a centre that is watched.
type before struct {
	api.Centre
	do func(floor.Command)
}

func (b before) Do(ctx context.Context, cmd floor.Command) (int64, error) {
	b.do(cmd)
	return b.Centre.Do(ctx, cmd)
}

// Whoever changes a queue alone, with the version that they have seen, is not overtaken by a list between the look and the change.
func TestDefineManyWaits(t *testing.T) {
	var c *centre
	listed := make(chan answer, 1)
	watch := func(cmd floor.Command) {
		if q, ok := cmd.Do.(floor.DefineQueue); !ok || q.Name != "Alone" {
			return
		}
		go func() {
			listed <- c.ask("PUT", "/api/v1/queues", `{"items":[{"id":"sales","name":"Listed","number":"7000"}]}`)
		}()
		for deadline := time.Now().Add(10 * time.Second); c.api.Wanting("/api/v1/queues/sales") < 2; runtime.Gosched() {
			if len(listed) > 0 || time.Now().After(deadline) {
				t.Error("the list does not wait")
				return
			}
		}
	}
	c = start(t, func(cfg *api.Config) { cfg.Centre = before{cfg.Centre, watch} })
	seen := c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Sales","number":"7000"}`).header.Get("ETag")
	c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Alone","number":"7000"}`, "If-Match", seen)
	if a := <-listed; a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if q := read[api.Queue](t, c.want(200, "GET", "/api/v1/queues/sales", "")); q.Name != "Listed" {
		t.Errorf("%+v", q)
	}
}

// TestEntries: one of many is defined by the same fields as one alone.
func TestEntries(t *testing.T) {
	spec, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	must(t, err)
	for _, name := range []string{"Queue", "Agent"} {
		alone, entry := spec.Components.Schemas[name+"Definition"].Value, spec.Components.Schemas[name+"Entry"].Value
		fields := maps.Clone(entry.Properties)
		delete(fields, "id")
		was, err := json.Marshal(alone.Properties)
		must(t, err)
		is, err := json.Marshal(fields)
		must(t, err)
		if string(was) != string(is) || !slices.Equal(entry.Required, append([]string{"id"}, alone.Required...)) {
			t.Errorf("%sEntry is not %sDefinition with an id:\n%s\n%s", name, name, is, was)
		}
	}
}
