// Package lookup asks web services for flows: one GET, a JSON answer, a few values out of it.
//
// Contract. It reaches the open Internet, and inside the network only the hosts that the admin names: an address is judged when the
// connection is made, after the name was resolved, so that no name can lead elsewhere between the look and the leap. It follows no
// redirect, uses no proxy, keeps no cookie, and reads at most maxAnswer bytes. What it says of a failure names neither the address
// nor anything of the caller.
package lookup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"tandem/orchestrator/engine"
	"tandem/orchestrator/flow"
)

var _ engine.Looker = (*Client)(nil)

const (
	maxAnswer = 64 << 10
	idle      = 30 * time.Second // a connection is kept for the next caller
)

// Client asks web services. It is safe for use by several goroutines.
type Client struct {
	inside          []string
	open, unguarded *http.Client
}

// New returns a client that may reach these hosts (host or host:port, as they stand in the address) inside the network too.
func New(inside []string) *Client {
	return &Client{inside: inside, open: client(refuseInside), unguarded: client(nil)}
}

func client(control func(network, address string, c syscall.RawConn) error) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: control}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: dialer.DialContext, MaxIdleConnsPerHost: 8, IdleConnTimeout: idle, MaxResponseHeaderBytes: 16 << 10,
			ForceAttemptHTTP2: true, DisableCompression: true, // a small answer cannot grow
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var errInside = errors.New("its address is inside the network; allow its host with TANDEM_LOOKUP_INSIDE if that is meant")

// shared are ranges that no check of net/netip knows: RFC 6598 (carrier NAT), RFC 6890 (protocols, tests), RFC 6052 (an IPv4 address
// within an IPv6 one), RFC 7526 (6to4), RFC 4380 (Teredo).
var shared = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
}

// refuseInside judges the resolved address of a connection that is about to be made.
func refuseInside(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return errInside
	}
	ip := at.Addr().Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || slices.ContainsFunc(shared, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return errInside
	}
	return nil
}

// Look implements engine.Looker.
func (c *Client) Look(ctx context.Context, find flow.Find) (map[string]string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, find.URL, nil)
	if err != nil {
		return nil, errors.New("the address cannot be read")
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "Tandem")
	by := c.open
	if slices.Contains(c.inside, request.URL.Host) || slices.Contains(c.inside, request.URL.Hostname()) {
		by = c.unguarded
	}
	answer, err := by.Do(request)
	if err != nil {
		return nil, plainly(ctx, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", answer.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, plainly(ctx, err)
	case len(text) > maxAnswer:
		return nil, fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	}
	return read(text, find.Into)
}

// plainly says why without the address, which errors of net/http repeat.
func plainly(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, errInside):
		return errInside
	case ctx.Err() != nil:
		return errors.New("no answer in time")
	}
	return errors.New("the service cannot be reached")
}

// read takes the values out of a JSON answer.
func read(text []byte, into []flow.Field) (map[string]string, error) {
	var any any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&any); err != nil {
		return nil, errors.New("the answer is no JSON")
	}
	values := map[string]string{}
	for _, f := range into {
		values[f.Name] = at(any, f.Path)
	}
	return values, nil
}

// at follows a path through objects; "" when it does not lead to a text, a number or a truth value.
func at(any any, path string) string {
	for step := range strings.SplitSeq(path, ".") {
		object, _ := any.(map[string]interface{})
		any = object[step]
	}
	switch v := any.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	}
	return ""
}
