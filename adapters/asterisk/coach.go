package asterisk

import (
	"context"

	"github.com/CyCoreSystems/ari/v6"

	"tandem/orchestrator/media"
)

// coach is a supervisor's ear: a snoop on the coached leg, in a bridge with the supervisor's. Whispering is another snoop,
// because Asterisk can't change one: the new one comes before the old one goes.
type coach struct {
	base  media.Coach
	snoop string // channel
	round int
}

func (s *Switch) doCoach(ctx context.Context, _ *line, o order) error {
	base, ok := o.want.Base.(media.Coach)
	g := o.leg
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
	next := &coach{base: base}
	if old != nil {
		next.round = old.round + 1
	}
	next.snoop = string(g.id) + "-coach-" + []string{"a", "b"}[next.round%2]
	whisper := ari.DirectionNone
	if base.Whisper {
		whisper = ari.DirectionOut
	}
	s.mu.Lock()
	entered := s.expect(next.snoop)
	s.mu.Unlock()
	_, err := s.rest.ari.Channel().Snoop(channelKey(string(base.Of)), next.snoop, &ari.SnoopOptions{
		App: s.cfg.App, AppArgs: helperArgument, Spy: ari.DirectionBoth, Whisper: whisper,
	})
	if err != nil {
		// A try before this one, or the program before this one, may have made it without our knowing.
		_ = s.rest.ari.Channel().Hangup(channelKey(next.snoop), "normal")
		return err
	}
	if err := s.await(ctx, next.snoop, entered); err != nil {
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

// endCoach takes the snoop away; the bridge goes with its last leg. Called with mu held.
func (s *Switch) endCoach(g *leg) {
	if g.coach == nil {
		return
	}
	snoop := g.coach.snoop
	g.coach = nil
	s.follow(func(*line) {
		if err := s.rest.ari.Channel().Hangup(channelKey(snoop), "normal"); err != nil && statusOf(err) != 404 {
			s.log.Warn("a snoop was not ended", "channel", snoop, "error", err)
		}
	})
}
