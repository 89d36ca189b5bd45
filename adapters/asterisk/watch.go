package asterisk

import (
	"context"
	"errors"
	"time"

	"github.com/coder/websocket"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

var errReplaced = errors.New("another program has taken our ARI application; this one stands aside: end one of the two and start again")

// Watch keeps the line: connect, read the state, tell Up, tell events, tell Down, and again. It returns when ctx ends.
// After another program took the application it tells Down and only waits: two that fight would both command the legs.
func (s *Switch) Watch(ctx context.Context, tell func(media.Event)) error {
	told := func(e media.Event) {
		e.Switch = s.cfg.Name
		tell(e)
	}
	s.mu.Lock()
	replaced := s.replace
	s.mu.Unlock()
	if replaced {
		return s.standAside(ctx, told)
	}
	return switchboard.Keep(ctx, s.cfg.Backoff, func() (bool, error) {
		wasUp, err := s.connection(ctx, told)
		if errors.Is(err, errReplaced) {
			err = s.standAside(ctx, nil)
		}
		return wasUp, err
	}, func(why error, pause time.Duration) {
		s.log.Warn("the line to Asterisk is away", "error", why, "again_in", pause)
	})
}

// standAside waits for the end of ctx. Also at a second Watch on the same Switch, as the engine's next life begins one: to
// connect would take the application back. told is nil if Down was told.
func (s *Switch) standAside(ctx context.Context, told func(media.Event)) error {
	s.log.Error(errReplaced.Error(), "app", s.cfg.App)
	if told != nil {
		told(media.Event{Kind: media.Down, At: now(), Text: errReplaced.Error()})
	}
	<-ctx.Done()
	return ctx.Err()
}

// connection lives one line from opening to loss.
func (s *Switch) connection(ctx context.Context, tell func(media.Event)) (wasUp bool, err error) {
	l, err := s.open(ctx)
	if err != nil {
		return false, err
	}
	defer l.socket.CloseNow()
	defer l.Lose(nil)
	s.rest.wire.bind(l.Ctx)
	go l.read()

	up, err := s.attach(l)
	if err != nil {
		if cause := context.Cause(l.Ctx); cause != nil {
			err = cause
		}
		return false, err
	}
	s.figures.connects.Add(1)
	s.figures.up.Store(true)
	s.log.Info("the line to Asterisk is up", "boot", up.Text, "legs", len(up.Legs))
	go s.keepProbing(l)
	tell(up)
	l.Pump(&s.mu, func(e *said) []media.Event { return s.hear(l, *e) }, tell)

	l.Lose(errors.New("the event line was closed"))
	err = context.Cause(l.Ctx)
	s.detach()
	_ = l.socket.Close(websocket.StatusGoingAway, "")
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
