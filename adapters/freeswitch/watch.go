package freeswitch

import (
	"context"
	"errors"
	"time"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// Watch keeps the line: connect, read the state, tell Up, tell events, tell Down, and again. It returns when ctx ends.
func (s *Switch) Watch(ctx context.Context, tell func(media.Event)) error {
	told := func(e media.Event) {
		e.Switch = s.cfg.Name
		tell(e)
	}
	return switchboard.Keep(ctx, s.cfg.Backoff, func() (bool, error) { return s.connection(ctx, told) }, func(why error, pause time.Duration) {
		s.log.Warn("the line to FreeSWITCH is away", "error", why, "again_in", pause)
	})
}

// connection lives one line from opening to loss.
func (s *Switch) connection(ctx context.Context, tell func(media.Event)) (wasUp bool, err error) {
	l, err := s.open(ctx)
	if err != nil {
		return false, err
	}
	defer l.close()
	defer l.Lose(nil)
	over := context.AfterFunc(ctx, func() { l.Lose(ctx.Err()) })
	defer over()

	up, err := s.attach(l)
	if err != nil {
		if cause := context.Cause(l.Ctx); cause != nil {
			err = cause
		}
		l.Lose(err)
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
	l.Pump(&s.mu, func(e said) []media.Event { return s.hear(l, e) }, tell)

	l.Lose(errors.New("the line was closed"))
	err = context.Cause(l.Ctx)
	s.detach()
	tell(media.Event{Kind: media.Down, At: now(), Text: err.Error()})
	return true, err
}

// detach takes the line away from Do and waits for the commands that still run on it.
func (s *Switch) detach() {
	s.present.Leave()
	s.mu.Lock()
	for _, g := range s.legs {
		g.disarm()
	}
	s.mu.Unlock()
	s.figures.up.Store(false)
	s.present.Wait()
}

// keepAsking notices a line whose far end is gone without a word, or that does nothing any more: idle connections are asked for
// their health again and again.
func (s *Switch) keepAsking(l *line) {
	tick := time.NewTicker(s.cfg.Ping)
	defer tick.Stop()
	for missed := 0; ; {
		select {
		case <-l.Ctx.Done():
			return
		case <-tick.C:
		}
		err := s.sayHere(l)
		if err == nil {
			err = s.probe(l)
		}
		switch {
		case l.Ctx.Err() != nil:
			return
		case err == nil:
			missed = 0
		case missed == 1:
			l.Lose(err)
			return
		default:
			missed++
			s.log.Warn("FreeSWITCH may be stuck", "error", err)
		}
	}
}

// keepPoking sends the event connection an empty line every few milliseconds while a caller waits or a phone rings: FreeSWITCH looks for
// events when it has read, else it sleeps up to 20 ms (read_packet in mod_event_socket.c).
func (s *Switch) keepPoking(l *line) {
	tick := time.NewTicker(s.cfg.Poke)
	defer tick.Stop()
	for {
		s.mu.Lock()
		idle := len(s.busy) == 0
		s.mu.Unlock()
		if idle {
			select {
			case <-l.Ctx.Done():
				return
			case <-s.poke:
				continue
			}
		}
		select {
		case <-l.Ctx.Done():
			return
		case <-tick.C:
		}
		s.figures.pokes.Add(1)
		if err := l.events.poke(); err != nil {
			return // the reader notices, too
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
