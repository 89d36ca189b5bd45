package postgres

import (
	"context"
	"net"
	"syscall"
	"time"

	"github.com/lib/pq"
)

const (
	dialTime = 5 * time.Second
	// silentTime is how long sent bytes may stay unacknowledged before the kernel ends a connection (tcp(7), TCP_USER_TIMEOUT).
	// lib/pq waits for its answer without a deadline of its own, also when the context has ended.
	silentTime = 10 * time.Second
)

// dialer opens connections that end by themselves when the line to the server is dead.
type dialer struct{}

var _ pq.DialerContext = dialer{}

func (dialer) net(timeout time.Duration) *net.Dialer {
	return &net.Dialer{Timeout: timeout, KeepAlive: 5 * time.Second, Control: func(network, _ string, c syscall.RawConn) error {
		if network == "unix" {
			return nil
		}
		var failed error
		err := c.Control(func(fd uintptr) {
			failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(silentTime/time.Millisecond))
		})
		if err != nil {
			return err
		}
		return failed
	}}
}

// tcpUserTimeout is TCP_USER_TIMEOUT of Linux, which package syscall does not name.
const tcpUserTimeout = 0x12

// Dial implements pq.Dialer.
func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.net(dialTime).Dial(network, address)
}

// DialTimeout implements pq.Dialer.
func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	return d.net(min(timeout, dialTime)).Dial(network, address)
}

// DialContext implements pq.DialerContext.
func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return d.net(dialTime).DialContext(ctx, network, address)
}
