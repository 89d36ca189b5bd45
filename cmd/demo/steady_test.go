package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"tandem/adapters/lab"
)

// TestTheDemoGoesOnWhenTandemIsAway: a line that breaks and a server that cannot serve yet are asked again, under the same key; a
// refusal is final.
func TestTheDemoGoesOnWhenTandemIsAway(t *testing.T) {
	var keys []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		switch {
		case r.URL.Path == "/no":
			w.WriteHeader(http.StatusConflict)
		case len(keys) == 1:
			panic(http.ErrAbortHandler) // the client reads EOF
		case len(keys) == 2:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			_, _ = w.Write([]byte(`{"id":"i1"}`))
		}
	}))
	defer server.Close()
	api := steady{lab.Client{URL: server.URL}}
	var done struct{ ID string }
	if err := api.Post(t.Context(), "/yes", map[string]string{}, &done); err != nil || done.ID != "i1" {
		t.Fatalf("%v, %+v", err, done)
	}
	if len(keys) != 3 || keys[0] == "" || keys[0] != keys[1] || keys[0] != keys[2] {
		t.Errorf("the tries have the keys %q", keys)
	}
	if err := api.Get(t.Context(), "/no", nil); err == nil || len(keys) != 4 {
		t.Errorf("%v after %d tries", err, len(keys)-3)
	}
}

func TestAttributesAreToldPlainly(t *testing.T) {
	if said := plainly(map[string]string{"order": "4711", "department": "2"}); said != "department 2, order 4711" {
		t.Error(said)
	}
}
