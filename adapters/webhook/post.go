// Package webhook calls other systems for webhooks: one POST, and the status of the answer.
//
// Contract. It reaches the open Internet, and inside the network only the hosts that the admin names (package inside). It follows
// no redirect and reads no more of an answer than it needs to use the connection again. What it says of a failure does not name
// the address, which may hold a token.
package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tandem/adapters/inside"
	"tandem/orchestrator/desk/webhook"
)

var _ webhook.Poster = (*Client)(nil)

// maxAnswer is how much of an answer is read and thrown away, so that the connection can be used again.
const maxAnswer = 4 << 10

// Client calls other systems. It is safe for use by several goroutines.
type Client struct{ clients *inside.Clients }

// New returns a client that may reach these hosts (host or host:port, as they stand in the address) inside the network too.
func New(hosts []string) *Client { return &Client{clients: inside.New(hosts)} }

// Inside says whether an address is at one of the hosts that may be inside the network.
func (c *Client) Inside(u *url.URL) bool { return c.clients.Named(u) }

// Post implements webhook.Poster.
func (c *Client) Post(ctx context.Context, m webhook.Message) (int, time.Duration, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		return 0, 0, errors.New("the address cannot be read")
	}
	request.Header = m.Header
	answer, err := c.clients.For(request.URL).Do(request)
	if err != nil {
		return 0, 0, plainly(ctx, err)
	}
	defer answer.Body.Close() //nolint:errcheck // It was only read.
	_, _ = io.CopyN(io.Discard, answer.Body, maxAnswer)
	return answer.StatusCode, wait(answer.Header), nil
}

// wait is how many seconds the other side asks to be left alone (RFC 9110 section 10.2.3); a date is not read.
func wait(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, 24*60*60)) * time.Second
}

// plainly says why without the address, which errors of net/http repeat.
func plainly(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, inside.ErrInside):
		return fmt.Errorf("%w; allow its host with TANDEM_WEBHOOK_INSIDE if that is meant", inside.ErrInside)
	case ctx.Err() != nil:
		return errors.New("no answer in time")
	}
	return errors.New("it cannot be reached")
}
