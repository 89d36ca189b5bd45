package mediatest

import (
	"net"
	"sync"
	"testing"
	"time"
)

// Cable is the line between an adapter and its switch: a TCP relay on loopback that can be cut and frozen.
type Cable struct {
	Addr string // where the adapter connects

	to       string
	listener net.Listener
	wg       sync.WaitGroup

	mu     sync.Mutex
	cut    bool
	frozen chan struct{} // while not nil, nothing passes until it is closed
	open   map[net.Conn]bool
}

// NewCable lays a cable to an address; it is taken away with the test.
func NewCable(t *testing.T, to string) *Cable {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &Cable{Addr: listener.Addr().String(), to: to, listener: listener, open: map[net.Conn]bool{}}
	c.wg.Go(c.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		c.Thaw()
		c.Cut()
		c.wg.Wait()
	})
	return c
}

func (c *Cable) accept() {
	for {
		near, err := c.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.DialTimeout("tcp", c.to, time.Second)
		if err != nil || !c.keep(near, far) {
			_ = near.Close()
			if err == nil {
				_ = far.Close()
			}
			continue
		}
		c.wg.Go(func() { c.relay(near, far) })
		c.wg.Go(func() { c.relay(far, near) })
	}
}

func (c *Cable) keep(conns ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut {
		return false
	}
	for _, conn := range conns {
		c.open[conn] = true
	}
	return true
}

func (c *Cable) relay(from, to net.Conn) {
	defer func() {
		_ = from.Close()
		_ = to.Close()
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.open, from)
	}()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		c.mu.Lock()
		frozen := c.frozen
		c.mu.Unlock()
		if frozen != nil {
			<-frozen
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// Cut ends all connections and lets none through until Mend.
func (c *Cable) Cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = true
	for conn := range c.open {
		_ = conn.Close()
	}
}

// Mend lets connections through again.
func (c *Cable) Mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = false
}

// Freeze leaves connections open but lets nothing pass, in neither direction: a half-open line.
func (c *Cable) Freeze() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen == nil {
		c.frozen = make(chan struct{})
	}
}

// Thaw ends Freeze; what was held back passes.
func (c *Cable) Thaw() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen != nil {
		close(c.frozen)
		c.frozen = nil
	}
}
