package api_test

import (
	"net/http"
	"strings"
	"testing"

	"tandem/api"
)

// TestHeadIsGetWithoutTheContent asks every address that answers GET (RFC 9110 section 9.3.2).
func TestHeadIsGetWithoutTheContent(t *testing.T) {
	c := start(t)
	c.seed()
	head := func(path string, header ...string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodHead, c.url+path, nil)
		must(t, err)
		req.Header.Set("Authorization", "Bearer "+c.admin)
		for i := 0; i+1 < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		must(t, resp.Body.Close())
		return resp
	}
	for _, r := range c.api.Routes() {
		if r.Method != http.MethodGet {
			continue
		}
		path := filled(r.Path)
		resp := head(path)
		if r.Path == "/api/v1/events" {
			if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
				t.Errorf("HEAD %s: %d %s", path, resp.StatusCode, resp.Header.Get("Content-Type"))
			}
			continue
		}
		if want := c.ask("GET", path, ""); resp.StatusCode != want.status || resp.Header.Get("Content-Type") != want.header.Get("Content-Type") {
			t.Errorf("HEAD %s: %d %s, GET says %d %s", path, resp.StatusCode, resp.Header.Get("Content-Type"), want.status, want.header.Get("Content-Type"))
		}
	}
	if resp := head("/api/v1/queues", "Authorization", ""); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("HEAD without a key: %d", resp.StatusCode)
	}
	resp := head("/api/v1/agents/ann/wrap-up")
	if resp.StatusCode != http.StatusMethodNotAllowed || strings.Contains(resp.Header.Get("Allow"), "HEAD") {
		t.Errorf("HEAD of what can only be POSTed: %d, allowed is %s", resp.StatusCode, resp.Header.Get("Allow"))
	}
	if a := c.want(405, "PATCH", "/api/v1/queues", ""); !strings.Contains(a.header.Get("Allow"), ", HEAD") {
		t.Errorf("allowed is %s", a.header.Get("Allow"))
	}
	if log := c.log.String(); !strings.Contains(log, `"method":"HEAD"`) {
		t.Error("the log does not know of HEAD")
	}
}

// TestWhatCannotBeSeen: control characters, and those that turn the order of others, are refused in every text (SECURITY A9).
func TestWhatCannotBeSeen(t *testing.T) {
	c := start(t)
	c.seed()
	for _, bad := range []string{`\u0000`, `\u0007`, `\u001b[2J`, `\u007f`, `\u0085`, `\u202e`, `\u2066`, `\u2028`} {
		a := c.want(422, "PUT", "/api/v1/queues/sales", `{"name":"Sa`+bad+`les","number":"7000"}`)
		if !strings.Contains(string(a.body), "U+") {
			t.Errorf("%s: %s", bad, a.body)
		}
		c.want(422, "PUT", "/api/v1/agents/ann", `{"name":"Ann`+bad+`","endpoint":"ann","queues":["sales"]}`)
		c.want(422, "POST", "/api/v1/agents/ann/wrap-up", `{"disposition":"sold","notes":"all`+bad+`"}`)
		c.want(422, "POST", "/api/v1/tickets/10000008/comments", `{"text":"all`+bad+`"}`)
	}
	c.want(422, "PUT", "/api/v1/queues/sales", `{"name":"two\nlines","number":"7000"}`)
	c.want(422, "PUT", "/api/v1/queues/sales", `{"name":" \u00a0","number":"7000"}`)
	c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Vertrieb · 客服 · مبيعات\u200f","number":"7000"}`)
	c.want(404, "POST", "/api/v1/tickets/99999999/comments", `{"text":"two\nlines\tand a tab"}`)
}

// TestANameOfTheSwitchIsNobodysPhone: the switch's own endpoints are refused.
func TestANameOfTheSwitchIsNobodysPhone(t *testing.T) {
	c := start(t, func(cfg *api.Config) { cfg.Reserved = []string{"loopback", "robots"} })
	c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Sales","number":"7000"}`)
	for _, name := range []string{"loopback", "robots"} {
		a := c.want(422, "PUT", "/api/v1/agents/ann", `{"name":"Ann","endpoint":"`+name+`","queues":["sales"]}`)
		if !strings.Contains(string(a.body), "endpoint") {
			t.Errorf("%s: %s", name, a.body)
		}
	}
	c.want(200, "PUT", "/api/v1/agents/ann", `{"name":"Ann","endpoint":"loopback2","queues":["sales"]}`)
}
