package api_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"tandem/api"
	"tandem/orchestrator/desk/access"
)

// open are the only routes that answer without a key.
var open = []string{"GET /healthz", "GET /readyz", "GET /metrics", "GET /api/openapi.yaml", "GET /api/docs", "GET /api/docs/style.css"}

// examples stand for the parameters of a path.
var examples = map[string]string{"queue": "sales", "agent": "ann", "interaction": "i1", "callback": "i1", "offer": "o1", "recording": "r1", "ticket": "10000009", "key": "k1", "simulation": "s1", "number": "+4915112345", "route": "other", "flow": "main", "table": "who", "webhook": "crm", "trunk": "provider", "type": "parcel", "customer": "C-4711",
	"message": "1041"}

var param = regexp.MustCompile(`[:{](\w+)}?`)

func filled(path string) string {
	return param.ReplaceAllStringFunc(path, func(p string) string { return examples[strings.Trim(p, ":{}")] })
}

// TestEveryRouteNeedsAKey asks every route of the router's own table (SECURITY A1).
func TestEveryRouteNeedsAKey(t *testing.T) {
	c := start(t)
	n := 0
	for _, r := range c.api.Routes() {
		if slices.Contains(open, r.Method+" "+r.Path) {
			c.want(200, r.Method, filled(r.Path), "", "Authorization", "")
			continue
		}
		if r.Path == "/s/:token" { // A secret of its own: survey_page_test.go.
			continue
		}
		n++
		a := c.want(401, r.Method, filled(r.Path), "", "Authorization", "")
		if a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s %s: 401 without WWW-Authenticate", r.Method, r.Path)
		}
		if n%15 == 0 {
			c.later(5 * time.Minute) // Or so many without a key are too many.
		}
	}
	if n < 25 {
		t.Errorf("only %d routes need a key", n)
	}
}

// TestEveryScope gives each operation all scopes but the one that it names.
func TestEveryScope(t *testing.T) {
	c := start(t)
	spec, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	must(t, err)
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			scope, _ := op.Extensions["x-scope"].(string)
			if scope == "" {
				continue
			}
			others := slices.DeleteFunc(slices.Clone(access.Scopes[:]), func(s access.Scope) bool { return s == access.Admin || string(s) == scope })
			a := c.want(403, method, filled(path), "", "Authorization", "Bearer "+c.key(others...))
			if !strings.Contains(string(a.body), "scope "+scope) {
				t.Errorf("%s %s does not name the scope: %s", method, path, a.body)
			}
			if op.OperationID == "streamEvents" {
				continue // With a good key it would go on for ever.
			}
			if a := c.ask(method, filled(path), "", "Authorization", "", "X-API-Key", c.key(access.Scope(scope))); a.status == 401 || a.status == 403 {
				t.Errorf("%s %s: %d with its own scope", method, path, a.status)
			}
		}
	}
}

func TestWrongKeys(t *testing.T) {
	c := start(t)
	made := read[api.NewKey](t, c.want(201, "POST", "/api/v1/api-keys", `{"name":"wallboard","scopes":["read"]}`))
	c.want(200, "GET", "/api/v1/queues", "", "Authorization", "Bearer "+made.Key)
	c.want(200, "GET", "/api/v1/queues", "", "Authorization", "", "X-API-Key", made.Key)
	c.want(204, "DELETE", "/api/v1/api-keys/"+made.ID, "")
	a := c.want(401, "GET", "/api/v1/queues", "", "Authorization", "Bearer "+made.Key)
	if !strings.Contains(string(a.body), "was revoked") {
		t.Errorf("a revoked key is not told so: %s", a.body)
	}
	for _, wrong := range []string{"", "Bearer", "Bearer ", "Basic " + made.Key, "Bearer tdm_x", "Bearer ' OR 1=1 --", "Bearer " + made.Key + "x", "Bearer " + strings.ToUpper(made.Key), strings.Repeat("x", 5000)} {
		c.want(401, "GET", "/api/v1/queues", "", "Authorization", wrong)
	}
	c.want(401, "GET", "/api/v1/queues?api_key="+c.admin, "", "Authorization", "")
	if log := c.log.String(); strings.Contains(log, made.Key) || strings.Contains(log, strings.TrimPrefix(c.admin, "tdm_")) {
		t.Error("the log has a key")
	}
}

func TestManyWrongKeys(t *testing.T) {
	c := start(t)
	for range 20 {
		c.want(401, "GET", "/api/v1/queues", "", "Authorization", "Bearer tdm_x")
	}
	a := c.want(429, "GET", "/api/v1/queues", "", "Authorization", "Bearer tdm_x", "X-Forwarded-For", "192.0.2.1")
	if a.header.Get("Retry-After") == "" {
		t.Error("429 without Retry-After")
	}
	c.want(200, "GET", "/api/v1/queues", "")
	c.later(time.Minute)
	c.want(401, "GET", "/api/v1/queues", "", "Authorization", "Bearer tdm_x")
}

func TestHeadersAndUnknownAddresses(t *testing.T) {
	c := start(t)
	for _, path := range []string{"/", "/api", "/api/v1", "/api/v1/none", "/admin.php", "/api/v1/queues/", "/api/docs/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"} {
		c.want(404, "GET", path, "")
	}
	a := c.want(405, "PATCH", "/api/v1/queues", "")
	if a.header.Get("Allow") == "" {
		t.Error("405 without Allow")
	}
	for _, path := range []string{"/healthz", "/api/v1/queues", "/none", "/api/docs"} {
		h := c.ask("GET", path, "", "Origin", "https://evil.example").header
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Access-Control-Allow-Origin": ""} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") || strings.Contains(h.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: Content-Security-Policy %q", path, h.Get("Content-Security-Policy"))
		}
	}
}

func TestPanicSaysNothing(t *testing.T) {
	c := start(t)
	c.panic = true
	a := c.want(http.StatusInternalServerError, "PUT", "/api/v1/queues/sales", `{"name":"Sales","number":"7000"}`)
	if strings.Contains(string(a.body), "secret") || strings.Contains(string(a.body), "goroutine") {
		t.Errorf("the answer shows the inside: %s", a.body)
	}
	p := read[api.Problem](t, a)
	if p.RequestID == "" || !strings.Contains(c.log.String(), `"request":"`+p.RequestID+`"`) || !strings.Contains(c.log.String(), "a secret of the inside") {
		t.Error("the log does not have the cause under the request id")
	}
}

func TestLogHasNoPerson(t *testing.T) {
	c := start(t)
	c.seed()
	c.call("c1", "+4930987654")
	c.want(200, "GET", "/api/v1/interactions", "")
	c.want(200, "GET", "/api/v1/messages", "")
	log := c.log.String()
	if !strings.Contains(log, `"route":"/api/v1/agents/:agent/wrap-up","status":200`) {
		t.Errorf("no line for the wrap-up:\n%s", log)
	}
	for _, private := range []string{"4930987654", "all well", "Ann Example"} {
		if strings.Contains(log, private) {
			t.Errorf("the log has %q", private)
		}
	}
}
