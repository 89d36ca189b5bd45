package webhook

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator/desk/webhook"
)

func message(address string) webhook.Message {
	return webhook.Message{URL: address, Header: http.Header{"Webhook-Id": {"b-1"}}, Body: []byte(`{"a":1}`)}
}

func TestPost(t *testing.T) {
	var heard string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard = r.Method + " " + r.Header.Get("Webhook-Id") + " " + string(body)
		switch r.URL.Path {
		case "/busy":
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(503)
		case "/elsewhere":
			http.Redirect(w, r, "/good", http.StatusTemporaryRedirect)
		case "/slow":
			<-r.Context().Done()
		}
	}))
	defer other.Close()
	c := New([]string{"127.0.0.1"})
	for path, want := range map[string]int{"/good": 200, "/busy": 503, "/elsewhere": 307} {
		status, wait, err := c.Post(t.Context(), message(other.URL+path))
		if err != nil || status != want || wait != 7*time.Second == (want == 503) || heard != `POST b-1 {"a":1}` {
			t.Errorf("%s: %d, %s, %v; heard is %q", path, status, wait, err, heard)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, _, err := c.Post(ctx, message(other.URL+"/slow?token=hush")); err == nil || err.Error() != "no answer in time" {
		t.Errorf("of one that does not answer it says %v", err)
	}
	address := other.URL
	other.Close()
	if _, _, err := c.Post(t.Context(), message(address+"/?token=hush")); err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("of one that is away it says %v", err)
	}
}

// TestInside: no name and no spelling of an address leads inside (A13), and a name that leads elsewhere the second time is judged
// at the second time: each connection is.
func TestInside(t *testing.T) {
	asked := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer other.Close()
	u, err := url.Parse(other.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(u.Host)
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.1", "0.0.0.0", "2130706433"} {
		_, _, err := New(nil).Post(t.Context(), message("http://"+host+":"+port+"/"))
		if err == nil || asked > 0 || strings.Contains(err.Error(), host) {
			t.Errorf("%s was asked, or is named: %v", host, err)
		}
	}
	if c := New([]string{u.Host}); !c.Inside(u) || New(nil).Inside(u) {
		t.Error("the list of hosts is not kept to")
	}
}
