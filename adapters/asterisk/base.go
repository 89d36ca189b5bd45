package asterisk

import (
	"context"
	"fmt"
	"net/url"

	"tandem/orchestrator/media"
)

// answer takes the call of a caller who is not yet answered; every base but Ring, Yield and Drop needs it.
func (s *Switch) answer(g *leg) error {
	s.mu.Lock()
	needed := !g.dialled && !g.up
	s.mu.Unlock()
	if !needed {
		return nil
	}
	if err := s.rest.ari.Channel().Answer(channelKey(string(g.id))); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g.answeredAt(now())
	return nil
}

func (s *Switch) doRing(g *leg) error {
	s.mu.Lock()
	needed := !g.up && !g.ringing && !g.dialled
	s.mu.Unlock()
	if !needed {
		return nil
	}
	if err := s.rest.ari.Channel().Ring(channelKey(string(g.id))); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g.ringing = true
	return nil
}

// doMusic puts the leg into the holding bridge of its class: one player is heard by all, so 500 waiting legs cost Asterisk
// nothing. Silence is being in no bridge. While a prompt runs the move waits for its end, because Asterisk would hold up the command as long.
func (s *Switch) doMusic(ctx context.Context, g *leg, base media.Music) error {
	if base.Class != "" && !media.IsName(base.Class) {
		return fmt.Errorf("music class %q is not a name", base.Class)
	}
	if err := s.answer(g); err != nil {
		return err
	}
	target := ""
	if base.Class != "" {
		target = musicBridge(s.cfg.App, base.Class)
	}
	s.mu.Lock()
	g.later = nil
	same := g.bridge == target
	if g.busy() && !same {
		var wanted media.Base = base
		g.later = &wanted
		same = true
	}
	s.mu.Unlock()
	if same {
		return nil
	}
	return s.move(ctx, g, target)
}

func (s *Switch) join(ctx context.Context, _ *line, o order) error {
	base, ok := o.Want.Base.(media.Join)
	if !ok {
		return nil
	}
	if !media.IsName(string(base.Room)) {
		return fmt.Errorf("room %q is not a name", base.Room)
	}
	if err := s.answer(o.Leg); err != nil {
		return err
	}
	target := roomBridge(s.cfg.App, base.Room)
	s.mu.Lock()
	o.Leg.later = nil
	same := o.Leg.bridge == target
	s.mu.Unlock()
	if same {
		return nil
	}
	if err := s.move(ctx, o.Leg, target); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.renewCoaches(o.Leg)
	return nil
}

func (s *Switch) doMute(_ context.Context, _ *line, o order) error {
	s.mu.Lock()
	same := o.Leg.mute == o.Want.Mute || !o.Leg.inside
	s.mu.Unlock()
	if same {
		return nil
	}
	turn := s.rest.ari.Channel().Unmute
	if o.Want.Mute {
		turn = s.rest.ari.Channel().Mute
	}
	if err := turn(channelKey(string(o.Leg.id)), "in"); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o.Leg.mute = o.Want.Mute
	s.note(o.Leg)
	return nil
}

// doYield lets the dialplan go on with the leg: behind Stasis(), or at an extension of the leg's context.
func (s *Switch) doYield(g *leg, base media.Yield) error {
	query := url.Values{}
	if base.Extension != "" {
		if !media.IsName(base.Extension) {
			return fmt.Errorf("extension %q is not a name", base.Extension)
		}
		query.Set("extension", base.Extension)
		query.Set("priority", "1")
	}
	s.mu.Lock()
	g.left, g.yielding = true, base.Extension
	s.mu.Unlock()
	err := s.rest.call(context.Background(), "POST", "/channels/"+string(g.id)+"/continue", query, nil, nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		g.left = false
		return err
	}
	g.disarm()
	return nil
}

// drop ends the leg. A leg that has no channel yet is ended when its dial comes back.
func (s *Switch) drop(_ *line, g *leg, why media.Cause) error {
	s.mu.Lock()
	done := g.dropped
	g.dropped = true
	if !done {
		g.why = why
	}
	s.mu.Unlock()
	if done {
		return nil
	}
	err := s.rest.ari.Channel().Hangup(channelKey(string(g.id)), reasonOf(why))
	if err != nil {
		s.mu.Lock()
		g.dropped = false // it ended by itself at this moment, or it is said again
		s.mu.Unlock()
	}
	return err
}
