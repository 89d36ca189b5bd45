package asterisk

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"tandem/orchestrator/media"
)

// dial carries out a Dial once per name, with the leg's name as channelId. The channel carries that its phone is called before
// it is: one that a crash left without that is called when the Dial is said again, and any other never (a second dial would
// cancel the call).
func (s *Switch) dial(ctx context.Context, l *line, o order) error {
	base, ok := o.want.Base.(media.Dial)
	if !ok {
		return nil
	}
	g := o.leg
	s.mu.Lock()
	said, ready := !g.info.Born.IsZero(), g.made && !g.sent
	if !said {
		g.info.Born, g.info.Stamp = now(), base.Stamp
		g.info.From, g.info.Name, g.info.To = number(base.Number), clean(base.Name), base.To
	}
	s.mu.Unlock()
	if ready {
		return s.call(ctx, l, g, base)
	}
	if said {
		return nil
	}
	target, err := s.target(base.To)
	if err != nil {
		s.refuse(l, g.id, err.Error())
		s.unborn(l, g, media.CauseUnreachable)
		return nil
	}
	if err := s.create(ctx, g, target, base); err != nil {
		return s.dialFailed(ctx, l, g, err)
	}
	s.mu.Lock()
	g.made = true
	s.mu.Unlock()
	return s.call(ctx, l, g, base)
}

// call lets the phone of a leg that was made ring. The legs of the room Early hear what comes before the answer.
func (s *Switch) call(ctx context.Context, l *line, g *leg, d media.Dial) error {
	if d.Early != "" {
		if err := s.move(ctx, g, roomBridge(s.cfg.App, d.Early)); err != nil {
			return s.dialFailed(ctx, l, g, err)
		}
	}
	if err := s.markSent(g); err != nil {
		return s.dialFailed(ctx, l, g, err)
	}
	// Sent once only: a second /dial cancels the call. If it is not answered well, the leg's own events tell what came of it.
	err := s.rest.ari.Channel().Dial(channelKey(string(g.id)), "", s.cfg.RingTime)
	if status := statusOf(err); status != 0 && status < 500 {
		return s.dialFailed(ctx, l, g, err)
	}
	if err != nil {
		s.log.Warn("a dial was not confirmed", "leg", g.id, "error", err)
	}
	return nil
}

// markSent writes on the channel that its phone is called.
func (s *Switch) markSent(g *leg) error {
	s.mu.Lock()
	g.sent = true
	s.mu.Unlock()
	err := s.write(g)
	if err != nil && passing(err) {
		err = s.write(g) // without an answer nobody knows whether it is written
	}
	if err != nil {
		s.mu.Lock()
		g.sent = false
		s.mu.Unlock()
	}
	return err
}

// target turns an endpoint into a dial string; anything but a plain name, or number@trunk with a known trunk, is refused.
func (s *Switch) target(to string) (string, error) {
	name, trunk, outside := strings.Cut(to, "@")
	if !isName(name) || strings.HasPrefix(name, "-") {
		return "", fmt.Errorf("endpoint %q is not a name", clean(to))
	}
	if !outside {
		return "PJSIP/" + name, nil
	}
	for _, known := range s.cfg.Trunks {
		if trunk == known {
			return "PJSIP/" + name + "@" + trunk, nil
		}
	}
	return "", fmt.Errorf("%q is not one of the trunks that may be dialled", clean(trunk))
}

// birth are the variables of a dialled leg. What the phone shows is set through CONNECTEDLINE, whose values are taken as they
// are; the callerId field of ARI would be parsed.
func birth(d media.Dial) map[string]string {
	v := map[string]string{stampVariable: d.Stamp}
	if shown := number(d.Number); shown != "" {
		v["CONNECTEDLINE(num,i)"] = shown
	}
	if shown := clean(d.Name); shown != "" {
		v["CONNECTEDLINE(name,i)"] = shown
	}
	if d.Auto {
		v["PJSIP_HEADER(add,Call-Info)"] = "<sip:tandem>;answer-after=0"
		v["PJSIP_HEADER(add,Alert-Info)"] = "<http://tandem>;info=alert-autoanswer"
	}
	return v
}

// create makes the channel and waits until it is in our application, where it stays when we go away: a leg that ARI dials in one
// step enters us at its answer only, and is hung up if nobody is there at that moment (F59).
func (s *Switch) create(ctx context.Context, g *leg, target string, d media.Dial) error {
	if d.Early != "" && !isName(string(d.Early)) {
		return fmt.Errorf("room %q is not a name", d.Early)
	}
	body := map[string]any{
		"endpoint": target, "app": s.cfg.App, "appArgs": dialledArgument, "channelId": string(g.id), "variables": birth(d),
	}
	entered := s.expect(string(g.id))
	err := s.rest.call(ctx, http.MethodPost, "/channels/create", nil, body, nil)
	if err != nil && !s.bornAnyway(ctx, g, err) {
		return err
	}
	return s.await(ctx, string(g.id), entered)
}

// bornAnyway finds out whether Asterisk made the channel although it did not say so (F14).
func (s *Switch) bornAnyway(ctx context.Context, g *leg, err error) bool {
	if status := statusOf(err); status != 0 && status < 500 || strings.Contains(err.Error(), "Allocation failed") {
		return false
	}
	alive, err := s.rest.alive(ctx, string(g.id))
	return err == nil && alive
}

// dialFailed tells the end of a leg that came to nothing.
func (s *Switch) dialFailed(ctx context.Context, l *line, g *leg, err error) error {
	status := statusOf(err)
	if l.ctx.Err() != nil {
		return errDown
	}
	if status == http.StatusConflict {
		return nil // the name is there already: a leg that was dialled before
	}
	if alive, err := s.rest.alive(ctx, string(g.id)); err == nil && alive {
		_ = s.rest.ari.Channel().Hangup(channelKey(string(g.id)), "normal") // made, and of no use
	}
	why := media.CauseCongested
	if strings.Contains(err.Error(), "Allocation failed") || status == http.StatusNotFound || status == http.StatusBadRequest {
		why = media.CauseUnreachable // no such phone, or nobody has registered it
	}
	s.log.Info("a dial came to nothing", "leg", g.id, "error", err)
	s.unborn(l, g, why)
	return nil
}

// unborn tells the end of a leg that never had a channel. Should it be born late, it is hung up as an orphan.
func (s *Switch) unborn(l *line, g *leg, why media.Cause) {
	l.post(func() []media.Event { return s.end(g, now(), why, 0) })
}
