package lookup

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator/flow"
)

var into = []flow.Field{{Name: "tier", Path: "customer.tier"}, {Name: "due", Path: "due"}, {Name: "vip", Path: "customer.vip"}}

func service(t *testing.T, answer http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
}

func TestLook(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   map[string]string
		why    string
	}{
		{"all there", says(`{"customer":{"tier":"gold","vip":true},"due":12.50}`), map[string]string{"tier": "gold", "due": "12.50", "vip": "true"}, ""},
		{"some absent", says(`{"customer":"x","due":null}`), map[string]string{"tier": "", "due": "", "vip": ""}, ""},
		{"a list", says(`[1]`), map[string]string{"tier": "", "due": "", "vip": ""}, ""},
		{"no JSON", says(`<html>`), nil, "the answer is no JSON"},
		{"nothing", says(``), nil, "the answer is no JSON"},
		{"too long", says(`{"due":"` + strings.Repeat("x", maxAnswer) + `"}`), nil, "longer than"},
		{"an error", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, nil, "status 500"},
		{"elsewhere", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/there", http.StatusFound) }, nil, "status 302"},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, `{"due":1`)
		}, nil, "the service cannot be reached"},
		{"too slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, nil, "no answer in time"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := service(t, c.answer)
			ctx := t.Context()
			if c.name == "too slow" {
				short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
				defer cancel()
				ctx = short
			}
			have, err := New([]string{"127.0.0.1"}).Look(ctx, flow.Find{URL: s.URL + "/4711", Into: into})
			switch {
			case c.why == "" && (err != nil || !maps.Equal(have, c.want)):
				t.Errorf("%v, %v", have, err)
			case c.why != "" && (err == nil || !strings.Contains(err.Error(), c.why)):
				t.Errorf("%v, want %s", err, c.why)
			case err != nil && (strings.Contains(err.Error(), "4711") || strings.Contains(err.Error(), "127.0.0.1")):
				t.Errorf("%v names the address", err)
			}
		})
	}
}

// TestInside: what is inside the network is asked only by its name on the list (A13), and the name is judged after it was resolved.
func TestInside(t *testing.T) {
	asked := 0
	s := service(t, func(w http.ResponseWriter, _ *http.Request) { asked++; fmt.Fprint(w, `{}`) })
	_, port, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), ":")
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.1", "0.0.0.0", "2130706433"} {
		_, err := New(nil).Look(t.Context(), flow.Find{URL: "http://" + host + ":" + port + "/"})
		if err == nil || asked > 0 {
			t.Errorf("%s was asked: %v", host, err)
		}
	}
	if _, err := New([]string{"127.0.0.1:1"}).Look(t.Context(), flow.Find{URL: s.URL}); err == nil {
		t.Error("another port of the host was asked")
	}
	if _, err := New([]string{"127.0.0.1:" + port}).Look(t.Context(), flow.Find{URL: s.URL}); err != nil || asked != 1 {
		t.Errorf("a host on the list was not asked: %v", err)
	}
}
