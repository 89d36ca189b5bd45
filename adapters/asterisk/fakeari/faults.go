package fakeari

import (
	"net/http"
	"strings"
	"time"
)

// Break makes commands fail. It counts down; at 0 it is over.
type Break struct {
	Method, Path string // exact method; Path is a part of the path
	Times        int
	Status       int  // the answer; 0 is none at all, for ever
	Before       bool // the work is not done

	Ahead     func() // nothing fails, but this happens before the work
	Meanwhile func() // nothing fails, but this happens between the work and its answer
}

// Break adds a fault.
func (s *Server) Break(b Break) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.breaks = append(s.breaks, &b)
}

// Heal ends all faults.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.breaks = nil
}

func (s *Server) broken(method, path string) *Break {
	for _, b := range s.breaks {
		if b.Times > 0 && b.Method == method && strings.Contains(path, b.Path) {
			b.Times--
			return b
		}
	}
	return nil
}

func (s *Server) answerBroken(w http.ResponseWriter, r *http.Request, b *Break) {
	if b.Status == 0 {
		select {
		case <-r.Context().Done():
		case <-s.hung:
		}
		return
	}
	w.WriteHeader(b.Status)
	_, _ = w.Write([]byte(`{"message":"broken by the test"}`))
}

// Deafen switches the application off behind the open event line, as Asterisk does when it notices late that an older one has ended;
// with next not behind this line but behind the one that comes.
func (s *Server) Deafen(next bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case next:
		s.deaf = true
	case s.socket != nil:
		s.socket.deaf = true
	}
}

// HoldDialplan keeps phones that answer from now on in the dialplan, as a moment without the application does, until it is called with
// false.
func (s *Server) HoldDialplan(hold bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holds = hold
}

// KeepFallback keeps callers in the fallback, as a long round of its queue does, until it is called with false.
func (s *Server) KeepFallback(keep bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keeps = keep
}

// Restart kills this Asterisk and starts a new one: all calls are gone without an event, the application is unknown.
func (s *Server) Restart() {
	s.DropLine()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.chans {
		c.Ended, c.Status = true, 0
		c.disarm()
	}
	s.boot = s.boot.Add(time.Hour)
	s.known = false
	clear(s.chans)
	clear(s.bridges)
	clear(s.plays)
	clear(s.follows)
	clear(s.hushed)
	s.crowd.Changed()
}
