package asterisk

import (
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"

	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/once"
	"tandem/orchestrator/media/switchboard"
)

var (
	_ media.Switch     = (*Switch)(nil)
	_ recording.Source = (*Switch)(nil)

	errDown = errors.New("asterisk: the line is away; say it again after the next Up")
)

// Switch is one Asterisk. See the package comment; make it with New.
type Switch struct {
	cfg     Config
	log     *slog.Logger
	rest    *rest
	figures figures

	probes  atomic.Int64 // sent; each has a name of its own
	present switchboard.Present[*line]
	signs   switchboard.Signs // names of channels that are to enter our application, or their endOf, given by the reader

	mu       sync.Mutex // guards all below, and the fields of legs, tasks and phones; never held over a command
	legs     map[media.LegID]*leg
	spent    once.Names[media.LegID]  // legs that have ended
	begun    once.Names[media.TapeID] // tapes that were begun, or can't be any more
	tasks    map[string]*running      // by playback or recording name
	tapes    map[media.TapeID]*tape   // until both halves are stored
	rooms    map[string]*room         // by bridge id
	phones   switchboard.Phones       // by endpoint
	heard    map[string]bool          // endpoints whose events come on this line
	contacts map[string]string        // by account of ours: where its phone was heard to register
	doubts   bool                     // the line was declared wedged: prove it with a real call before Up
	replace  bool                     // another program has our application
}

// New returns a switch that does nothing until Watch is called. The error names what in c can't be used.
func New(c Config, log *slog.Logger) (*Switch, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Switch{
		cfg: c, log: log.With("switch", c.Name),
		legs: map[media.LegID]*leg{}, tasks: map[string]*running{}, tapes: map[media.TapeID]*tape{},
		rooms: map[string]*room{}, heard: map[string]bool{}, contacts: map[string]string{},
	}
	if s.rest, err = newREST(c, &s.figures); err != nil {
		return nil, err
	}
	s.rest.wire.wedged = s.silence
	return s, nil
}

// silence declares the line down when too many commands in a row were not answered (a wedged Asterisk still answers pings).
func (s *Switch) silence(count int64) {
	if count < int64(s.cfg.Wedged) {
		return
	}
	s.mu.Lock()
	s.doubts = true
	s.mu.Unlock()
	if l := s.present.Line(); l != nil {
		l.Lose(errors.New("Asterisk does not answer commands"))
	}
}

// refuse tells what could not be done.
func (s *Switch) refuse(l *line, id media.LegID, stamp, text string) {
	s.figures.refused.Add(1)
	s.log.Warn("refused", switchboard.Named(id, stamp), "what", text)
	l.Post(func() []media.Event {
		return []media.Event{{Kind: media.Refused, At: now(), Leg: id, Text: text}}
	})
}
