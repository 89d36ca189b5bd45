package asterisk

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"syscall"
	"time"
)

const (
	// mostConnections and mostFiles, the event line being one of them, stay together below Asterisk's default sessionlimit of 100.
	mostConnections = 64
	mostFiles       = 16
	// idleTime is below the 15 s after which Asterisk closes a silent connection (http.conf, session_keep_alive).
	idleTime = 10 * time.Second
	// longestAnswer bounds what one command may answer.
	longestAnswer = 32 << 20
)

// connections carry commands to Asterisk, one at a time each. Whoever has a command writes it and reads the answer itself: a transport
// of net/http hands both to goroutines of the connection, and each such wake-up costs a thread's.
type connections struct {
	dialer net.Dialer
	host   string      // host:port
	tls    *tls.Config // nil for http

	free chan struct{} // a token for each that may be in use
	mu   sync.Mutex    // guards idle
	idle []*connection // the one used last at the end
}

type connection struct {
	net.Conn
	raw   syscall.Conn // beneath TLS
	read  *bufio.Reader
	write *bufio.Writer
	sent  int       // octets of the command under way
	used  time.Time // last
}

// Write implements io.Writer beneath write.
func (at *connection) Write(b []byte) (int, error) {
	n, err := at.Conn.Write(b)
	at.sent += n
	return n, err
}

func newConnections(scheme, host string, timeout time.Duration) *connections {
	at := url.URL{Host: host}
	port := cmp.Or(at.Port(), map[string]string{"http": "80", "https": "443"}[scheme])
	c := &connections{
		host: net.JoinHostPort(at.Hostname(), port), free: make(chan struct{}, mostConnections),
		dialer: net.Dialer{Timeout: timeout, KeepAlive: 5 * time.Second},
	}
	if scheme == "https" {
		c.tls = &tls.Config{ServerName: at.Hostname(), MinVersion: tls.VersionTLS12}
	}
	return c
}

// exchange sends a command and reads its whole answer, within the context of req. A command is sent a second time only when nothing of
// it can have reached Asterisk, or when it only reads.
func (c *connections) exchange(req *http.Request) (*http.Response, []byte, error) {
	ctx := req.Context()
	select {
	case c.free <- struct{}{}:
		defer func() { <-c.free }()
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	if old := c.take(); old != nil {
		res, body, err := c.on(old, req)
		if err == nil || ctx.Err() != nil || !again(req, err) {
			return res, body, err
		}
		if req.GetBody != nil {
			if req.Body, err = req.GetBody(); err != nil {
				return nil, nil, err
			}
		}
	}
	fresh, err := c.dial(ctx)
	if err != nil {
		return nil, nil, err
	}
	return c.on(fresh, req)
}

// unsent is an error before the first octet of a command left.
type unsent struct{ error }

func (e unsent) Unwrap() error { return e.error }

// again says whether a command that failed on an old connection may be sent on a new one.
func again(req *http.Request, err error) bool {
	if req.Body != nil && req.Body != http.NoBody && req.GetBody == nil {
		return false // It was read already.
	}
	return req.Method == http.MethodGet || errors.As(err, new(unsent))
}

// on does one exchange on a connection, and keeps the connection when it can be used again.
func (c *connections) on(at *connection, req *http.Request) (*http.Response, []byte, error) {
	ctx := req.Context()
	stop := context.AfterFunc(ctx, func() { _ = at.SetDeadline(time.Unix(1, 0)) }) // wakes whoever reads or writes
	res, body, err := at.exchange(req)
	untouched := stop()
	switch {
	case err != nil:
		_ = at.Close()
		return nil, nil, errors.Join(context.Cause(ctx), err)
	case res.Close || !untouched:
		_ = at.Close()
	default:
		c.put(at)
	}
	return res, body, nil
}

// exchange writes the command and reads the answer.
func (at *connection) exchange(req *http.Request) (*http.Response, []byte, error) {
	at.sent = 0
	err := req.Write(at.write)
	if err == nil {
		err = at.write.Flush()
	}
	if err != nil && at.sent == 0 {
		return nil, nil, unsent{err}
	}
	if err != nil {
		return nil, nil, err
	}
	for {
		res, err := http.ReadResponse(at.read, req)
		if err != nil {
			return nil, nil, err
		}
		if res.StatusCode < 200 { // "100 Continue" and its like come before the answer (RFC 9110, 15.2).
			continue
		}
		body, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer))
		if err == nil && len(body) == longestAnswer {
			err = errors.New("the answer is too long")
		}
		return res, body, err
	}
}

// take returns the connection that was used last, nil when there is none that is still good. Those that have been idle for long are closed.
func (c *connections) take() *connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := len(c.idle); n > 0; n = len(c.idle) {
		at := c.idle[n-1]
		c.idle[n-1] = nil
		c.idle = c.idle[:n-1]
		if time.Since(at.used) < idleTime && at.silent() {
			return at
		}
		_ = at.Close()
	}
	return nil
}

// put keeps a connection for the next command, and closes those that have been idle for long.
func (c *connections) put(at *connection) {
	at.used = time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	old := 0
	for old < len(c.idle) && at.used.Sub(c.idle[old].used) > idleTime {
		_ = c.idle[old].Close()
		old++
	}
	c.idle = append(slices.Delete(c.idle, 0, old), at)
}

// silent says whether the other side has neither closed the connection nor said anything unasked.
func (at *connection) silent() bool {
	raw, err := at.raw.SyscallConn()
	if err != nil {
		return false
	}
	silent := false
	err = raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		silent = errors.Is(err, syscall.EAGAIN)
		return true // Never waits.
	})
	return err == nil && silent
}

func (c *connections) dial(ctx context.Context) (*connection, error) {
	conn, err := c.dialer.DialContext(ctx, "tcp", c.host)
	if err != nil {
		return nil, err
	}
	at := &connection{Conn: conn, raw: conn.(*net.TCPConn)}
	if c.tls != nil {
		secure := tls.Client(conn, c.tls)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		at.Conn = secure
	}
	at.read, at.write = bufio.NewReader(at.Conn), bufio.NewWriter(at)
	return at, nil
}
