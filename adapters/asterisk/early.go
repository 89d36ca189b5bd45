package asterisk

import (
	"context"
	"net/http"

	"tandem/orchestrator/media"
)

// dialEarly calls a phone whose sounds before the answer a room is to hear ("this number is not in service"): its channel has to be in our
// application, and in the room, before it is called. That takes three requests. A leg that a crash leaves between them is never
// called: the next program takes it away, and as Up does not list it, it is gone.
func (s *Switch) dialEarly(ctx context.Context, g *leg, to target, d media.Dial) error {
	entered := s.signs.Expect(string(g.id))
	err := s.rest.call(ctx, http.MethodPost, "/channels/create", nil, map[string]any{
		"endpoint": to.dialString, "channelId": string(g.id), "variables": s.birth(d), "app": s.cfg.App, "appArgs": dialledArgument,
	}, nil)
	if err != nil && !s.bornAnyway(ctx, g, err) {
		return err
	}
	if err := s.await(ctx, entered); err != nil {
		return err
	}
	if err := s.move(ctx, g, roomBridge(s.cfg.App, d.Early)); err != nil {
		return err
	}
	s.mu.Lock()
	g.called = true
	s.mu.Unlock()
	// Once only: a second /dial cancels the call. If it is not answered well, the leg's own events tell what came of it.
	err = s.rest.ari.Channel().Dial(channelKey(string(g.id)), "", s.cfg.RingTime)
	if status := statusOf(err); status != 0 && status < 500 {
		return err
	}
	if err != nil {
		s.log.Warn("a dial was not confirmed", g.named(), "error", err)
	}
	return nil
}

// uncalled says whether a leg was found between the steps of dialEarly. old is what this program knew of it; nil after a crash.
func uncalled(g, old *leg) bool {
	return g.dialled && g.inside && g.silent && (old == nil || !old.called)
}
