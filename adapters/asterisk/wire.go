package asterisk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// scheme is how ari/v6 reaches our transport: its http client is closed to us and falls back to http.DefaultTransport, where a
// scheme of our own can be registered without touching how the rest of the program speaks http.
const scheme = "tandem-ari"

// wires holds the transport of each Switch by the host part of its private URL.
var (
	wires     sync.Map // string to *wire
	wireCount atomic.Int64
	register  = sync.OnceValue(func() error {
		transport, ok := http.DefaultTransport.(*http.Transport)
		if !ok {
			return errors.New("asterisk: http.DefaultTransport was replaced: create the switch before wrapping it")
		}
		transport.RegisterProtocol(scheme, dispatcher{})
		return nil
	})
)

type dispatcher struct{}

func (dispatcher) RoundTrip(req *http.Request) (*http.Response, error) {
	w, ok := wires.Load(req.URL.Host)
	if !ok {
		return nil, fmt.Errorf("asterisk: no switch behind %s", req.URL.Host)
	}
	return w.(*wire).RoundTrip(req)
}

// wire carries all commands to one Asterisk. It gives each a deadline, ends them when the line is lost, turns a status beyond
// 299 into a *statusError, and counts.
type wire struct {
	host, scheme string // of the real Asterisk
	private      string // key in wires
	timeout      time.Duration
	commands     *connections
	next         *http.Transport // of the event line and of files
	figures      *figures
	silent       [2]atomic.Int64   // commands in a row without an answer: dials, and the rest
	wedged       func(count int64) // told each time silent grows

	mu   sync.Mutex
	line context.Context // commands end with it; guarded by mu
}

// statusError is an answer of Asterisk that is not 2xx.
type statusError struct {
	Status int
	Body   string
}

func (e *statusError) Error() string { return "status " + strconv.Itoa(e.Status) + ": " + e.Body }

// unanswered is a command of which nobody knows what came of it.
type unanswered struct{ error }

func (e *unanswered) Unwrap() error { return e.error }

// statusOf returns the HTTP status of an error, 0 when there was no answer.
func statusOf(err error) int {
	var status *statusError
	if errors.As(err, &status) {
		return status.Status
	}
	return 0
}

func newWire(scheme, host string, timeout time.Duration, f *figures) (*wire, error) {
	if err := register(); err != nil {
		return nil, err
	}
	w := &wire{
		host: host, scheme: scheme, timeout: timeout, figures: f, line: context.Background(),
		private:  "switch-" + strconv.FormatInt(wireCount.Add(1), 10),
		commands: newConnections(scheme, host, timeout),
		next: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: timeout, KeepAlive: 5 * time.Second}).DialContext,
			MaxIdleConnsPerHost: mostFiles,
			MaxConnsPerHost:     mostFiles,
			IdleConnTimeout:     idleTime,
			DisableCompression:  true,
		},
	}
	wires.Store(w.private, w)
	return w, nil
}

// bind makes all further commands end with ctx.
func (w *wire) bind(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.line = ctx
	w.silent[0].Store(0)
	w.silent[1].Store(0)
}

// RoundTrip sends one command and reads its whole answer.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), w.timeout)
	defer cancel()
	w.mu.Lock()
	line := w.line
	w.mu.Unlock()
	defer context.AfterFunc(line, cancel)()

	began := time.Now()
	sent, at := req.WithContext(ctx), *req.URL
	at.Scheme, at.Host = w.scheme, w.host
	sent.URL, sent.Host = &at, w.host
	res, body, err := w.commands.exchange(sent)
	w.figures.commands.Add(1)
	w.figures.nanoseconds.Add(int64(time.Since(began)))
	switch {
	case err != nil && line.Err() != nil:
		return nil, errDown
	case err != nil:
		if errors.Is(err, context.DeadlineExceeded) {
			w.figures.timeouts.Add(1)
		}
		if count := w.count(req, true); req.Context().Err() == nil {
			w.wedged(count)
		}
		return nil, &unanswered{err}
	case res.StatusCode > 299:
		w.count(req, false)
		w.figures.errors.Add(1)
		return nil, &statusError{Status: res.StatusCode, Body: string(body)}
	}
	w.count(req, false)
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// count follows the commands without an answer. Dials are counted on their own and reading is not: an Asterisk that hangs in
// every dial answers all the rest well (F16).
func (w *wire) count(req *http.Request, silent bool) int64 {
	if req.Method == http.MethodGet {
		return 0
	}
	kind := &w.silent[1]
	if path := req.URL.Path; strings.HasSuffix(path, "/dial") || strings.HasSuffix(path, "/create") || strings.HasSuffix(path, "/channels") {
		kind = &w.silent[0]
	}
	if silent {
		return kind.Add(1)
	}
	kind.Store(0)
	return 0
}
