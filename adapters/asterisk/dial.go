package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// dial carries out a Dial once per name: one request, with the leg's name as channelId. Asterisk makes the channel, answers, and calls
// the phone; when the phone answers it runs our extension of its dialplan, which hands the leg to us, and keeps it until we are back
// if we are away at that moment (F59). Nothing happens between request and call, so no crash leaves a leg that nobody calls.
func (s *Switch) dial(ctx context.Context, l *line, o order) error {
	base, ok := o.Want.Base.(media.Dial)
	if !ok {
		return nil
	}
	g := o.Leg
	s.mu.Lock()
	said := !g.info.Born.IsZero()
	if !said {
		g.info.Born, g.info.Stamp = now(), base.Stamp
		g.info.From, g.info.Name, g.info.To = media.Number(base.Number), media.Clean(base.Name), base.To
	}
	s.mu.Unlock()
	if said {
		return nil
	}
	to, err := s.target(base.To)
	if err == nil && base.Early != "" && !media.IsName(string(base.Early)) {
		err = fmt.Errorf("room %q is not a name", base.Early)
	}
	if err != nil {
		s.refuse(l, g.id, g.info.Stamp, err.Error())
		s.unborn(l, g, media.CauseUnreachable)
		return nil
	}
	err = s.hearEndpoint(to.endpoint)
	switch {
	case err != nil:
	case base.Early != "":
		err = s.dialEarly(ctx, g, to, base)
	default:
		err = s.originate(ctx, g, to, base)
	}
	if err != nil {
		return s.dialFailed(ctx, l, g, err)
	}
	return nil
}

func (s *Switch) originate(ctx context.Context, g *leg, to target, d media.Dial) error {
	err := s.rest.call(ctx, http.MethodPost, "/channels", nil, map[string]any{
		"endpoint": to.dialString, "channelId": string(g.id), "variables": s.birth(d),
		"context": s.cfg.Dialled, "extension": s.cfg.App, "priority": 1, "timeout": int(s.cfg.RingTime.Seconds()),
	}, nil)
	if err != nil && s.bornAnyway(ctx, g, err) {
		return nil
	}
	return err
}

// target is what Asterisk calls, and whose events tell what becomes of it.
type target struct{ dialString, endpoint string }

// target reads Dial.To; anything but a plain name, phone@switch with a known switch, or number@trunk with a known trunk, is refused.
func (s *Switch) target(to string) (target, error) {
	name, trunk, outside := strings.Cut(to, "@")
	if !media.IsName(strings.TrimPrefix(name, "+")) || strings.HasPrefix(name, "-") {
		return target{}, fmt.Errorf("endpoint %q is not a name", media.Clean(to))
	}
	if !outside {
		return target{"PJSIP/" + name, name}, nil
	}
	if peer := s.cfg.Peers[trunk]; peer != "" {
		return target{"PJSIP/" + name + "@" + peer, peer}, nil
	}
	for _, known := range s.cfg.Trunks {
		if trunk == known {
			return target{"PJSIP/" + name + "@" + trunk, trunk}, nil
		}
	}
	return target{}, fmt.Errorf("%q is not one of the trunks that may be dialled", media.Clean(trunk))
}

// nowhere is a context without extensions. A phone that answers a call with "try there" (302) names an extension, which Asterisk would
// dial in the phone's own context, behind our back.
const nowhere = "tandem-nowhere"

// birth are the variables of a dialled leg. What the phone shows is set through CONNECTEDLINE, whose values are taken as they
// are; the callerId field of ARI would be parsed.
func (s *Switch) birth(d media.Dial) map[string]string {
	v := map[string]string{appVariable: s.cfg.App, stampVariable: d.Stamp, "FORWARD_CONTEXT": nowhere}
	if shown := media.Number(d.Number); shown != "" {
		v["CONNECTEDLINE(num,i)"] = shown
	}
	if shown := media.Clean(d.Name); shown != "" {
		v["CONNECTEDLINE(name,i)"] = shown
	}
	if d.Auto {
		v["PJSIP_HEADER(add,Call-Info)"] = "<sip:tandem>;answer-after=0"
		v["PJSIP_HEADER(add,Alert-Info)"] = "<http://tandem>;info=alert-autoanswer"
	}
	return v
}

// redirected: a phone of ours has answered "try there" with what is no mere extension, and Asterisk has called that. It is hung up at once.
// Called with mu held.
func (s *Switch) redirected(e said) {
	from, to := media.LegID(e.Peer.ID), e.Forwarded.ID
	g := s.legs[from]
	if !media.IsName(to) || g == nil && !s.spent.Has(from) {
		return
	}
	stamp := ""
	if g != nil {
		stamp = g.info.Stamp
	}
	s.log.Warn("a phone has sent our call elsewhere, which is not allowed", switchboard.Named(from, stamp), "to", media.Clean(e.Forward))
	s.hangUp(media.LegID(to))
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
	if l.Ctx.Err() != nil {
		return errDown
	}
	if status == http.StatusConflict {
		return nil // the name is there already: a leg that was dialled before
	}
	alive, unknown := s.rest.alive(ctx, string(g.id))
	if unknown != nil && (status == 0 || status >= 500) {
		// It may ring. What is told as gone must not come up again: the next Up says what is.
		l.Lose(fmt.Errorf("nobody knows whether leg %s was made: %w", g.id, unknown))
		return errDown
	}
	if alive {
		_ = s.rest.ari.Channel().Hangup(channelKey(string(g.id)), "normal") // made, and of no use
	}
	why := media.CauseCongested
	if strings.Contains(err.Error(), "Allocation failed") || known(err) || status == http.StatusBadRequest {
		why = media.CauseUnreachable // no such phone, or nobody has registered it
	}
	s.log.Info("a dial came to nothing", g.named(), "error", err)
	s.unborn(l, g, why)
	return nil
}

// unborn tells the end of a leg that never had a channel. Should it be born late, it is hung up as an orphan.
func (s *Switch) unborn(l *line, g *leg, why media.Cause) {
	l.Post(func() []media.Event { return s.end(g, now(), why, 0) })
}

// admit waits until a leg that has answered is in our application: commands would be refused before. That is a moment after its
// answer, or, if we were away then, the dialplan's next try.
func (s *Switch) admit(ctx context.Context, _ *line, o order) error {
	switch o.Want.Base.(type) {
	case media.Dial, media.Drop:
		return nil
	}
	g := o.Leg
	s.mu.Lock()
	outside := g.dialled && g.up && !g.inside && !g.hungUp
	var entered <-chan struct{}
	if outside {
		entered = s.signs.Expect(string(g.id))
	}
	s.mu.Unlock()
	if !outside {
		return nil
	}
	if err := s.await(ctx, entered); err != nil {
		return errors.Join(errors.New("an answered phone has not come to us: see context "+s.cfg.Dialled+" of the dialplan"), err)
	}
	return nil
}
