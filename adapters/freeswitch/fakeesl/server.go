package fakeesl

import (
	"fmt"
	"net"
	"sync"
	"tandem/orchestrator/media/mediatest/fakeparty"
	"testing"
	"time"
)

// What the fake lets in, and where it keeps things.
const (
	Password = "a-password-of-the-fake"
	Domain   = "fake.example"
	Prompts  = "/prompts"
	Number   = "7000" // reaches us
)

// Server is one fake FreeSWITCH. All its methods may be called from any goroutine.
type Server struct {
	Address    string // host:port of the event socket
	Recordings string // folder of its recordings

	listener net.Listener
	wg       sync.WaitGroup

	mu     sync.Mutex
	crowd  *fakeparty.Crowd
	core   string // Core-UUID
	count  int    // of channels, and of cores
	seq    int    // Event-Sequence
	chans  map[string]*Channel
	ended  []row // channels that were
	phones map[string]*Phone

	included   string            // folder that the directory includes
	users      map[string]string // accounts that were read from there, with their a1-hash
	registered map[string]bool   // of these
	gateways   map[string]bool   // those that are up, and those that are down
	tapes      map[string]*tape
	conns      map[*conn]bool
	orders     map[string]int // by first word
	breaks     []*Break
	shape      func(Event) []Event
	mood       mood
	room       int      // new channels until the limit a second is reached; below 0: no limit
	wedged     bool     // jobs do not run
	jobs       []func() // that wait meanwhile
	until      int64    // second from which on the dialplan takes Tandem for away; 0: nobody has said
	closing    bool
}

// New starts a fake FreeSWITCH that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{
		Address: listener.Addr().String(), Recordings: t.TempDir(), listener: listener, core: "core-1", room: -1,
		chans: map[string]*Channel{}, phones: map[string]*Phone{}, registered: map[string]bool{}, gateways: map[string]bool{}, tapes: map[string]*tape{},
		conns: map[*conn]bool{}, orders: map[string]int{}, count: 1,
	}
	s.crowd = fakeparty.NewCrowd(&s.mu, s.accountAll)
	s.wg.Go(s.accept)
	t.Cleanup(func() {
		s.mu.Lock()
		s.closing = true
		for _, c := range s.chans {
			c.still()
		}
		s.crowd.Changed()
		s.mu.Unlock()
		_ = listener.Close()
		s.DropListeners()
		s.wg.Wait()
	})
	return s
}

func (s *Server) accept() {
	for {
		socket, err := s.listener.Accept()
		if err != nil {
			return
		}
		c := &conn{s: s, socket: socket, send: make(chan []byte, 100_000), over: make(chan struct{}), events: map[string]bool{}}
		s.mu.Lock()
		closing := s.closing
		if !closing {
			s.conns[c] = true
		}
		s.mu.Unlock()
		if closing {
			_ = socket.Close()
			return
		}
		s.wg.Go(c.write)
		s.wg.Go(c.serve)
	}
}

// Event is what FreeSWITCH says, before it is put into JSON.
type Event map[string]string

// emit sends an event to all who listen to it; events that nobody hears are lost, as with FreeSWITCH.
func (s *Server) emit(name string, more Event) {
	s.seq++
	e := Event{
		"Event-Name": name, "Core-UUID": s.core, "Event-Sequence": fmt.Sprint(s.seq),
		"Event-Date-Timestamp": fmt.Sprint(time.Now().UnixMicro()),
	}
	for field, value := range more {
		e[field] = value
	}
	events := []Event{e}
	if s.shape != nil {
		events = s.shape(e)
	}
	for _, e := range events {
		for c := range s.conns {
			if c.events[e["Event-Name"]] && (e["Event-Name"] != "CUSTOM" || c.events[e["Event-Subclass"]]) {
				c.event(e)
			}
		}
	}
}

// Emit sends an event of the test's own making.
func (s *Server) Emit(name string, more Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emit(name, more)
}

// Shape lets the test turn each event into none, one or several; nil ends it. It is called with the fake's lock held.
func (s *Server) Shape(shape func(Event) []Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shape = shape
}

// Orders counts the commands that began with a word.
func (s *Server) Orders(word string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.orders[word]
}

// Count tells how many channels and conferences there are.
func (s *Server) Count() (channels, rooms int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	conferences := map[string]bool{}
	for _, c := range s.chans {
		if c.conference != "" {
			conferences[c.conference] = true
		}
	}
	return len(s.chans), len(conferences)
}
