// Package api is the door for programs: HTTP on echo, JSON, server-sent events. openapi.yaml is the contract, written first;
// wire types and the strict server in api.gen.go are made from it, every request is held against it before a handler sees it,
// and the scope of each operation stands in it, so that there is one source of truth.
//
//	request → observe → headers → key and scope → document → version → handler ──> Centre.Do ──> floor
//	          (log,                (401, 403)     (400, 413, (304,      │
//	           metrics)                            415, 422)  412)      └─────> view, ticket, recording, notify, access
//
// A handler decodes, makes one call, encodes. A command is answered when the views have folded it in. Errors of the house are
// translated in one place (problem.go) into application/problem+json.
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/access"
	"tandem/orchestrator/desk/customer"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/place"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/desk/survey"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/desk/webhook"
)

//go:generate go tool oapi-codegen -config oapi-codegen.yaml openapi.yaml

// Config is what the door needs. All ports must be there; zero limits take the defaults.
type Config struct {
	Centre     Centre
	Views      view.Reader
	Tickets    ticket.Desk
	Recordings recording.Reader
	Shelf      Shelf
	Messages   notify.Reader
	Surveys    survey.Desk
	Customers  customer.Desk
	Places     place.Desk
	Inbox      notify.Inbox
	Hooks      map[string]http.Handler // of SMS gateways, by route; each asks for a secret of its own
	Keys       access.Keys
	Webhooks   webhook.Keeper
	Zone       *time.Location      // of the centre; nil is UTC
	Inside     func(*url.URL) bool // may a webhook be called there without TLS? nil: nowhere
	Provision  provision.Store
	Keeper     Keeper
	Health     Health
	Prompt     func(language, name string) bool    // is there a recording? nil: nobody can tell
	Prompts    func() (map[string][]string, error) // the names of all recordings by language; nil: nobody can tell
	Country    orchestrator.Country                // of national numbers; "" knows none
	Guesses    []customer.Guess                    // of the channel that customers prefer of whom nothing better is known
	Metrics    *prometheus.Registry
	Log        *slog.Logger
	Version    string
	Now        func() time.Time

	Simulations Simulations

	MaxBody   int64         // bytes of a request's body; 64 KiB
	Timeout   time.Duration // of an ordinary request; 15 s
	Heartbeat time.Duration // between signs of life on an event stream; 15 s
	SlowAfter time.Duration // a client that takes nothing for so long is cut off; 10 s
	Streams   int           // most event streams at once; 200

	StreamsPerKey int      // most of them by one key; a quarter of Streams, one at least
	Reserved      []string // endpoints of the switch that are nobody's phone
	Emergency     string   // the switch's name of the trunk for emergency calls
}

// Server is the door. It is an http.Handler; Serve adds the time limits that a door to the world needs.
type Server struct {
	cfg       Config
	doc       *document
	echo      *echo.Echo
	http      *http.Server
	metrics   *metrics
	wrongKeys *wrongKeys
	badLinks  *wrongKeys // of surveys
	answers   *answers
	started   *answers // of simulations
	feed      *feed
	counter   *counter
	streams   *streams
	closing   context.Context
	close     context.CancelFunc

	done      atomic.Int64       // the journal's line of the last command
	takingsMu sync.Mutex         // guards takings
	takings   map[string]*taking // what is being changed, by its address
}

// New builds the door. It refuses a configuration with a missing port, and a route that the document does not know.
func New(cfg Config) (*Server, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	doc, err := readDocument()
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, doc: doc, wrongKeys: newWrongKeys(cfg.Now), badLinks: newWrongKeys(cfg.Now), answers: newAnswers(cfg.Now), started: newAnswers(cfg.Now), streams: newStreams(cfg), takings: map[string]*taking{}}
	s.closing, s.close = context.WithCancel(context.Background())
	s.metrics = newMetrics(cfg.Metrics, func() float64 { return float64(s.streams.count()) })
	s.feed = newFeed(cfg.Views, cfg.Log)
	s.counter = newCounter(cfg.Views)
	if err := s.route(); err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler: s, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug),
	}
	go s.feed.run(s.closing)
	go s.streams.watch(s.closing)
	return s, nil
}

// route registers every route behind the same row of guards.
func (s *Server) route() error {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = echo.ExtractIPDirect() // A header that any client can send is no address.
	e.HTTPErrorHandler = s.answerError
	e.Use(s.observe, s.rescue, headers, s.admit, s.check, s.conditions)
	RegisterHandlers(e, NewStrictHandler(s, nil))
	e.GET("/api/v1/events", s.streamEvents)
	e.GET("/api/v1/recordings/:recording/audio", s.downloadRecording)
	e.GET("/metrics", s.metrics.serve)
	e.GET("/hooks/sms/:route", s.callHook)
	e.POST("/hooks/sms/:route", s.callHook)
	e.GET("/s/:token", s.showSurvey)
	e.POST("/s/:token", s.answerSurvey)
	if err := registerDocs(e, s.doc); err != nil {
		return err
	}
	s.echo = e
	return s.doc.covers(e.Routes())
}

// Serve answers on l until Shutdown; then it returns nil.
func (s *Server) Serve(l net.Listener) error {
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the API on %s: %w", l.Addr(), err)
	}
	return nil
}

// Shutdown ends the event streams, lets the other requests finish until ctx ends, then cuts what is left.
func (s *Server) Shutdown(ctx context.Context) error {
	s.close()
	<-s.feed.stopped
	if err := s.http.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests were cut off: %w", err), s.http.Close())
	}
	return nil
}

// complete fills in the defaults and says which port is missing.
func (c *Config) complete() error {
	for name, missing := range map[string]bool{
		"Centre": c.Centre == nil, "Views": c.Views == nil, "Tickets": c.Tickets == nil, "Recordings": c.Recordings == nil,
		"Shelf": c.Shelf == nil, "Messages": c.Messages == nil, "Surveys": c.Surveys == nil, "Customers": c.Customers == nil, "Places": c.Places == nil, "Inbox": c.Inbox == nil, "Keys": c.Keys == nil,
		"Webhooks": c.Webhooks == nil, "Simulations": c.Simulations == nil, "Provision": c.Provision == nil, "Keeper": c.Keeper == nil, "Health": c.Health == nil,
	} {
		if missing {
			return fmt.Errorf("api.Config: %s is missing", name)
		}
	}
	if c.Metrics == nil {
		c.Metrics = prometheus.NewRegistry()
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Inside == nil {
		c.Inside = func(*url.URL) bool { return false }
	}
	if c.MaxBody == 0 {
		c.MaxBody = 64 << 10
	}
	if c.Streams == 0 {
		c.Streams = 200
	}
	if c.StreamsPerKey == 0 {
		c.StreamsPerKey = max(1, c.Streams/4)
	}
	c.Timeout = or(c.Timeout, 15*time.Second)
	c.Heartbeat = or(c.Heartbeat, 15*time.Second)
	c.SlowAfter = or(c.SlowAfter, 10*time.Second)
	return nil
}

func or(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}
