package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"tandem/api"
	"tandem/orchestrator"
)

// TestBadRequests: each is refused with the right status, names the field, and changes nothing.
func TestBadRequests(t *testing.T) {
	c := start(t)
	const q = "/api/v1/queues/sales"
	for _, bad := range []struct {
		name, method, path, body string
		status                   int
		says                     string // in the answer
	}{
		{"malformed", "PUT", q, `{"name":`, 400, "no JSON"},
		{"not JSON", "PUT", q, `hello`, 400, "no JSON"},
		{"two values", "PUT", q, `{"name":"Sales","number":"7000"}{}`, 400, "more than one"},
		{"no body", "PUT", q, ``, 400, "body"},
		{"null", "PUT", q, `null`, 422, "body"},
		{"list", "PUT", q, `[]`, 422, "body"},
		{"wrong type", "PUT", q, `{"name":5,"number":"7000"}`, 422, `"field":"name"`},
		{"wrong type of number", "PUT", q, `{"name":"Sales","number":"7000","ring_seconds":"20"}`, 422, `"field":"ring_seconds"`},
		{"fraction", "PUT", q, `{"name":"Sales","number":"7000","ring_seconds":20.5}`, 422, `"field":"ring_seconds"`},
		{"out of range", "PUT", q, `{"name":"Sales","number":"7000","ring_seconds":1}`, 422, `"field":"ring_seconds"`},
		{"missing", "PUT", q, `{"name":"Sales"}`, 422, `"field":"number"`},
		{"two wrong", "PUT", q, `{"name":"","number":"7000;drop"}`, 422, `"field":"number"`},
		{"unknown field", "PUT", q, `{"name":"Sales","number":"7000","colour":"red"}`, 422, "colour"},
		{"other case", "PUT", q, `{"Name":"Sales","number":"7000"}`, 422, "Name"},
		{"bad enum", "PUT", q, `{"name":"Sales","number":"7000","tickets":"sometimes"}`, 422, `"field":"tickets"`},
		{"dialplan", "PUT", q, `{"name":"Sales","number":"7000,1,System(rm)"}`, 422, `"field":"number","says":"must be 1 to 24 of 0-9, * and #"`},
		{"prompt", "PUT", q, `{"name":"Sales","number":"7000","greeting":"sound:../../etc/passwd"}`, 422, `"field":"greeting"`},
		{"control in a name", "PUT", q, `{"name":"Sa\u0000les","number":"7000"}`, 422, "name"},
		{"bad id", "PUT", "/api/v1/queues/Sales!", `{"name":"Sales","number":"7000"}`, 400, `"field":"queue"`},
		{"path in an id", "GET", "/api/v1/queues/..%2f..%2fetc%2fpasswd", ``, 400, `"field":"queue"`},
		{"path in a recording", "GET", "/api/v1/recordings/..%2f..%2fetc%2fpasswd/audio", ``, 400, `"field":"recording"`},
		{"encoded twice", "GET", "/api/v1/recordings/%252e%252e%252fpasswd", ``, 400, `"field":"recording"`},
		{"injection in an id", "GET", "/api/v1/tickets/1%27%20OR%201=1", ``, 400, `"field":"ticket"`},
		{"long id", "GET", "/api/v1/interactions/" + strings.Repeat("x", 200), ``, 400, `"field":"interaction"`},
		{"limit word", "GET", "/api/v1/interactions?limit=ten", ``, 400, `"field":"limit"`},
		{"limit zero", "GET", "/api/v1/interactions?limit=0", ``, 400, `"field":"limit"`},
		{"limit high", "GET", "/api/v1/interactions?limit=101", ``, 400, `"field":"limit"`},
		{"limit twice", "GET", "/api/v1/interactions?limit=1&limit=2", ``, 400, `"field":"limit"`},
		{"bad filter", "GET", "/api/v1/interactions?state=gone", ``, 400, `"field":"state"`},
		{"bad time", "GET", "/api/v1/interactions?from=yesterday", ``, 400, `"field":"from"`},
		{"bad time in a body", "POST", "/api/v1/callbacks", `{"queue":"sales","number":"13800138001","not_before":"tomorrow"}`, 422, `"field":"not_before","says":"must be a time with its zone, such as 2026-11-22T10:00:00Z or`},
		{"time without a zone", "POST", "/api/v1/callbacks", `{"queue":"sales","number":"13800138001","not_before":"2026-11-22T10:00:00"}`, 422, `such as 2026-11-22T10:00:00Z or`},
		{"no such day", "POST", "/api/v1/callbacks", `{"queue":"sales","number":"13800138001","not_before":"2026-02-31T10:00:00Z"}`, 422, `"field":"not_before","says":"must be a time`},
		{"bad time deep in a body", "POST", "/api/v1/simulations", `{"replay":{"from":"2026-11-20","to":"2026-11-21T00:00:00Z"}}`, 422, `"field":"replay.from","says":"must be a time`},
		{"span backwards", "GET", "/api/v1/interactions?from=2026-11-22T10:00:00Z&to=2026-11-22T09:00:00Z", ``, 400, `"field":"to"`},
		{"bad bool", "GET", "/api/v1/interactions?live=perhaps", ``, 400, `"field":"live"`},
		{"unknown parameter", "GET", "/api/v1/interactions?sort=from", ``, 400, `"field":"sort"`},
		{"semicolon", "GET", "/api/v1/interactions?sort=from;drop", ``, 400, "%3B"},
		{"cursor of nothing", "GET", "/api/v1/interactions?cursor=AAAA", ``, 400, `"field":"cursor"`},
		{"cursor of another list", "GET", "/api/v1/tickets?cursor=aW50ZXJhY3Rpb246eA", ``, 400, `"field":"cursor"`},
		{"cursor with signs", "GET", "/api/v1/interactions?cursor=%27", ``, 400, `"field":"cursor"`},
		{"message cursor", "GET", "/api/v1/messages?cursor=bWVzc2FnZTp4", ``, 400, `"field":"cursor"`},
		{"unknown cursor", "GET", "/api/v1/interactions?cursor=aW50ZXJhY3Rpb246eA", ``, 422, "begin again"},
		{"body on GET", "GET", "/api/v1/queues", `{}`, 400, "no body"},
		{"bad If-Match", "PUT", "/api/v1/tickets/10000009/state", `{"state":"solved"}`, 404, ""},
		{"unknown ticket", "GET", "/api/v1/tickets/10000009", ``, 404, ""},
		{"unknown recording", "GET", "/api/v1/recordings/none/audio", ``, 404, ""},
		{"unknown key", "DELETE", "/api/v1/api-keys/none", ``, 404, ""},
		{"no scope", "POST", "/api/v1/api-keys", `{"name":"x","scopes":[]}`, 422, "scopes"},
		{"unknown scope", "POST", "/api/v1/api-keys", `{"name":"x","scopes":["root"]}`, 422, "scopes"},
		{"empty comment", "POST", "/api/v1/tickets/10000009/comments", `{"text":""}`, 422, `"field":"text"`},
		{"after", "GET", "/api/v1/events?after=-1", ``, 400, `"field":"after"`},
		{"after the end", "GET", "/api/v1/events?after=99", ``, 400, "another journal"},
	} {
		t.Run(bad.name, func(t *testing.T) {
			c.t = t
			a := c.want(bad.status, bad.method, bad.path, bad.body)
			p := read[api.Problem](t, a)
			if !strings.Contains(string(a.body), bad.says) || p.Detail == "" || p.Status != bad.status || !strings.HasPrefix(p.Type, "/api/docs#") {
				t.Errorf("%s does not say %q", a.body, bad.says)
			}
		})
	}
	c.t = t
	if seq, err := c.store.Seq(t.Context()); err != nil || seq != 0 {
		t.Errorf("a refused request wrote the journal: line %d %v", seq, err)
	}
}

func TestBodies(t *testing.T) {
	c := start(t)
	big := `{"name":"` + strings.Repeat("x", 70_000) + `","number":"7000"}`
	c.want(413, "PUT", "/api/v1/queues/sales", big)
	c.want(413, "GET", "/api/v1/queues", big)
	c.want(413, "POST", "/api/v1/api-keys", strings.Repeat("[", 70_000))
	c.want(400, "POST", "/api/v1/api-keys", strings.Repeat("[", 60_000))
	for _, kind := range []string{"text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
		c.want(415, "PUT", "/api/v1/queues/sales", `{"name":"Sales","number":"7000"}`, "Content-Type", kind)
	}
	c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Sales","number":"7000"}`, "Content-Type", "application/json; charset=utf-8")
	c.want(400, "PUT", "/api/v1/tickets/10000009/state", `{"state":"solved"}`, "If-Match", "yesterday")
	c.want(400, "POST", "/api/v1/agents/ann/wrap-up", `{"disposition":"solved"}`, "Idempotency-Key", "with space")
}

// TestErrors: every kind of error of the house has its status, and only what is said goes out.
func TestErrors(t *testing.T) {
	c := start(t)
	cause := errors.New("pq: password authentication failed for user tandem")
	for kind, status := range map[orchestrator.Kind]int{
		orchestrator.Invalid: 422, orchestrator.NotFound: 404, orchestrator.Conflict: 409, orchestrator.Forbidden: 403,
		orchestrator.Limit: 429, orchestrator.Unavailable: 503, orchestrator.Internal: 500, "unheard of": 500,
	} {
		c.fails = &orchestrator.Error{Kind: kind, Op: "queue.define", Say: "do this", Err: cause}
		a := c.want(status, "PUT", "/api/v1/queues/sales", `{"name":"Sales","number":"7000"}`)
		if strings.Contains(string(a.body), "pq:") || strings.Contains(string(a.body), "do this") != (status != 500) {
			t.Errorf("%s: %s", kind, a.body)
		}
		if (status == 503 || status == 429) != (a.header.Get("Retry-After") != "") {
			t.Errorf("%d: Retry-After %q", status, a.header.Get("Retry-After"))
		}
	}
	c.fails = cause
	if a := c.want(http.StatusInternalServerError, "PUT", "/api/v1/queues/sales", `{"name":"Sales","number":"7000"}`); strings.Contains(string(a.body), "pq:") {
		t.Errorf("the answer shows the inside: %s", a.body)
	}
}
