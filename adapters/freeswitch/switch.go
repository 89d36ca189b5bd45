package freeswitch

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/once"
	"tandem/orchestrator/media/switchboard"
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

	present switchboard.Present[*line]
	signs   switchboard.Signs // that commands wait for, given by the reader

	mu     sync.Mutex // guards all below, and the fields of legs, tasks and phones; never held over a command
	domain string     // of the accounts
	legs   map[media.LegID]*leg
	spent  once.Names[media.LegID] // names of legs that have ended
	tapes  map[media.TapeID]*tape  // that run
	rooms  map[media.RoomID]*room  // by name
	phones switchboard.Phones      // by account
	jobs   map[string]dialling     // dials under way, by the name of their job
	serial int64                   // of programs
	busy   map[media.LegID]bool    // legs for which the event line is poked
	poke   chan struct{}           // wakes the poker
}

// New returns a switch that does nothing until Watch is called. The error names what in c can't be used.
func New(c Config, log *slog.Logger) (*Switch, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Switch{
		cfg: c, log: log.With("switch", c.Name), domain: c.Domain,
		legs: map[media.LegID]*leg{}, tapes: map[media.TapeID]*tape{}, rooms: map[media.RoomID]*room{},
		jobs: map[string]dialling{}, busy: map[media.LegID]bool{}, poke: make(chan struct{}, 1),
		serial: time.Now().UnixMicro(), // so that no program of an earlier run has the same number
	}, nil
}

// refuse tells what could not be done.
func (s *Switch) refuse(l *line, id media.LegID, stamp, text string) {
	s.figures.refused.Add(1)
	s.log.Warn("refused", switchboard.Named(id, stamp), "what", text)
	l.Post(func() []media.Event {
		return []media.Event{{Kind: media.Refused, At: now(), Leg: id, Text: text}}
	})
}

// arrived gives signs ahead of the queue: a Do that waits must not depend on an engine that waits for the Do.
func (s *Switch) arrived(e said) {
	id := e.channel()
	switch e.name {
	case "CHANNEL_BRIDGE":
		s.signs.Give("bridge " + id)
		s.signs.Give("bridge " + e.get("Other-Leg-Unique-ID"))
	case taskEvent:
		s.signs.Give("program " + id)
	case "CHANNEL_PARK":
		s.signs.Give("parked " + id)
	case "BACKGROUND_JOB":
		s.signs.Give("job " + e.get("Job-UUID"))
	case "CHANNEL_HANGUP_COMPLETE", "CHANNEL_HANGUP":
		for _, sign := range []string{"bridge ", "program ", "parked "} {
			s.signs.Give(sign + id)
		}
	}
}
