package freeswitch

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/once"
)

var (
	_ media.Switch     = (*Switch)(nil)
	_ recording.Source = (*Switch)(nil)

	errDown = errors.New("freeswitch: the line is away; say it again after the next Up")
)

// Switch is one FreeSWITCH. See the package comment; make it with New.
type Switch struct {
	cfg     Config
	log     *slog.Logger
	figures figures

	doing sync.WaitGroup // Dos and follow-ups on the present line

	mu      sync.Mutex // guards all below, and the fields of legs, tasks and phones; never held over a command
	line    *line      // nil while down
	domain  string     // of the accounts
	legs    map[media.LegID]*leg
	spent   once.Names[media.LegID] // names of legs that have ended
	tapes   map[media.TapeID]*tape  // that run
	rooms   map[media.RoomID]*room  // by name
	phones  map[string]*phone       // by account
	jobs    map[string]dialling     // dials under way, by the name of their job
	waiting map[string][]func()     // signs that commands wait for, given by the reader
	serial  int64                   // of programs
	busy    map[media.LegID]bool    // legs for which the event line is poked
	poke    chan struct{}           // wakes the poker
}

// New returns a switch that does nothing until Watch is called. The error names what in c can't be used.
func New(c Config, log *slog.Logger) (*Switch, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Switch{
		cfg: c, log: log.With("switch", c.Name), domain: c.Domain,
		legs: map[media.LegID]*leg{}, tapes: map[media.TapeID]*tape{}, rooms: map[media.RoomID]*room{}, phones: map[string]*phone{},
		jobs: map[string]dialling{}, waiting: map[string][]func(){}, busy: map[media.LegID]bool{}, poke: make(chan struct{}, 1),
		serial: time.Now().UnixMicro(), // so that no program of an earlier run has the same number
	}, nil
}

// enter admits one Do to the present line; leave must be called after it.
func (s *Switch) enter() (l *line, leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.line == nil || s.line.ctx.Err() != nil {
		return nil, nil, errDown
	}
	s.doing.Add(1)
	return s.line, s.doing.Done, nil
}

// follow runs commands that an event asks for, outside the pump, so that a slow FreeSWITCH does not hold up events. Called
// with mu held.
func (s *Switch) follow(do func(l *line)) {
	l := s.line
	if l == nil || l.ctx.Err() != nil {
		return
	}
	s.doing.Add(1)
	go func() {
		defer s.doing.Done()
		do(l)
	}()
}

// later runs commands after a while, if the line is still there.
func (s *Switch) later(after time.Duration, do func(l *line)) {
	time.AfterFunc(after, func() {
		l, leave, err := s.enter()
		if err != nil {
			return
		}
		defer leave()
		do(l)
	})
}

// refuse tells what could not be done.
func (s *Switch) refuse(l *line, id media.LegID, text string) {
	s.figures.refused.Add(1)
	s.log.Warn("refused", "leg", id, "what", text)
	l.post(func() []media.Event {
		return []media.Event{{Kind: media.Refused, At: now(), Leg: id, Text: text}}
	})
}

// expect prepares to wait for the first of some signs, before the command that causes it.
func (s *Switch) expect(signs ...string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := make(chan struct{})
	see := sync.OnceFunc(func() { close(seen) })
	for _, sign := range signs {
		s.waiting[sign] = append(s.waiting[sign], see)
	}
	return seen
}

// signal lets all go on that wait for a sign.
func (s *Switch) signal(sign string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, see := range s.waiting[sign] {
		see()
	}
	delete(s.waiting, sign)
}

// arrived gives signs ahead of the queue: a Do that waits must not depend on an engine that waits for the Do.
func (s *Switch) arrived(e said) {
	id := e.channel()
	switch e.name {
	case "CHANNEL_BRIDGE":
		s.signal("bridge " + id)
		s.signal("bridge " + e.get("Other-Leg-Unique-ID"))
	case taskEvent:
		s.signal("program " + id)
	case "BACKGROUND_JOB":
		s.signal("job " + e.get("Job-UUID"))
	case "CHANNEL_HANGUP_COMPLETE", "CHANNEL_HANGUP":
		for _, sign := range []string{"bridge ", "program "} {
			s.signal(sign + id)
		}
	}
}
