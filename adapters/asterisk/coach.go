package asterisk

import (
	"context"

	"github.com/CyCoreSystems/ari/v6"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// coach is a supervisor's ear: a snoop on the coached leg, in a bridge with the supervisor's. Whispering is another snoop,
// because Asterisk can't change one: the new one comes before the old one goes.
type coach struct {
	base  media.Coach
	snoop string // channel
	round int
}

func (s *Switch) doCoach(ctx context.Context, _ *line, o order) error {
	base, ok := o.Want.Base.(media.Coach)
	g := o.Leg
	s.mu.Lock()
	old := g.coach
	s.mu.Unlock()
	if !ok {
		if old != nil {
			s.mu.Lock()
			s.endCoach(g)
			s.mu.Unlock()
		}
		return nil
	}
	if old != nil && old.base == base {
		return nil
	}
	if err := s.answer(g); err != nil {
		return err
	}
	return s.listenTo(ctx, g, base)
}

// listenTo puts a snoop on the coached leg and joins the supervisor's leg with it; an older snoop goes.
func (s *Switch) listenTo(ctx context.Context, g *leg, base media.Coach) error {
	s.mu.Lock()
	old := g.coach
	s.mu.Unlock()
	next := &coach{base: base}
	if old != nil {
		next.round = old.round + 1
	}
	next.snoop = string(g.id) + "-coach-" + []string{"a", "b"}[next.round%2]
	whisper := ari.DirectionNone
	if base.Whisper {
		whisper = ari.DirectionOut
	}
	entered := s.signs.Expect(next.snoop)
	_, err := s.rest.ari.Channel().Snoop(channelKey(string(base.Of)), next.snoop, &ari.SnoopOptions{
		App: s.cfg.App, AppArgs: helperArgument, Spy: ari.DirectionBoth, Whisper: whisper,
	})
	if err != nil {
		// A try before this one, or the program before this one, may have made it without our knowing.
		_ = s.rest.ari.Channel().Hangup(channelKey(next.snoop), "normal")
		return err
	}
	if err := s.await(ctx, entered); err != nil {
		return err
	}
	bridge := coachBridge(s.cfg.App, g.id)
	s.mu.Lock()
	in := g.bridge == bridge
	s.mu.Unlock()
	if !in {
		if err := s.move(ctx, g, bridge); err != nil {
			return err
		}
	}
	if err := s.rest.ari.Bridge().AddChannel(bridgeKey(bridge), next.snoop); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old != nil {
		s.endCoach(g)
	}
	g.coach = next
	return nil
}

// renewCoaches makes the snoops on a leg anew that was joined with somebody else. Asterisk (22.10) has one chain of listeners on a
// channel, which goes deaf for what the channel is sent when that begins to come from another party, every second time; a new snoop
// on the old chain is deaf too. So the old ones go, all of them, and with them the chain, before the first new one comes. The chain goes
// with the first frame of sound after their end, of which nothing is told. Called with mu held.
func (s *Switch) renewCoaches(of *leg) {
	ears := map[*leg]*coach{}
	for _, g := range s.legs {
		if g.coach != nil && g.coach.base.Of == of.id {
			ears[g] = g.coach
		}
	}
	if len(ears) == 0 {
		return
	}
	s.present.Follow(func(l *line) {
		for _, old := range ears {
			s.endSnoop(l, old.snoop)
		}
		s.present.Later(2*s.cfg.Grace, func(l *line) {
			for g, old := range ears {
				s.renewCoach(l, g, old)
			}
		})
	})
}

// endSnoop ends a snoop and waits until it has ended: a busy Asterisk carries that out late.
func (s *Switch) endSnoop(l *line, snoop string) {
	ended := s.signs.Expect(endOf(snoop))
	err := s.rest.ari.Channel().Hangup(channelKey(snoop), "normal")
	switch {
	case err == nil:
		switchboard.Await(l.Ctx, ended, s.cfg.Timeout)
	case statusOf(err) != 404:
		s.log.Warn("a snoop was not ended", "channel", snoop, "error", err)
	}
}

func (s *Switch) renewCoach(l *line, g *leg, old *coach) {
	g.turn.Lock()
	defer g.turn.Unlock()
	s.mu.Lock()
	needed := g.coach == old && !g.gone && !g.dropped
	s.mu.Unlock()
	if !needed {
		return
	}
	if err := s.listenTo(l.Ctx, g, old.base); err != nil {
		s.mu.Lock()
		g.coach = nil // the next try begins with none
		s.mu.Unlock()
		s.settled(l, g, s.failed(l, g, "coach", err))
	}
}

// endCoach takes the snoop away; the bridge goes with its last leg. Called with mu held.
func (s *Switch) endCoach(g *leg) {
	if g.coach == nil {
		return
	}
	snoop := g.coach.snoop
	g.coach = nil
	s.present.Follow(func(*line) {
		if err := s.rest.ari.Channel().Hangup(channelKey(snoop), "normal"); err != nil && statusOf(err) != 404 {
			s.log.Warn("a snoop was not ended", "channel", snoop, "error", err)
		}
	})
}
