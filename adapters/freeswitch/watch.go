package freeswitch

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"tandem/orchestrator/media"
)

// Watch keeps the line: connect, read the state, tell Up, tell events, tell Down, and again. It returns when ctx ends.
func (s *Switch) Watch(ctx context.Context, tell func(media.Event)) error {
	told := func(e media.Event) {
		e.Switch = s.cfg.Name
		tell(e)
	}
	pause := s.cfg.Backoff
	for {
		wasUp, err := s.connection(ctx, told)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.log.Warn("the line to FreeSWITCH is away", "error", err, "again_in", pause)
		if wasUp {
			pause = s.cfg.Backoff
		}
		timer := time.NewTimer(pause/2 + rand.N(pause/2+1))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		pause = min(2*pause, 16*s.cfg.Backoff)
	}
}

// connection lives one line from opening to loss.
func (s *Switch) connection(ctx context.Context, tell func(media.Event)) (wasUp bool, err error) {
	l, err := s.open(ctx)
	if err != nil {
		return false, err
	}
	defer l.close()
	defer l.cancel(nil)
	over := context.AfterFunc(ctx, func() { l.lose(ctx.Err()) })
	defer over()

	up, err := s.attach(l)
	if err != nil {
		if cause := context.Cause(l.ctx); cause != nil {
			err = cause
		}
		l.lose(err)
		s.detach()
		return false, err
	}
	s.figures.connects.Add(1)
	s.figures.up.Store(true)
	s.log.Info("the line to FreeSWITCH is up", "boot", up.Text, "legs", len(up.Legs))
	tell(up)
	s.afterUp()
	go s.keepAsking(l)
	go s.keepPoking(l)
	go s.keepReaping(l)
	s.pump(l, tell)

	l.lose(errors.New("the line was closed"))
	err = context.Cause(l.ctx)
	s.detach()
	tell(media.Event{Kind: media.Down, At: now(), Text: err.Error()})
	return true, err
}

// pump tells, in order, what the sorter and the commands bring.
func (s *Switch) pump(l *line, tell func(media.Event)) {
	for {
		items, open := l.take()
		if !open {
			return
		}
		for _, it := range items {
			for _, e := range s.handle(l, it) {
				tell(e)
			}
		}
	}
}

func (s *Switch) handle(l *line, it item) []media.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	if it.do != nil {
		return it.do()
	}
	return s.hear(l, it.event)
}

// detach takes the line away from Do and waits for the commands that still run on it.
func (s *Switch) detach() {
	s.mu.Lock()
	s.line = nil
	for _, g := range s.legs {
		g.disarm()
	}
	s.mu.Unlock()
	s.figures.up.Store(false)
	s.doing.Wait()
}

// keepAsking notices a line whose far end is gone without a word, or that does nothing any more: idle connections are asked for
// their health again and again.
func (s *Switch) keepAsking(l *line) {
	tick := time.NewTicker(s.cfg.Ping)
	defer tick.Stop()
	for missed := 0; ; {
		select {
		case <-l.ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := l.events.say(l.ctx, "api uptime"); err != nil {
			return
		}
		err := s.probe(l)
		switch {
		case l.ctx.Err() != nil:
			return
		case err == nil:
			missed = 0
		case missed == 1:
			l.lose(err)
			return
		default:
			missed++
			s.log.Warn("FreeSWITCH may be stuck", "error", err)
		}
	}
}

// keepPoking sends the event connection a trivial command every few milliseconds while a caller waits or a phone rings:
// FreeSWITCH looks for events after each command, else it sleeps up to 20 ms (PERFORMANCE).
func (s *Switch) keepPoking(l *line) {
	tick := time.NewTicker(s.cfg.Poke)
	defer tick.Stop()
	for {
		s.mu.Lock()
		idle := len(s.busy) == 0
		s.mu.Unlock()
		if idle {
			select {
			case <-l.ctx.Done():
				return
			case <-s.poke:
				continue
			}
		}
		select {
		case <-l.ctx.Done():
			return
		case <-tick.C:
		}
		s.figures.pokes.Add(1)
		if _, err := l.events.say(l.ctx, "poke"); err != nil { // unknown to FreeSWITCH, which says so and does nothing
			return
		}
	}
}

// waits notes whether the leg is one for which somebody waits; called with mu held.
func (s *Switch) waits(g *leg) {
	waiting := !g.gone && !g.info.Away && g.base != "" && g.room == "" || !g.gone && g.dialled && !g.told
	if !waiting {
		delete(s.busy, g.id)
		return
	}
	s.busy[g.id] = true
	select {
	case s.poke <- struct{}{}:
	default:
	}
}
