package asterisk

import (
	"context"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"tandem/orchestrator/media"
)

func appKey(app string) *ari.Key { return ari.NewKey(ari.ApplicationKey, app) }

// end tells that a leg is gone, once, after the Done of its task. Called with mu held, by the pump only.
func (s *Switch) end(g *leg, at time.Time, why media.Cause, sip int) []media.Event {
	if g.gone {
		return nil
	}
	var told []media.Event
	if g.task != nil {
		told = s.finish(g.task, at, media.CauseHangup, "")
	}
	if g.dialled && g.up && !g.told {
		s.log.Warn("a phone answered and was gone before it came to us; if that goes on, the dialplan lacks our context", g.named(), "context", s.cfg.Dialled)
	}
	g.gone = true
	g.disarm()
	s.endCoach(g)
	s.settle(g, "")
	if s.legs[g.id] == g {
		delete(s.legs, g.id)
	}
	s.spent.Add(g.id)
	s.missed(g.id, g.want.Tape)
	if t := s.tapes[g.tape]; t != nil && t.broken {
		told = append(told, s.tapeHalfOver(t)...) // no half may be left whose end could tell it
	}
	return append(told, media.Event{Kind: media.Gone, At: at, Leg: g.id, Why: why, SIP: sip})
}

// leaves: StasisEnd says both "ended" and "left for the dialplan". The end is told by ChannelDestroyed; if that does not come
// at once, Asterisk is asked.
func (s *Switch) leaves(g *leg) []media.Event {
	g.inside = false
	if g.dialled && g.yielding == "" && !g.left {
		return nil // nothing is behind the application for a dialled leg: it ends
	}
	s.settle(g, "")
	s.checkLater(g)
	return nil
}

// checkLater asks after a while whether a leg still lives, for the case that its end was not told: before our subscription,
// or because it left for the dialplan. Called with mu held.
func (s *Switch) checkLater(g *leg) {
	s.present.Later(s.cfg.Grace, func(l *line) {
		s.mu.Lock()
		gone := g.gone
		s.mu.Unlock()
		if gone {
			return
		}
		alive, err := s.rest.alive(l.Ctx, string(g.id))
		if err != nil {
			return
		}
		l.Post(func() []media.Event { return s.checked(g, alive) })
	})
}

func (s *Switch) checked(g *leg, alive bool) []media.Event {
	switch {
	case g.gone || g.info.Away:
		return nil
	case !alive:
		why, sip := g.verdict(0, 0)
		return s.end(g, now(), why, sip)
	case g.inside:
		return nil
	case g.dialled && !g.left:
		return nil
	}
	return s.goneAway(g, now())
}

// goneAway tells that a leg has left us for the dialplan. Called with mu held, by the pump only.
func (s *Switch) goneAway(g *leg, at time.Time) []media.Event {
	g.left, g.info.Away = true, true
	g.disarm()
	g.guard = nil
	var told []media.Event
	if g.task != nil {
		told = s.finish(g.task, at, media.CauseStopped, "")
	}
	return append(told, media.Event{Kind: media.Left, At: at, Leg: g.id, Text: g.yielding})
}

// orphan hangs up a leg that we dialled and whose end was told already: it was born late. Called with mu held.
func (s *Switch) orphan(e said) {
	id := media.LegID(e.Channel.ID)
	if !s.spent.Has(id) || e.Type == "ChannelDestroyed" || e.Type == "ChannelHangupRequest" || e.Type == "StasisEnd" {
		return
	}
	s.figures.orphans.Add(1)
	s.hangUp(id)
}

// hangUp ends a leg that nobody waits for. Called with mu held.
func (s *Switch) hangUp(id media.LegID) {
	s.present.Follow(func(*line) {
		if err := s.rest.ari.Channel().Hangup(channelKey(string(id)), "normal"); err != nil && statusOf(err) != 404 {
			s.log.Warn("a leg that nobody waits for was not hung up", "leg", id, "error", err)
		}
	})
}

// await waits until a channel is in our application; commands to it would be refused before. entered was expected before the command
// that sends it there.
func (s *Switch) await(ctx context.Context, entered <-chan struct{}) error {
	ctx, stop := context.WithTimeout(ctx, s.cfg.Timeout)
	defer stop()
	select {
	case <-entered:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// entered is called by the reader, ahead of the queue: a Do that waits must not depend on an engine that waits for the Do.
func (s *Switch) entered(id string) {
	s.mu.Lock()
	if g := s.legs[media.LegID(id)]; g != nil && g.dialled {
		g.inside = true
	}
	s.mu.Unlock()
	s.signs.Give(id)
}

// endOf is the sign that a channel has left our application.
func endOf(id string) string { return "the end of " + id }
