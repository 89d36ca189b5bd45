package engine

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"tandem/orchestrator/media"
)

const (
	// speakAtOnce is how many interactions a switch is told of at the same time.
	speakAtOnce = 16
	// speakLimit bounds one Do; an adapter that takes longer has lost its line.
	speakLimit = 15 * time.Second
)

// speaker hands wants to one switch, so that a slow switch never stops the turn. What is said of one interaction stays in order;
// different interactions go side by side.
type speaker struct {
	sw  media.Switch
	log *slog.Logger

	mu      sync.Mutex // guards what follows
	waiting map[string][]map[media.LegID]media.Want
	order   []string // interactions that have something waiting and are not being told
	busy    map[string]bool
	phones  []string
	asking  bool          // a list of phones is being told
	wake    chan struct{} // holds one token while there may be work
}

func newSpeaker(sw media.Switch, log *slog.Logger) *speaker {
	return &speaker{
		sw: sw, log: log, waiting: map[string][]map[media.LegID]media.Want{}, busy: map[string]bool{},
		wake: make(chan struct{}, speakAtOnce),
	}
}

// say queues wants behind everything said of the same interaction before. They are not merged: a leg that is to be dialled and
// dropped must be heard of twice, so that its Gone comes.
func (s *speaker) say(of string, wants map[media.LegID]media.Want) {
	if len(wants) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting[of]) == 0 && !s.busy[of] {
		s.order = append(s.order, of)
	}
	s.waiting[of] = append(s.waiting[of], wants)
	s.poke()
}

// watchPhones asks for the state of the endpoints; only the last list counts.
func (s *speaker) watchPhones(endpoints []string) {
	slices.Sort(endpoints)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.phones = endpoints
	s.poke()
}

// forget drops everything that was not said yet.
func (s *speaker) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.waiting)
	s.order, s.phones = nil, nil
}

// poke wakes a worker; the caller holds mu. Enough tokens for every worker are kept, so a lost one costs nothing.
func (s *speaker) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *speaker) run(ctx context.Context) {
	var workers sync.WaitGroup
	for range speakAtOnce {
		workers.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case <-s.wake:
				}
				for s.work(ctx) {
				}
			}
		})
	}
	workers.Wait()
}

// work says one thing and reports whether there was one.
func (s *speaker) work(ctx context.Context) bool {
	if endpoints := s.takePhones(); endpoints != nil {
		s.tell(ctx, func(ctx context.Context) error { return s.sw.Phones(ctx, endpoints) }, "phones")
		s.mu.Lock()
		s.asking = false
		s.mu.Unlock()
		return true
	}
	of, wants, ok := s.take()
	if !ok {
		return false
	}
	s.tell(ctx, func(ctx context.Context) error { return s.sw.Do(ctx, wants) }, of)
	s.done(of)
	return true
}

// tell carries one thing out. A failure means that the line is away: all of it is said again after the next Up.
func (s *speaker) tell(ctx context.Context, do func(context.Context) error, of string) {
	ctx, cancel := context.WithTimeout(ctx, speakLimit)
	defer cancel()
	if err := do(ctx); err != nil && !errors.Is(err, context.Canceled) {
		s.log.Warn("not said; it will be after the switch is back", "of", of, "cause", err)
	}
}

func (s *speaker) takePhones() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asking {
		return nil // one list at a time: the last one must be the last to arrive
	}
	endpoints := s.phones
	s.phones, s.asking = nil, endpoints != nil
	return endpoints
}

func (s *speaker) take() (string, map[media.LegID]media.Want, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.order) == 0 {
		return "", nil, false
	}
	of := s.order[0]
	s.order = s.order[1:]
	wants := s.waiting[of][0]
	if s.waiting[of] = s.waiting[of][1:]; len(s.waiting[of]) == 0 {
		delete(s.waiting, of)
	}
	s.busy[of] = true
	return of, wants, true
}

func (s *speaker) done(of string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, of)
	if len(s.waiting[of]) > 0 {
		s.order = append(s.order, of)
		s.poke()
	}
}
