package fakesmsc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Commands and statuses that are used here (SMPP 3.4, 5.1.2.1 and 5.1.3).
const (
	genericNack = 0x80000000
	bindTRX     = 0x00000009
	submitSM    = 0x00000004
	deliverSM   = 0x00000005
	unbind      = 0x00000006
	enquireLink = 0x00000015
	answerBit   = 0x80000000

	Throttled    = 0x58
	QueueFull    = 0x14
	NoSuchNumber = 0x0B
	WrongSource  = 0x0A
	BadPassword  = 0x0E
	AlreadyBound = 0x05
)

// Answer is how a submit is answered; the zero value takes it at once.
type Answer struct {
	Status uint32
	Delay  time.Duration
	Silent bool // taken, and never answered
	Drop   bool // taken, and the line is dropped instead of an answer
	Lose   bool // not taken, and the line is dropped
	Before func(s *Server, m Message)
	// Before is called after the message was taken and before it is answered: for receipts that overtake the answer.
}

// Server is one message centre. Its methods may be called from any goroutine. Fields are set before it is used.
type Server struct {
	SystemID, Password string
	Refuse             uint32 // status of every bind
	Number             func(n int) string
	// Number names the nth message; nil counts in decimal.

	wg       sync.WaitGroup
	listener net.Listener

	mu      sync.Mutex
	changed chan struct{} // closed and made anew at every change
	script  []Answer
	always  *Answer
	taken   []Message
	conns   map[*conn]bool
	binds   int
	asked   int // enquire_links
	deaf    bool
}

// conn is one connection of a client.
type conn struct {
	net.Conn
	writing sync.Mutex
	bound   bool // guarded by Server.mu
	seq     uint32
	waiting map[uint32]chan uint32 // statuses of deliver_sm_resp
}

// New makes a message centre that listens nowhere: give it connections with Serve.
func New() *Server {
	return &Server{SystemID: "tandem", Password: "secret", conns: map[*conn]bool{}, changed: make(chan struct{})}
}

// Listen makes one that listens on loopback.
func Listen() (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := New()
	s.listener = l
	s.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.wg.Go(func() { s.Serve(c) })
		}
	})
	return s, nil
}

// Address is where it listens.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Close drops all lines and ends.
func (s *Server) Close() {
	if s.listener != nil {
		_ = s.listener.Close()
	}
	s.Drop()
	s.wg.Wait()
}

// Drop drops all lines.
func (s *Server) Drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}

// Script sets how the next submits are answered, in order; those after are taken.
func (s *Server) Script(a ...Answer) { s.mu.Lock(); s.script = a; s.mu.Unlock() }

// Always sets how all submits without a script are answered.
func (s *Server) Always(a Answer) { s.mu.Lock(); s.always = &a; s.mu.Unlock() }

// Deafen makes it read and answer nothing any more, on lines that stay up.
func (s *Server) Deafen(deaf bool) { s.mu.Lock(); s.deaf = deaf; s.mu.Unlock() }

// Serve works one connection until it ends.
func (s *Server) Serve(nc net.Conn) {
	c := &conn{Conn: nc, waiting: map[uint32]chan uint32{}}
	s.change(func() { s.conns[c] = true })
	defer func() {
		_ = nc.Close()
		s.change(func() { delete(s.conns, c) })
	}()
	for {
		head := make([]byte, 16)
		if _, err := io.ReadFull(c, head); err != nil {
			return
		}
		body := make([]byte, max(int(binary.BigEndian.Uint32(head))-16, 0))
		if _, err := io.ReadFull(c, body); err != nil {
			return
		}
		if err := s.handle(c, binary.BigEndian.Uint32(head[4:]), binary.BigEndian.Uint32(head[8:]), binary.BigEndian.Uint32(head[12:]), body); err != nil {
			return
		}
	}
}

var errDropped = errors.New("dropped")

// handle carries out one PDU; an error ends the line.
func (s *Server) handle(c *conn, command, status, seq uint32, body []byte) error {
	s.mu.Lock()
	deaf := s.deaf
	s.mu.Unlock()
	switch {
	case deaf:
		return nil
	case command == bindTRX:
		return s.bind(c, seq, body)
	case command == submitSM:
		return s.submit(c, seq, body)
	case command == enquireLink:
		s.change(func() { s.asked++ })
		return c.write(pdu(enquireLink|answerBit, 0, seq, nil))
	case command == unbind:
		_ = c.write(pdu(unbind|answerBit, 0, seq, nil))
		return errDropped
	case command == deliverSM|answerBit:
		s.mu.Lock()
		defer s.mu.Unlock()
		if w := c.waiting[seq]; w != nil {
			w <- status
			delete(c.waiting, seq)
		}
		return nil
	case command&answerBit != 0:
		return nil
	}
	return c.write(pdu(genericNack, 0x03, seq, nil))
}

func (s *Server) bind(c *conn, seq uint32, body []byte) error {
	r := reader{rest: body}
	id, password := r.text(), r.text()
	status := s.Refuse
	if status == 0 && (id != s.SystemID || password != s.Password) {
		status = BadPassword
	}
	if status != 0 {
		_ = c.write(pdu(bindTRX|answerBit, status, seq, nil)) // Without a body, as SMPP 3.4 allows (4.1.6).
		return errDropped
	}
	s.change(func() { c.bound, s.binds = true, s.binds+1 }) // Before the answer: who has it may rely on it.
	return c.write(pdu(bindTRX|answerBit, 0, seq, []byte("fake\x00")))
}

func (s *Server) submit(c *conn, seq uint32, body []byte) error {
	m, err := readSubmit(body)
	if err != nil {
		return c.write(pdu(submitSM|answerBit, 0x01, seq, nil))
	}
	var a Answer
	s.change(func() {
		switch {
		case len(s.script) > 0:
			a, s.script = s.script[0], s.script[1:]
		case s.always != nil:
			a = *s.always
		}
		if a.Status != 0 || a.Lose {
			return
		}
		if m.ID = fmt.Sprint(len(s.taken) + 1); s.Number != nil {
			m.ID = s.Number(len(s.taken) + 1)
		}
		s.taken = append(s.taken, m)
	})
	if a.Before != nil {
		a.Before(s, m)
	}
	if a.Drop || a.Lose {
		return errDropped
	}
	answer := pdu(submitSM|answerBit, a.Status, seq, append([]byte(m.ID), 0))
	switch {
	case a.Silent:
		return nil
	case a.Delay > 0:
		s.wg.Go(func() { time.Sleep(a.Delay); _ = c.write(answer) })
		return nil
	}
	return c.write(answer)
}

// change changes the state and wakes who waits for it.
func (s *Server) change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
	close(s.changed)
	s.changed = make(chan struct{})
}

// Until waits until something holds; false after so long.
func (s *Server) Until(limit time.Duration, holds func() bool) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if holds() {
			return true
		}
		select {
		case <-changed:
		case <-timer.C:
			return holds()
		}
	}
}

// Binds counts the binds that it has let in.
func (s *Server) Binds() int { s.mu.Lock(); defer s.mu.Unlock(); return s.binds }

// Asked counts the questions whether it lives.
func (s *Server) Asked() int { s.mu.Lock(); defer s.mu.Unlock(); return s.asked }

// Lines counts the lines that are bound now.
func (s *Server) Lines() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		if c.bound {
			n++
		}
	}
	return n
}

// Taken are the messages it has taken, in order.
func (s *Server) Taken() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message{}, s.taken...)
}

func (c *conn) write(octets []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	_, err := c.Write(octets)
	return err
}

// pdu is the octets of one PDU.
func pdu(command, status, seq uint32, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(16+len(body)))
	b = binary.BigEndian.AppendUint32(b, command)
	b = binary.BigEndian.AppendUint32(b, status)
	b = binary.BigEndian.AppendUint32(b, seq)
	return append(b, body...)
}
