// Package inside keeps programs that ask addresses of others' choosing out of the network that they stand in (SSRF).
//
// Contract. An address is judged when the connection is made, after the name was resolved, so that no name can lead elsewhere
// between the look and the leap. Only hosts that the admin names are reached inside. No redirect is followed, no proxy used, no
// cookie kept.
package inside

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"
)

// ErrInside says that an address is inside the network and was not asked.
var ErrInside = errors.New("its address is inside the network")

const idle = 30 * time.Second // a connection is kept for the next one

// Clients are HTTP clients that reach the open Internet, and inside the network the hosts that were named.
type Clients struct {
	hosts           []string
	open, unguarded *http.Client
}

// New returns clients that may reach these hosts (host or host:port, as they stand in an address) inside the network too.
func New(hosts []string) *Clients {
	return &Clients{hosts: hosts, open: client(refuse), unguarded: client(nil)}
}

// For returns the client for an address.
func (c *Clients) For(u *url.URL) *http.Client {
	if c.Named(u) {
		return c.unguarded
	}
	return c.open
}

// Named says whether the host of an address is one of those that were named.
func (c *Clients) Named(u *url.URL) bool {
	return slices.Contains(c.hosts, u.Host) || slices.Contains(c.hosts, u.Hostname())
}

func client(control func(network, address string, c syscall.RawConn) error) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: control}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: dialer.DialContext, MaxIdleConnsPerHost: 8, IdleConnTimeout: idle, MaxResponseHeaderBytes: 16 << 10,
			TLSHandshakeTimeout: 5 * time.Second, ForceAttemptHTTP2: true, DisableCompression: true, // a small answer cannot grow
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// shared are ranges that no check of net/netip knows: RFC 6598 (carrier NAT), RFC 6890 (protocols, tests), RFC 6052 (an IPv4 address
// within an IPv6 one), RFC 7526 (6to4), RFC 4380 (Teredo).
var shared = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
}

// refuse judges the resolved address of a connection that is about to be made.
func refuse(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return ErrInside
	}
	ip := at.Addr().Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || slices.ContainsFunc(shared, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return ErrInside
	}
	return nil
}
