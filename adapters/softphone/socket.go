package softphone

import (
	"net"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// socket is the phone's SIP socket as the library sees it. It is there for two moments that the library
// leaves open. At the start it tells when the library has taken it into use: before that, a request would
// open a second socket. At the end it keeps requests that are still being handled from opening a new one
// for their response, which nothing would ever close.
type socket struct {
	net.PacketConn
	started chan struct{} // closed once the library reads
	idle    chan struct{} // closed once the library reads nothing more
	release chan struct{} // closed to let the library end

	start sync.Once
	end   sync.Once

	mu      sync.Mutex
	gone    bool
	sources map[string]struct{} // where packets came from
}

func newSocket(conn net.PacketConn) *socket {
	return &socket{
		PacketConn: conn, started: make(chan struct{}), idle: make(chan struct{}), release: make(chan struct{}),
		sources: make(map[string]struct{}),
	}
}

// ReadFrom is called by one goroutine of the library, again and again until it returns an error.
func (s *socket) ReadFrom(b []byte) (int, net.Addr, error) {
	s.start.Do(func() { close(s.started) })
	n, addr, err := s.PacketConn.ReadFrom(b)
	s.mu.Lock()
	if !s.gone {
		if err == nil {
			s.sources[addr.String()] = struct{}{}
		}
		s.mu.Unlock()
		return n, addr, err
	}
	s.mu.Unlock()
	s.ended()
	<-s.release
	return 0, nil, net.ErrClosed
}

// ended notes that the library reads nothing more, wanted or not.
func (s *socket) ended() { s.end.Do(func() { close(s.idle) }) }

// shut closes the socket and leaves a dead connection in the library's pool under every address that it
// may still look up.
func (s *socket) shut(pool *sip.ConnectionPool) {
	s.mu.Lock()
	s.gone = true
	s.mu.Unlock()
	_ = s.Close() // Nothing is buffered in a UDP socket that could be lost.
	<-s.idle
	dead := deadConnection{local: s.LocalAddr()}
	pool.Add(s.LocalAddr().String(), dead)
	for source := range s.sources {
		pool.Add(source, dead)
	}
	close(s.release)
}

// deadConnection refuses to send.
type deadConnection struct{ local net.Addr }

var _ sip.Connection = deadConnection{}

func (d deadConnection) LocalAddr() net.Addr        { return d.local }
func (d deadConnection) WriteMsg(sip.Message) error { return net.ErrClosed }
func (d deadConnection) Ref(int) int                { return 1 }
func (d deadConnection) TryClose() (int, error)     { return 1, nil }
func (d deadConnection) Close() error               { return nil }
