package fakeesl

import (
	"fmt"
	"strings"
)

// mood is how new clients are met.
type mood int

const (
	friendly mood = iota
	turnsAway
	saysNothing
)

// TurnAway makes the list of those who may connect refuse all.
func (s *Server) TurnAway() { s.feel(turnsAway) }

// SayNothing makes it take connections and be silent.
func (s *Server) SayNothing() { s.feel(saysNothing) }

// Welcome ends both.
func (s *Server) Welcome() { s.feel(friendly) }

func (s *Server) feel(m mood) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood = m
}

// Break makes the answers to some commands stay away. It counts down; at 0 it is over.
type Break struct {
	Command string // the command begins so
	Times   int
	Before  bool // the work is not done either
	Answer  string
}

// Break adds a fault.
func (s *Server) Break(b Break) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.breaks = append(s.breaks, &b)
}

func (s *Server) broken(command string) *Break {
	for _, b := range s.breaks {
		if b.Times > 0 && strings.HasPrefix(command, b.Command) {
			b.Times--
			return b
		}
	}
	return nil
}

// WedgeJobs lets bgapi take jobs and run none; RunJobs runs them all, and those that come.
func (s *Server) WedgeJobs() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wedged = true
}

// RunJobs ends WedgeJobs.
func (s *Server) RunJobs() {
	s.mu.Lock()
	s.wedged = false
	jobs := s.jobs
	s.jobs = nil
	s.mu.Unlock()
	for _, run := range jobs {
		run()
	}
}

// EndMusic ends all streams, as loading them anew does.
func (s *Server) EndMusic() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accountAll()
	for _, c := range s.chans {
		if len(c.playing) == 1 && c.playing[0] == music {
			c.next()
		}
	}
	s.crowd.Changed()
}

// DropListeners ends all connections, as FreeSWITCH does with clients that read too slowly.
func (s *Server) DropListeners() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.close()
	}
}

// Say sends any bytes to all clients.
func (s *Server) Say(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.say(text)
	}
}

// Restart kills this FreeSWITCH and starts a new one: all calls are gone without an event.
func (s *Server) Restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.close()
	}
	for _, c := range s.chans {
		c.Ended = true
		c.still()
	}
	s.count++
	s.core, s.seq = fmt.Sprintf("core-%d", s.count), 0
	clear(s.chans)
	s.ended = nil
	s.crowd.Changed()
}

// Room lets so many more channels be made; below 0 there is no limit.
func (s *Server) Room(channels int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.room = channels
}

// Wedge makes a channel one that is listed and can't be reached; only uuid_kill ends it.
func (c *Channel) Wedge() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.wedged = true
}

// Vanish ends a channel without an event.
func (c *Channel) Vanish() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	shape := c.s.shape
	c.s.shape = func(Event) []Event { return nil }
	c.end("NORMAL_CLEARING", 0)
	c.s.shape = shape
}
