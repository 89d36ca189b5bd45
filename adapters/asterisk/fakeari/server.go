package fakeari

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"tandem/orchestrator/media/mediatest/fakeparty"
	"testing"
	"time"
)

// User and Password are what the fake lets in.
const (
	User     = "tandem"
	Password = "a-password-of-the-fake"
	App      = "tandem"
)

// Server is one fake Asterisk. All its methods may be called from any goroutine.
type Server struct {
	Host string // host:port of ARI

	http *httptest.Server

	mu      sync.Mutex
	crowd   *fakeparty.Crowd
	boot    time.Time
	count   int
	socket  *socket
	known   bool // the application has been connected once
	deaf    bool // the next event line will be
	holds   bool // the dialplan keeps phones that have answered
	keeps   bool // callers in the fallback
	chans   map[string]*Channel
	bridges map[string]*bridge
	plays   map[string]*play
	tapes   map[string]*tape // running and stored
	phones  map[string]*Phone
	objects map[string][]map[string]string // by "kind/id"
	follows map[string]bool                // event sources that the application is subscribed to
	hushed  map[string]bool                // kinds of events that it does not want
	breaks  []*Break
	shape   func(event map[string]any) []map[string]any
	orders  map[string]int // "METHOD /path" with ids as they are: how often
	closing bool
	hung    chan struct{} // closed at the end, for handlers that hang
	last    time.Time     // of the last event: two never have the same time
}

// New starts a fake Asterisk that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{
		boot: time.Now(), chans: map[string]*Channel{}, bridges: map[string]*bridge{}, plays: map[string]*play{},
		tapes: map[string]*tape{}, phones: map[string]*Phone{}, objects: map[string][]map[string]string{}, follows: map[string]bool{}, hushed: map[string]bool{}, orders: map[string]int{},
		hung: make(chan struct{}),
	}
	s.crowd = fakeparty.NewCrowd(&s.mu, s.accountAll)
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	s.Host = strings.TrimPrefix(s.http.URL, "http://")
	t.Cleanup(func() {
		s.mu.Lock()
		s.closing = true
		close(s.hung)
		s.crowd.Changed()
		s.mu.Unlock()
		s.DropLine()
		s.http.CloseClientConnections()
		s.http.Close()
	})
	return s
}

// failure is an answer that is not 2xx.
type failure struct {
	status int
	text   string
}

func (f *failure) Error() string { return f.text }

func fail(status int, text string) error { return &failure{status, text} }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if user, password, _ := r.BasicAuth(); user != User || password != Password {
		http.Error(w, `{"message":"Authentication required"}`, http.StatusUnauthorized)
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/ari")
	if path == "/events" {
		s.events(w, r)
		return
	}
	args := params(r)
	s.mu.Lock()
	s.orders[r.Method+" "+path]++
	broken := s.broken(r.Method, path)
	if broken != nil && broken.Before {
		s.mu.Unlock()
		s.answerBroken(w, r, broken)
		return
	}
	if broken != nil && broken.Ahead != nil {
		s.mu.Unlock()
		broken.Ahead()
		s.mu.Lock()
	}
	s.accountAll()
	answer, err := s.route(r.Method, strings.Split(strings.Trim(path, "/"), "/"), args)
	s.crowd.Changed()
	s.mu.Unlock()
	switch {
	case broken != nil && broken.Meanwhile != nil:
		broken.Meanwhile()
	case broken != nil && broken.Ahead == nil:
		s.answerBroken(w, r, broken)
		return
	}
	var failed *failure
	switch {
	case errors.As(err, &failed):
		w.WriteHeader(failed.status)
		_ = json.NewEncoder(w).Encode(map[string]string{"message": failed.text})
	case answer == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		if raw, ok := answer.([]byte); ok {
			_, _ = w.Write(raw)
			return
		}
		_ = json.NewEncoder(w).Encode(answer)
	}
}

// params reads the query and the JSON body as ARI does: either may hold a parameter.
func params(r *http.Request) map[string]any {
	args := map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&args)
	for name, values := range r.URL.Query() {
		args[name] = values[0]
	}
	return args
}

func text(args map[string]any, name string) string {
	switch value := args[name].(type) {
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	return ""
}

func (s *Server) route(method string, path []string, args map[string]any) (any, error) {
	for len(path) < 4 {
		path = append(path, "")
	}
	switch path[0] {
	case "asterisk":
		if path[1] == "config" {
			return s.dynamic(method, path, args)
		}
		return map[string]any{
			"system": map[string]any{"entity_id": "fake"}, "status": map[string]any{"startup_time": s.boot.Format(timeForm)},
		}, nil
	case "applications":
		return s.application(method, path, args)
	case "channels":
		return s.channels(method, path, args)
	case "bridges":
		return s.bridgeOrders(method, path, args)
	case "playbacks":
		return s.playbacks(method, path[1])
	case "recordings":
		return s.recordings(method, path)
	case "events":
		s.emit(map[string]any{"type": "ChannelUserevent", "eventname": path[2]})
		return nil, nil
	case "endpoints":
		return s.endpoint(path[2])
	}
	return nil, fail(404, "Resource not found")
}

func (s *Server) application(method string, path []string, args map[string]any) (any, error) {
	if path[1] != App || !s.known {
		return nil, fail(404, "Application not found")
	}
	if method == http.MethodPut {
		clear(s.hushed)
		kinds, _ := args["disallowed"].([]any)
		for _, kind := range kinds {
			if kind, ok := kind.(map[string]any); ok {
				s.hushed[text(kind, "type")] = true
			}
		}
		return map[string]any{"name": App}, nil
	}
	if method == http.MethodDelete {
		delete(s.follows, text(args, "eventSource"))
		return map[string]any{"name": App}, nil
	}
	if method == http.MethodPost {
		source := text(args, "eventSource")
		kind, id, _ := strings.Cut(source, ":")
		if kind == "channel" && s.chans[id] == nil {
			return nil, fail(422, "Event source does not exist")
		}
		if kind == "endpoint" && !s.reaches(strings.TrimPrefix(id, "PJSIP/")) {
			return nil, fail(422, "Event source does not exist")
		}
		s.follows[source] = true
		return map[string]any{"name": App}, nil
	}
	ids := []string{}
	for source := range s.follows {
		if id, ok := strings.CutPrefix(source, "channel:"); ok {
			ids = append(ids, id)
		}
	}
	return map[string]any{"name": App, "channel_ids": ids}, nil
}

// Orders counts the commands "METHOD /path" that were carried out.
func (s *Server) Orders(order string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.orders[order]
}

// OrdersWith counts the commands whose text has all the parts.
func (s *Server) OrdersWith(parts ...string) (count int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for order, n := range s.orders {
		has := true
		for _, part := range parts {
			has = has && strings.Contains(order, part)
		}
		if has {
			count += n
		}
	}
	return count
}

// URL is the address for the adapter.
func (s *Server) URL() string { return (&url.URL{Scheme: "http", Host: s.Host, Path: "/ari"}).String() }

func (s *Server) next(word string) string {
	s.count++
	return fmt.Sprintf("%s.%d", word, s.count)
}
