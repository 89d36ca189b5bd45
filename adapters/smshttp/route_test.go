package smshttp_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/adapters/smshttp"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/notify/notifytest"
)

// gateway is an HTTP gateway that takes texts and misbehaves on demand.
type gateway struct {
	*httptest.Server
	mu      sync.Mutex
	answer  func(http.ResponseWriter, *http.Request) // nil takes the message
	phones  map[string][]string
	asked   int
	headers http.Header
}

// open starts a gateway that ends with the test.
func open(t *testing.T) *gateway {
	t.Helper()
	g := &gateway{phones: map[string][]string{}}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

func (g *gateway) set(answer func(http.ResponseWriter, *http.Request)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answer = answer
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	to, text, err := read(r)
	g.mu.Lock()
	g.asked++
	g.headers = r.Header
	n, answer := g.asked, g.answer
	if answer == nil && err == nil {
		g.phones[to] = append(g.phones[to], text)
	}
	g.mu.Unlock()
	switch {
	case answer != nil:
		answer(w, r)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	default:
		fmt.Fprintf(w, `{"status": "0", "message-id": "m%d"}`, n)
	}
}

// read reads a request as its gateway would: JSON, a form or a query.
func read(r *http.Request) (to, text string, err error) {
	if r.Header.Get("Content-Type") == "application/json" {
		var m struct {
			Messages []struct {
				To, Text string
				Flash    bool
				Parts    int
			}
		}
		d := json.NewDecoder(r.Body)
		d.DisallowUnknownFields()
		if err := d.Decode(&m); err != nil {
			return "", "", err
		}
		if len(m.Messages) != 1 || m.Messages[0].Parts != 3 || m.Messages[0].Flash {
			return "", "", fmt.Errorf("the document was changed: %+v", m)
		}
		return m.Messages[0].To, m.Messages[0].Text, nil
	}
	if err := r.ParseForm(); err != nil {
		return "", "", err
	}
	if len(r.Form["text"]) != 1 || len(r.Form["to"]) != 1 || r.Form.Get("udh") != "" {
		return "", "", fmt.Errorf("the form was changed: %v", r.Form)
	}
	return r.Form.Get("to"), r.Form.Get("text"), nil
}

func (g *gateway) phone(number string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.phones[number]
}

func (g *gateway) count() int { g.mu.Lock(); defer g.mu.Unlock(); return g.asked }

const secret = "a-secret-that-nobody-guesses"

// forms are the templates by kind.
func forms(g *gateway) map[string]smshttp.Config {
	c := smshttp.Config{Name: "http", Method: "POST", Secret: secret, Headers: "Authorization: Bearer {secret}\nX-Key: {key}\n", From: "Tandem",
		Success: `"status": "0"`, ID: `"message-id": "([^"]+)"`, Answer: 15 * time.Second}
	withJSON, form, query := c, c, c
	withJSON.URL, withJSON.Body = g.URL+"/send", `{"messages": [{"to": "{to}", "text": "{text}", "flash": false, "parts": 3}]}`
	form.URL, form.Body = g.URL+"/send?from={from}", "to={to}&text={text}"
	query.URL, query.Method = g.URL+"/send?to={to}&text={text}&password={secret}", "GET"
	return map[string]smshttp.Config{"json": withJSON, "form": form, "query": query}
}

func route(t *testing.T, c smshttp.Config) *smshttp.Route {
	t.Helper()
	r, err := smshttp.New(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestConformance(t *testing.T) {
	for kind := range forms(&gateway{Server: &httptest.Server{}}) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			notifytest.Run(t, func(t *testing.T) notifytest.Rig {
				g := open(t)
				set := func(m notifytest.Mood) {
					switch m {
					case notifytest.Well:
						g.set(nil)
					case notifytest.Refuses:
						g.set(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })
					case notifytest.Busy:
						g.set(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
					case notifytest.Mute:
						g.set(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
					case notifytest.Away:
						g.set(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
					}
				}
				rig := notifytest.Rig{Route: route(t, forms(g)[kind]), Phone: g.phone}
				if kind == "json" { // The others ask otherwise and hear the same: TestAnswers.
					rig.Set = set
				}
				return rig
			})
		})
	}
}

func yes(int) bool { return true }

var message = notify.SMS{ID: 1, Key: "k:1", To: "+4915112345", Text: "hello"}

// TestTextsStayTexts: whatever a text or a number says, it changes nothing but its own value.
func TestTextsStayTexts(t *testing.T) {
	for kind := range forms(&gateway{Server: &httptest.Server{}}) {
		g := open(t)
		r := route(t, forms(g)[kind])
		for i, text := range []string{`", "flash": true, "x": "`, "x&to=%2B1900&udh=1", "{secret} {to}", "a\r\nX-Evil: 1", "\x00\x1f", "%00", "?#/../", `\u0022`} {
			m := message
			m.To, m.Text = fmt.Sprintf("+49%d", i), text
			if got := r.Send(t.Context(), m, yes); got.Fate != notify.Taken {
				t.Errorf("%s, %q: %+v", kind, text, got)
			}
			if shown := g.phone(m.To); len(shown) != 1 || shown[0] != text {
				t.Errorf("%s, %q: the phone shows %q", kind, text, shown)
			}
		}
		if h := g.headers; h.Get("Authorization") != "Bearer "+secret || h.Get("X-Key") != message.Key || h.Get("X-Evil") != "" {
			t.Errorf("%s: headers are %v", kind, h)
		}
	}
}

// TestAnswers: what each answer means.
func TestAnswers(t *testing.T) {
	for name, is := range map[string]struct {
		answer  func(http.ResponseWriter, *http.Request)
		want    notify.Fate
		why     string
		atLeast time.Duration
	}{
		"taken without a name":        {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"status": "0"}`) }, notify.Taken, "", 0},
		"200 and no success":          {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"status": "7"}`) }, notify.Refused, "sign of success", 0},
		"wrong number":                {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(422) }, notify.Refused, "422", 0},
		"slow down":                   {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "40"); w.WriteHeader(429) }, notify.Later, "429", 39 * time.Second},
		"out of order":                {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, notify.Later, "503", 1},
		"wrong password":              {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, notify.Later, "401", 1},
		"no money":                    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(402) }, notify.Later, "402", 1},
		"it fails after it has taken": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, notify.Doubt, "500", 0},
		"a proxy's time is over":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(504) }, notify.Doubt, "504", 0},
		"the line drops":              {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, notify.Doubt, "no answer", 0},
		"the answer breaks off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "999")
			_, _ = io.WriteString(w, `{"status": "0"`)
		}, notify.Doubt, "breaks off", 0},
		"led away": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, notify.Later, "302", 1},
	} {
		for kind := range forms(&gateway{Server: &httptest.Server{}}) {
			g := open(t)
			g.set(is.answer)
			r := route(t, forms(g)[kind])
			got := r.Send(t.Context(), message, yes)
			if got.Fate != is.want || !strings.Contains(got.Why, is.why) || got.Wait < is.atLeast || r.Up() && is.want == notify.Later {
				t.Errorf("%s (%s): %+v, up %v", name, kind, got, r.Up())
			}
			if n := g.count(); n != 1 {
				t.Errorf("%s (%s): asked %d times", name, kind, n)
			}
		}
	}
}

// TestARequestLeavesOnce: a gateway that ends an old connection at the second request does not get that request again.
func TestARequestLeavesOnce(t *testing.T) {
	g := open(t)
	r := route(t, forms(g)["query"])
	if got := r.Send(t.Context(), message, yes); got.Fate != notify.Taken {
		t.Fatal(got)
	}
	g.set(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if got := r.Send(t.Context(), message, yes); got.Fate != notify.Doubt || g.count() != 2 {
		t.Errorf("%+v after %d requests", got, g.count())
	}
}

// A gateway that never answers is not waited for longer than the route allows.
func TestNoAnswerInTime(t *testing.T) {
	g := open(t)
	stop := make(chan struct{})
	g.set(func(http.ResponseWriter, *http.Request) { <-stop })
	c := forms(g)["json"]
	c.Answer = 300 * time.Millisecond
	got := route(t, c).Send(t.Context(), message, yes)
	close(stop)
	if got.Fate != notify.Doubt || !strings.Contains(got.Why, "time-out") {
		t.Errorf("%+v", got)
	}
}

// A gateway that is not there has surely not taken the message.
func TestNobodyThere(t *testing.T) {
	g := open(t)
	c := forms(g)["json"]
	g.Close()
	if got := route(t, c).Send(t.Context(), message, yes); got.Fate != notify.Later || got.Wait <= 0 {
		t.Errorf("%+v", got)
	}
	if smshttp.Examine(t.Context(), c) == nil {
		t.Error("the doctor finds it well")
	}
	if err := smshttp.Examine(t.Context(), forms(open(t))["json"]); err != nil {
		t.Error(err)
	}
}

// TestSecretsStaySecret: neither an answer nor the log shows the secret, the number or the text.
func TestSecretsStaySecret(t *testing.T) {
	g := open(t)
	c := forms(g)["query"]
	var out bytes.Buffer
	r, err := smshttp.New(c, slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	for _, answer := range []func(http.ResponseWriter, *http.Request){
		func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		func(w http.ResponseWriter, q *http.Request) { http.Error(w, q.URL.String(), http.StatusUnauthorized) },
	} {
		g.set(answer)
		got := r.Send(t.Context(), message, yes)
		fmt.Fprintf(&out, "%+v\n", got)
	}
	g.Close()
	fmt.Fprintf(&out, "%+v\n", route(t, c).Send(t.Context(), message, yes))
	for _, trace := range []string{secret, "15112345", "hello"} {
		if strings.Contains(out.String(), trace) {
			t.Errorf("%q is shown:\n%s", trace, out.String())
		}
	}
}

func TestConfigSaysWhatIsWrong(t *testing.T) {
	well := smshttp.Config{Name: "http", URL: "https://gateway.example/send", Body: "to={to}&text={text}"}
	for want, change := range map[string]func(*smshttp.Config){
		"the URL cannot":       func(c *smshttp.Config) { c.URL = "ftp://x/" },
		"{secret} in a header": func(c *smshttp.Config) { c.URL = "https://user:hunter2hunter2@x/" },
		"in its query only":    func(c *smshttp.Config) { c.URL = "https://gateway.example/{to}" },
		"POST or GET":          func(c *smshttp.Config) { c.Method = "PUT" },
		"none with GET":        func(c *smshttp.Config) { c.Method = "GET" },
		"a JSON document":      func(c *smshttp.Config) { c.Body = `{"to": {to}, "text": "{text}"}` },
		"and {text}":           func(c *smshttp.Config) { c.Body = "to={to}" },
		"recognises":           func(c *smshttp.Config) { c.Repeats = true },
		"Name: value":          func(c *smshttp.Config) { c.Headers = "Host: other" },
		`lines of "Name`:       func(c *smshttp.Config) { c.Headers = "X Key: value" },
		"without line breaks":  func(c *smshttp.Config) { c.Secret = "hunter2hunter2\n" },
		"in the body or":       func(c *smshttp.Config) { c.Headers = "X: {text}" },
		"RE2":                  func(c *smshttp.Config) { c.Success = "(" },
		"a group":              func(c *smshttp.Config) { c.ID = "id" },
		"16 characters":        func(c *smshttp.Config) { c.Hook.Secret = "short" },
	} {
		c := well
		change(&c)
		if _, err := smshttp.New(c, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("want %q: %v", want, err)
		}
	}
	if _, err := smshttp.New(well, slog.New(slog.DiscardHandler)); err != nil {
		t.Error(err)
	}
}
