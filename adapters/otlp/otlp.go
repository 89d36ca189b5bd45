// Package otlp hands traces to an OpenTelemetry collector, or to whatever speaks OTLP/HTTP with JSON
// (https://opentelemetry.io/docs/specs/otlp/, version 1).
//
// Contract. It asks the one address that the admin gave, follows no redirect, and reads little of an answer. Export is one request:
// patience is up to who calls it. What it says of a failure does not name the address.
package otlp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"tandem/orchestrator/desk/trace"
)

var _ trace.Collector = (*Client)(nil)

// maxAnswer is how much of an answer is read.
const maxAnswer = 64 << 10

// Client is one collector. It is safe for use by several goroutines.
type Client struct {
	address  string
	resource resource
	client   *http.Client
}

// New returns a client for a collector at base, to which the path of the specification, /v1/traces, is added. The cell and the
// version tell collectors who speaks.
func New(base, cell, version string) (*Client, error) {
	if err := Check(base); err != nil {
		return nil, err
	}
	return &Client{
		address:  strings.TrimSuffix(base, "/") + "/v1/traces",
		resource: resourceOf(cell, version),
		client: &http.Client{
			Transport: &http.Transport{
				DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext, TLSHandshakeTimeout: 5 * time.Second, MaxIdleConns: 2,
				IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 16 << 10, Proxy: http.ProxyFromEnvironment,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Check says what is wrong with the address of a collector.
func Check(base string) error {
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("give the address of an OTLP/HTTP collector without user, query and /v1/traces, such as http://127.0.0.1:4318")
	}
	if strings.HasSuffix(strings.TrimSuffix(u.Path, "/"), "/v1/traces") {
		return errors.New("leave out /v1/traces: it is added, as the specification says")
	}
	return nil
}

// Export implements trace.Collector.
func (c *Client) Export(ctx context.Context, batch []trace.Trace) error {
	body, err := json.Marshal(c.request(batch))
	if err != nil {
		return fmt.Errorf("%w: they cannot be written: %w", trace.ErrRefused, err)
	}
	return c.post(ctx, body)
}

// Probe says whether a collector is there: it hands over nothing, and one that speaks OTLP takes that.
func (c *Client) Probe(ctx context.Context) error { return c.Export(ctx, nil) }

func (c *Client) post(ctx context.Context, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: the address cannot be read", trace.ErrRefused)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "tandem")
	answer, err := c.client.Do(request)
	if err != nil {
		return plainly(ctx, err)
	}
	defer answer.Body.Close() //nolint:errcheck // It was only read.
	text, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	switch answer.StatusCode {
	case http.StatusOK:
		return partly(text)
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout: // OTLP: only these are tried again.
		return fmt.Errorf("it answers %d and is to be asked again", answer.StatusCode)
	}
	return fmt.Errorf("%w: it answers %d to /v1/traces", trace.ErrRefused, answer.StatusCode)
}

// partly reads what of a batch was not taken (ExportTracePartialSuccess); it is not to be brought again.
func partly(text []byte) error {
	var answer struct {
		PartialSuccess struct {
			RejectedSpans json.Number `json:"rejectedSpans"` // protobuf writes an int64 as a string
		} `json:"partialSuccess"`
	}
	if json.Unmarshal(text, &answer) != nil {
		return nil // Not every collector answers in JSON; 200 is what counts.
	}
	if n := answer.PartialSuccess.RejectedSpans; n != "" && n != "0" {
		return fmt.Errorf("%w: it has rejected %s spans", trace.ErrRefused, n)
	}
	return nil
}

// plainly says why without the address, which errors of net/http repeat.
func plainly(ctx context.Context, err error) error {
	var wait net.Error
	switch {
	case ctx.Err() != nil, errors.As(err, &wait) && wait.Timeout():
		return errors.New("no answer in time")
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("nobody listens there")
	}
	return errors.New("it cannot be reached")
}
