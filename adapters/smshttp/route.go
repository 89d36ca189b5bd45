package smshttp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tandem/orchestrator/desk/notify"
)

// Route is one gateway. Its methods may be called from any goroutine.
type Route struct {
	cfg    Config
	ask    request
	client *http.Client
	log    *slog.Logger
	pace   notify.Pace
}

var _ notify.Route = (*Route)(nil)

// New makes a route.
func New(c Config, log *slog.Logger) (*Route, error) {
	if c.Answer == 0 {
		c.Answer = 20 * time.Second
	}
	t, err := c.read()
	if err != nil {
		return nil, err
	}
	r := &Route{cfg: c, ask: t, log: log.With("route", c.Name)}
	r.pace.SetRate(c.Rate)
	r.client = &http.Client{
		// A connection that is used again may turn out to be dead, and then Go sends a GET twice.
		Transport: &http.Transport{
			DisableKeepAlives: true, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext, TLSHandshakeTimeout: 10 * time.Second,
			MaxResponseHeaderBytes: 16 << 10, Proxy: http.ProxyFromEnvironment,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return r, nil
}

// Name implements notify.Route.
func (r *Route) Name() string { return r.cfg.Name }

// Up implements notify.Route: after a failure the gateway is left alone for a while.
func (r *Route) Up() bool { return r.pace.Paused() == 0 }

// Repeats implements notify.Route.
func (r *Route) Repeats() bool { return r.cfg.Repeats }

// Send implements notify.Route.
func (r *Route) Send(ctx context.Context, m notify.SMS, leave notify.Leave) notify.Result {
	if wait := r.pace.Paused(); wait > 0 {
		return notify.Result{Fate: notify.Later, Why: "the gateway is left alone for a while", Wait: wait}
	}
	if !r.pace.Wait(ctx) {
		return notify.Result{Fate: notify.Later, Why: "its time was over before its turn came"}
	}
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Answer)
	defer cancel()
	connected := false
	request, err := r.request(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }}), m)
	if err != nil {
		return notify.Result{Fate: notify.Refused, Why: "the request cannot be made"}
	}
	if !leave(1) {
		return notify.Result{Fate: notify.Kept}
	}
	answer, err := r.client.Do(request)
	if err != nil {
		wait := r.pace.SlowDown(0)
		if connected {
			return notify.Result{Fate: notify.Doubt, Why: "no answer came: " + reason(err)}
		}
		return notify.Result{Fate: notify.Later, Why: "the gateway cannot be reached: " + reason(err), Wait: wait}
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	return r.read(answer, body, err)
}

// read finds out what an answer means. A status that tells of our own set-up keeps the message until that is mended.
func (r *Route) read(answer *http.Response, body []byte, err error) notify.Result {
	status := answer.StatusCode
	why := fmt.Sprintf("the gateway answers %d", status)
	switch {
	case status/100 == 2 && err != nil:
		return notify.Result{Fate: notify.Doubt, Why: why + ", and its answer breaks off"}
	case status/100 == 2 && r.ask.success.Match(body):
		r.pace.Good()
		result := notify.Result{Fate: notify.Taken}
		if id := r.ask.id.FindSubmatch(body); len(id) > 1 && len(id[1]) > 0 {
			result.Refs = []string{strings.ToValidUTF8(string(id[1]), "\uFFFD")}
		}
		return result
	case status/100 == 2:
		return notify.Result{Fate: notify.Refused, Why: why + " without the sign of success"}
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
		return notify.Result{Fate: notify.Later, Why: why, Wait: r.pace.SlowDown(time.Duration(max(seconds, 0)) * time.Second)}
	case status/100 == 3 || status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound ||
		status == http.StatusMethodNotAllowed || status == http.StatusPaymentRequired || status == http.StatusUnsupportedMediaType:
		r.log.Error("the gateway does not take our requests; mend the set-up of the route", "status", status)
		return notify.Result{Fate: notify.Later, Why: why, Wait: r.pace.SlowDown(0)}
	case status/100 == 4:
		return notify.Result{Fate: notify.Refused, Why: why}
	}
	r.pace.SlowDown(0)
	return notify.Result{Fate: notify.Doubt, Why: why} // It may have taken the message before it failed.
}

// reason is an error without the URL, which may hold the secret.
func reason(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var n net.Error
	if errors.As(err, &n) && n.Timeout() {
		return "time-out"
	}
	return err.Error()
}

// request makes the request for one message.
func (r *Route) request(ctx context.Context, m notify.SMS) (*http.Request, error) {
	fill := strings.NewReplacer(
		"{to}", m.To, "{digits}", strings.TrimPrefix(m.To, "+"), "{from}", r.cfg.From, "{text}", strings.ToValidUTF8(m.Text, "\uFFFD"), "{key}", m.Key, "{secret}", r.cfg.Secret,
	).Replace
	to := *r.ask.url
	to.RawQuery = fillValues(r.ask.query, fill).Encode()
	var body []byte
	kind := ""
	switch {
	case r.ask.json != nil:
		var err error
		if body, err = json.Marshal(fillJSON(r.ask.json, fill)); err != nil {
			return nil, err
		}
		kind = "application/json"
	case r.ask.form != nil:
		body, kind = []byte(fillValues(r.ask.form, fill).Encode()), "application/x-www-form-urlencoded"
	}
	request, err := http.NewRequestWithContext(ctx, r.ask.method, to.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.GetBody = nil // Else Go may send it again by itself.
	for name, values := range r.ask.headers {
		for _, v := range values {
			request.Header.Add(name, fill(v))
		}
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	request.Header.Set("User-Agent", "tandem")
	return request, nil
}

// fillValues puts the message into the values of a form.
func fillValues(v url.Values, fill func(string) string) url.Values {
	out := url.Values{}
	for name, values := range v {
		for _, one := range values {
			out.Add(name, fill(one))
		}
	}
	return out
}

// fillJSON puts the message into the texts of a JSON document.
func fillJSON(v any, fill func(string) string) any {
	switch v := v.(type) {
	case string:
		return fill(v)
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = fillJSON(one, fill)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, one := range v {
			out[name] = fillJSON(one, fill)
		}
		return out
	}
	return v
}

// Examine finds out whether a gateway can be reached, for the doctor; it sends nothing.
func Examine(ctx context.Context, c Config) error {
	t, err := c.read()
	if err != nil {
		return err
	}
	port := t.url.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[t.url.Scheme]
	}
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", net.JoinHostPort(t.url.Hostname(), port))
	if err != nil {
		return err
	}
	return conn.Close()
}
