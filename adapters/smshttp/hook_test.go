package smshttp_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tandem/adapters/smshttp"
	"tandem/orchestrator/desk/notify"
)

// ear is a listener that remembers.
type ear struct {
	err  error
	said []string
}

func (e *ear) Receipt(_ context.Context, r notify.Receipt) error {
	e.said = append(e.said, fmt.Sprintf("receipt %s %s %s %q", r.Route, r.Ref, r.State, r.Why))
	return e.err
}

func (e *ear) Text(_ context.Context, x notify.Text) error {
	e.said = append(e.said, fmt.Sprintf("text %s %s %s>%s %q", x.Route, x.Key, x.From, x.To, x.Text))
	return e.err
}

func hook(t *testing.T, e *ear) http.Handler {
	t.Helper()
	h, err := smshttp.NewHook(smshttp.Config{Name: "http", Hook: smshttp.HookConfig{
		Secret: secret, Each: "", ID: "message.id", State: "status", Error: "error.code", From: "from", To: "to", Text: "body", Key: "sid",
	}}, e, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func call(h http.Handler, method, target, body string, headers ...string) int {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

func TestHookHears(t *testing.T) {
	for name, is := range map[string]struct {
		method, target, body string
		want                 []string
	}{
		"delivered":     {"POST", "/", `{"message": {"id": "m1"}, "status": "delivered"}`, []string{`receipt http m1 delivered ""`}},
		"a number":      {"POST", "/", `{"message": {"id": 12345678901234567890}, "status": "DELIVRD"}`, []string{`receipt http 12345678901234567890 delivered ""`}},
		"not delivered": {"POST", "/", `{"message": {"id": "m1"}, "status": "Undelivered", "error": {"code": 11}}`, []string{`receipt http m1 undelivered "Undelivered 11"`}},
		"on its way":    {"POST", "/", `{"message": {"id": "m1"}, "status": "buffered"}`, []string{`receipt http m1  ""`}},
		"long":          {"POST", "/", `{"message": {"id": "m1"}, "status": "delivered"}` + strings.Repeat(" ", 900<<10), []string{`receipt http m1 delivered ""`}},
		"several":       {"POST", "/", `[{"message": {"id": "m1"}, "status": "failed"}, {"from": "+49", "to": "7", "body": "STOP", "sid": "s1"}]`, []string{`receipt http m1 undelivered "failed"`, `text http s1 +49>7 "STOP"`}},
		"a form":        {"POST", "/", "from=%2B49&to=7&body=%E9%80%80%E8%AE%A2&sid=s2", []string{`text http s2 +49>7 "退订"`}},
		"a query":       {"GET", "/?message.id=m1&status=delivered", "", []string{`receipt http m1 delivered ""`}},
		"nothing of it": {"POST", "/", `{"hello": [1, {"x": null}]}`, nil},
	} {
		e := &ear{}
		if status := call(hook(t, e), is.method, is.target, is.body, "Authorization", "Bearer "+secret); status != http.StatusNoContent {
			t.Errorf("%s: status %d", name, status)
		}
		if strings.Join(e.said, "\n") != strings.Join(is.want, "\n") {
			t.Errorf("%s: told %q, want %q", name, e.said, is.want)
		}
	}
}

func TestHookRefuses(t *testing.T) {
	const body = `{"message": {"id": "m1"}, "status": "delivered"}`
	for name, is := range map[string]struct {
		method, target, body string
		headers              []string
		err                  error
		want                 int
	}{
		"no secret":            {"POST", "/", body, nil, nil, 401},
		"a wrong one":          {"POST", "/", body, []string{"Authorization", "Bearer " + secret + "x"}, nil, 401},
		"a wrong one beside":   {"POST", "/?secret=" + secret, body, []string{"Authorization", "Bearer x"}, nil, 401},
		"basic":                {"POST", "/", body, []string{"Authorization", "Basic eDphLXNlY3JldC10aGF0LW5vYm9keS1ndWVzc2Vz"}, nil, 204},
		"in the query":         {"POST", "/?secret=" + secret, body, nil, nil, 204},
		"no JSON":              {"POST", "/?secret=" + secret, `{"message"`, nil, nil, 400},
		"too long":             {"POST", "/?secret=" + secret, strings.Repeat(" ", 1<<20+1), nil, nil, 413},
		"another method":       {"PUT", "/?secret=" + secret, body, nil, nil, 405},
		"the database is away": {"POST", "/?secret=" + secret, body, nil, errors.New("away"), 503},
	} {
		e := &ear{err: is.err}
		if status := call(hook(t, e), is.method, is.target, is.body, is.headers...); status != is.want {
			t.Errorf("%s: status %d, want %d", name, status, is.want)
		}
		if heard := len(e.said) > 0; heard != (is.want == 204 || is.want == 503) {
			t.Errorf("%s: told %q", name, e.said)
		}
	}
	if _, err := smshttp.NewHook(smshttp.Config{Name: "http"}, &ear{}, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a hook without a secret is made")
	}
}

// FuzzHook: whatever a gateway says, it is read or refused.
func FuzzHook(f *testing.F) {
	for _, body := range []string{`{"message": {"id": "m1"}, "status": "delivered"}`, `[[[]]]`, "from=x&body=y", `{"message": [1]}`, "\xff", `{`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		status := call(hook(t, &ear{}), "POST", "/?secret="+secret, body)
		if status != http.StatusNoContent && status != http.StatusBadRequest {
			t.Errorf("status %d", status)
		}
	})
}
