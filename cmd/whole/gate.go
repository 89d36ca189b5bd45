package whole

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// Gate stands between Tandem and the switch. It lets everything pass, and stops at one command that the story names: before
// the switch gets it, or after the switch has done it and before Tandem hears so. There the story kills Tandem.
type Gate struct {
	// Reached yields the command at which Tandem is stopped, such as "POST channels/create".
	Reached chan string

	server *httptest.Server
	over   chan struct{} // closed with the story

	mu    sync.Mutex
	wait  int  // commands until the stop; 0 is no stop
	after bool // the switch gets the last one
	count int  // commands since StopAt
	taped bool // of these the switch got one that begins a tape, before Tandem was stopped
}

// NewGate returns a gate for Config.Through.
func NewGate(t testing.TB) (*Gate, func(address string) string) {
	t.Helper()
	g := &Gate{Reached: make(chan string, 1), over: make(chan struct{})}
	if OnFreeSWITCH() {
		return g, g.throughESL(t)
	}
	return g, func(ari string) string {
		at, err := url.Parse(ari)
		if err != nil {
			t.Fatal(err)
		}
		proxy := &httputil.ReverseProxy{
			Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: at.Scheme, Host: at.Host}) },
			ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
		}
		g.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.pass(proxy, w, r) }))
		t.Cleanup(func() {
			close(g.over)
			g.server.CloseClientConnections()
			g.server.Close()
		})
		return g.server.URL + at.Path
	}
}

// StopAt stops Tandem at its nth command from now on, counted from 1.
func (g *Gate) StopAt(nth int, after bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wait, g.after, g.count, g.taped = nth, after, 0, false
}

// Taped says whether Tandem had the switch begin a tape since StopAt, before it was stopped.
func (g *Gate) Taped() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.taped
}

// Open lets everything pass again, and returns how many commands there were since StopAt.
func (g *Gate) Open() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wait = 0
	return g.count
}

// next counts a command, and says whether Tandem is stopped at it, after the switch has it, and as the first of all.
func (g *Gate) next(command string) (stop, after, first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count++
	stop = g.wait > 0 && g.count >= g.wait
	first = stop && g.count == g.wait
	after = g.after && first
	if g.wait > 0 && (!stop || after) && tapes(command) {
		g.taped = true
	}
	return stop, after, first
}

// tapes says whether a command makes the switch record.
func tapes(command string) bool {
	return strings.HasPrefix(command, "api uuid_record") || strings.HasSuffix(command, "/record")
}

func (g *Gate) pass(proxy http.Handler, w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet || strings.Contains(r.URL.Path, "/recordings/stored/") { // no part of a call
		proxy.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body) // only then does the server see that Tandem is gone
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	command := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/ari/")
	stop, after, first := g.next(command)
	if !stop {
		proxy.ServeHTTP(w, r)
		return
	}
	if after { // the switch does it, and its answer goes nowhere
		proxy.ServeHTTP(httptest.NewRecorder(), r)
	}
	if first {
		g.Reached <- command
	}
	select {
	case <-r.Context().Done(): // Tandem is gone
	case <-g.over:
	}
}
