// Package engine runs the floor: it owns the one goroutine that may touch it.
//
// Every turn has the same four beats.
//
//	hear     take everything that has arrived, up to maxTurn inputs
//	decide   step the floor through them
//	write    append the facts to the journal, all or none
//	speak    hand the wants that differ from what was said last to the speaker of their switch
//
// Nothing is said before it is written. When the journal refuses, memory could know more than the journal: the engine lets go of
// everything, connects to the switches anew and begins again from what was written. Recovery is the ordinary path with an empty
// memory: a floor read from the journal, and an Up from each switch that it is compared with.
package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
)

const (
	maxTurn   = 256
	maxInbox  = 4096
	readChunk = 1000
)

// Config is what an engine needs. Zero durations take the defaults.
type Config struct {
	Journal    Journal
	Lease      Lease                           // of the cell; nil: nobody else could take it
	Prove      func(ctx context.Context) error // tries whether the switches can be worked with, before the cell is taken; may be nil
	Switches   map[string]media.Switch
	Looker     Looker // asks web services for flows; nil: every look-up takes its way for a service that does not answer
	Floor      func(cell string) floor.Config
	Log        *slog.Logger
	Checkpoint time.Duration // between checkpoints; 5 minutes
	Retry      time.Duration // between attempts to begin again; 1 second
	Patience   time.Duration // with one write of the journal; after it the journal counts as away; 5 seconds
	Observe    func(Turn)    // told after each turn; may be nil, must not block
}

// Turn is what one turn took.
type Turn struct {
	Inputs, Facts        int
	Decide, Write, Speak time.Duration
}

// Status is what others may know of the engine.
type Status struct {
	Running  bool // deciding, with a journal that takes facts
	Cell     Cell
	Seq      int64
	Switches map[string]bool // connected?
	Why      string          // why not Running

	Unreadable []floor.UnreadableFlow  // published flows that this program cannot read; their callers go to the switch's fallback
	Unruled    []floor.UnreadableTable // decision tables in force that this program cannot read: no row of them holds
}

// Engine is ready to Run.
type Engine struct {
	cfg     Config
	inbox   chan envelope
	looking chan struct{} // one token for each look-up that is under way
	finding chan struct{} // the same, for callers' records

	mu     sync.Mutex // guards status
	status Status

	// Only the goroutine of Run touches what follows; it is new after each beginning.
	floor    *floor.Floor
	speakers map[string]*speaker
	said     map[orchestrator.InteractionID]saying
	asked    map[string]struct{} // look-ups that are under way
	up       map[string]bool
	began    time.Time
	ahead    time.Duration // of the journal before the wall clock when this life began, when that was set back meanwhile
}

// saying is what a switch was told last of one interaction.
type saying struct {
	sw    string
	wants map[media.LegID]media.Want
}

// envelope is an input on its way in; reply is nil for events.
type envelope struct {
	in    floor.Input
	reply chan<- answer
	gone  <-chan struct{} // closed when nobody waits for the reply any more
}

// abandoned says that the client was told to ask again. What it asked for may be hours old when this program has stood by, and is
// not carried out behind its back.
func (x envelope) abandoned() bool {
	select {
	case <-x.gone: // never for events, where it is nil
		return true
	default:
		return false
	}
}

type answer struct {
	seq int64
	err error
}

// New returns an engine that has done nothing yet.
func New(cfg Config) *Engine {
	if cfg.Floor == nil {
		cfg.Floor = floor.Defaults
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Checkpoint == 0 {
		cfg.Checkpoint = 5 * time.Minute
	}
	if cfg.Retry == 0 {
		cfg.Retry = time.Second
	}
	if cfg.Patience == 0 {
		cfg.Patience = 5 * time.Second
	}
	return &Engine{cfg: cfg, inbox: make(chan envelope, maxInbox), looking: make(chan struct{}, lookAtOnce), finding: make(chan struct{}, findAtOnce), status: Status{Why: "not started yet"}}
}

// Do carries out a command and returns the journal's number after it: whoever then reads a view that has folded that number in,
// sees what the command did. Errors are *orchestrator.Error; Unavailable says that nobody knows whether it was carried out, and
// that the same idempotency key may be used again.
func (e *Engine) Do(ctx context.Context, c floor.Command) (int64, error) {
	reply := make(chan answer, 1)
	select {
	case e.inbox <- envelope{c, reply, ctx.Done()}:
	case <-ctx.Done():
		return 0, busy(ctx.Err())
	}
	select {
	case a := <-reply:
		return a.seq, a.err
	case <-ctx.Done():
		return 0, busy(ctx.Err())
	}
}

// Status returns what is known of the engine now.
func (e *Engine) Status() Status {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.status
	s.Switches = maps.Clone(s.Switches)
	return s
}

// Run decides until ctx ends (nil) or another program takes over the cell (ErrFenced).
func (e *Engine) Run(ctx context.Context) error {
	for {
		err := e.life(ctx)
		e.note(func(s *Status) { s.Running, s.Switches = false, nil })
		if ctx.Err() != nil {
			return nil
		}
		e.note(func(s *Status) { s.Why = err.Error() })
		if errors.Is(err, ErrFenced) {
			return err
		}
		e.cfg.Log.Error("the engine begins again from the journal", "cause", err, "in", e.cfg.Retry)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(e.cfg.Retry):
		}
	}
}

// life is one beginning: read the journal, connect to the switches, take turns until something breaks.
func (e *Engine) life(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var others sync.WaitGroup
	defer others.Wait()
	defer stop()

	cell, err := e.recover(ctx)
	if err != nil {
		return err
	}
	e.speakers = map[string]*speaker{}
	for name, sw := range e.cfg.Switches {
		e.speakers[name] = newSpeaker(sw, e.cfg.Log.With("switch", name))
	}
	// Written before any switch is connected: as long as the journal does not take it, the switches' fallbacks run.
	if err := e.turn(ctx, e.opening()); err != nil {
		return err
	}
	for name, sw := range e.cfg.Switches {
		s := e.speakers[name]
		others.Go(func() { s.run(ctx) })
		others.Go(func() { e.watch(ctx, name, sw) })
	}
	go e.keepCheckpoints(ctx, cell) // not waited for: a database that hangs must not keep the next life from beginning
	e.note(func(s *Status) { *s = Status{Running: true, Cell: cell, Seq: e.floor.Seq, Switches: maps.Clone(e.up)} })
	for _, u := range e.noteTables() {
		e.cfg.Log.Error("a decision table cannot be read by this program; no row of it holds until it is published anew", "table", u.Table, "version", u.Version, "cause", u.Err)
	}
	for _, u := range e.noteFlows() {
		e.cfg.Log.Error("a published flow cannot be read by this program; its callers go to the switch's fallback until it is published anew",
			"flow", u.Flow, "version", u.Version, "numbers", u.Numbers, "cause", u.Err)
	}
	e.cfg.Log.Info("the engine decides", "cell", cell.Name, "epoch", cell.Epoch, "seq", e.floor.Seq, "interactions", len(e.floor.Interactions))
	return e.turns(ctx)
}

// recover reads the newest checkpoint and what the journal has after it, stands by while another program decides, and takes the cell. It reads before it takes: a program
// that cannot read the journal must not stop one that can, and whoever decides now goes on during a long reading.
func (e *Engine) recover(ctx context.Context) (Cell, error) {
	e.drain()
	f, err := restore(ctx, e.cfg.Journal, floor.Config{})
	if err != nil {
		return Cell{}, err
	}
	if err := e.stand(ctx); err != nil {
		return Cell{}, err
	}
	cell, err := e.cfg.Journal.Open(ctx)
	if err != nil {
		return cell, fmt.Errorf("open journal: %w", err)
	}
	if err := catchUp(ctx, e.cfg.Journal, f); err != nil {
		return cell, err
	}
	f.Configure(e.cfg.Floor(cell.Name))
	f.TakeTouched()
	e.floor = f
	e.said = map[orchestrator.InteractionID]saying{}
	e.asked = map[string]struct{}{}
	e.up = map[string]bool{}
	for name := range e.cfg.Switches {
		e.up[name] = false // one that never connects is told as away
	}
	e.began = time.Now()
	e.ahead = max(0, f.At.Sub(e.began))
	if e.ahead > time.Minute {
		e.cfg.Log.Warn("the clock was set back since the last fact; deadlines keep their length, times in the journal are ahead", "by", e.ahead)
	}
	return cell, nil
}

// drain throws away what was addressed to an earlier life: every switch will tell all again, and clients are told to ask again.
func (e *Engine) drain() {
	for {
		select {
		case x := <-e.inbox:
			x.answer(0, busy(nil))
		default:
			return
		}
	}
}

func (e *Engine) watch(ctx context.Context, name string, sw media.Switch) {
	err := sw.Watch(ctx, func(ev media.Event) {
		ev.Switch = name
		select {
		case e.inbox <- envelope{in: ev}:
		case <-ctx.Done():
		}
	})
	if err != nil && ctx.Err() == nil {
		e.cfg.Log.Error("the switch is no longer watched", "switch", name, "cause", err)
	}
}

// noteFlows tells in Status which flows cannot be read.
func (e *Engine) noteFlows() []floor.UnreadableFlow {
	all := e.floor.Unreadable()
	e.note(func(s *Status) { s.Unreadable = all })
	return all
}

// noteTables tells in Status which decision tables cannot be read.
func (e *Engine) noteTables() []floor.UnreadableTable {
	all := e.floor.UnreadableTables()
	e.note(func(s *Status) { s.Unruled = all })
	return all
}

func (e *Engine) note(change func(*Status)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change(&e.status)
}

func (x envelope) answer(seq int64, err error) {
	if x.reply != nil {
		x.reply <- answer{seq, err}
	}
}

func busy(cause error) error {
	return &orchestrator.Error{
		Kind: orchestrator.Unavailable, Err: cause,
		Say: "the centre cannot decide right now; ask again in a few seconds with the same Idempotency-Key",
	}
}
