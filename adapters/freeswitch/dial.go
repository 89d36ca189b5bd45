package freeswitch

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"tandem/orchestrator/media"
)

// dial carries out a Dial once per name, with the leg's name as the channel's.
func (s *Switch) dial(l *line, o order) error {
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
		s.waits(g)
	}
	s.mu.Unlock()
	if said {
		return nil
	}
	command, err := s.originate(g, base)
	if err == nil && base.Early != "" && !media.IsName(string(base.Early)) {
		err = fmt.Errorf("room %q is not a name", media.Clean(string(base.Early)))
	}
	if err != nil {
		s.refuse(l, g.id, g.info.Stamp, err.Error())
		s.unborn(l, g, media.CauseUnreachable)
		return nil
	}
	return s.startDial(l, g, command)
}

func (s *Switch) startDial(l *line, g *leg, command string) error {
	s.mu.Lock()
	job := "dial-" + string(g.id) + "-" + strconv.Itoa(g.redials)
	s.jobs[job] = dialling{leg: g.id, command: command}
	s.mu.Unlock()
	err := l.commands.job(l.Ctx, job, command)
	if text, no := refused(err); no {
		s.refuse(l, g.id, g.info.Stamp, "dial: "+text)
		s.unborn(l, g, media.CauseCongested)
		return nil
	}
	return err
}

// dialling is a dial whose job has not ended.
type dialling struct {
	leg     media.LegID
	command string
}

// nothing is an argument of originate that is left out.
const nothing = "undef"

// originate is the command of a dial. What the phone shows travels in the arguments for the caller's name and number.
func (s *Switch) originate(g *leg, base media.Dial) (string, error) {
	target, err := s.target(base.To)
	if err != nil {
		return "", err
	}
	var v variables
	for _, pair := range [][2]string{
		{"origination_uuid", string(g.id)}, {stampVariable, "s" + base.Stamp}, {placeVariable, "dialled"},
		{"ignore_early_media", strconv.FormatBool(base.Early == "")}, {"originate_timeout", strconv.Itoa(seconds(s.cfg.RingTime))},
		{"playback_terminators", "none"}, {"media_timeout", strconv.FormatInt(s.cfg.Silence.Milliseconds(), 10)},
		{"outbound_redirect_fatal", "true"}, // else a phone that answers "try there" (302) sends the caller to any address
		{"ignore_display_updates", "true"}, {"sip_auto_answer", strconv.FormatBool(base.Auto)},
	} {
		if err := v.add(pair[0], pair[1]); err != nil {
			return "", err
		}
	}
	v = append(v, strings.Split(stays+";"+staysInRoom, ";")...)
	shown, from := nothing, media.Number(base.Number)
	if from == "" {
		from = nothing
	}
	if media.Clean(base.Name) != "" { // else quotation marks around nothing would be the name of the call in FreeSWITCH's lists
		if err := v.add("sip_from_display", displayed(base.Name)); err != nil {
			return "", err
		}
		// From this form of the name mod_sofia also makes the address of From, and takes its first < for the address's.
		if shown, err = value(displayed(strings.NewReplacer("<", "(", ">", ")").Replace(base.Name))); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("originate %s%s &park() XML %s %s %s", v.encode(), target, s.cfg.Context, shown, from), nil
}

// target turns an endpoint into a dial string; anything but a plain name, phone@switch with a known switch, or number@trunk with a known
// trunk, is refused.
func (s *Switch) target(to string) (string, error) {
	name, trunk, outside := strings.Cut(to, "@")
	if !media.IsName(strings.TrimPrefix(name, "+")) || strings.HasPrefix(name, "-") {
		return "", fmt.Errorf("endpoint %q is not a name", media.Clean(to))
	}
	if !outside {
		s.mu.Lock()
		defer s.mu.Unlock()
		return "user/" + name + "@" + s.domain, nil
	}
	if peer := s.cfg.Peers[trunk]; peer != "" {
		return "sofia/gateway/" + peer + "/" + name, nil
	}
	for _, known := range s.cfg.Trunks {
		if trunk == known {
			return "sofia/gateway/" + trunk + "/" + name, nil
		}
	}
	return "", fmt.Errorf("%q is not one of the trunks that may be dialled", media.Clean(trunk))
}

// jobDone: the answer to a dial. "+OK" says that the leg is parked, which its own events tell better; an error may be the only
// sign that there never was a channel. Called with mu held, by the pump only.
func (s *Switch) jobDone(l *line, e said) []media.Event {
	job := e.get("Job-UUID")
	d, ours := s.jobs[job]
	delete(s.jobs, job)
	g := s.legs[d.leg]
	why, failed := strings.CutPrefix(strings.TrimSpace(e.get("_body")), "-ERR ")
	if !ours || g == nil || g.gone || !failed {
		return nil
	}
	if g.made {
		s.checkLater(g)
		return nil
	}
	s.present.Later(s.cfg.Grace, func(l *line) { s.neverMade(l, g, d.command, why) })
	return nil
}

// neverMade: FreeSWITCH did not make a channel. If it was for want of room (F28: it allows 30 new calls a second unless it is
// told otherwise) the dial is said again a little later, by dice so that many do not come back at once: nothing has rung.
func (s *Switch) neverMade(l *line, g *leg, command, why string) {
	alive, err := exists(l, g.id)
	if err != nil || alive {
		return
	}
	s.mu.Lock()
	again := causeOf(why, 0) == media.CauseCongested && !g.made && !g.dropped && !g.gone && g.redials < s.cfg.Redials
	if again {
		g.redials++
	}
	tries := g.redials
	s.mu.Unlock()
	if !again {
		s.log.Info("a dial came to nothing", g.named(), "cause", why)
		s.mu.Lock()
		cause, _ := g.verdict(why, 0)
		s.mu.Unlock()
		s.unborn(l, g, cause)
		return
	}
	s.figures.redials.Add(1)
	s.present.Later(time.Duration(tries)*(100*time.Millisecond+rand.N(200*time.Millisecond)), func(l *line) {
		s.mu.Lock()
		wanted := !g.dropped && !g.gone && !g.made
		s.mu.Unlock()
		if !wanted {
			s.unborn(l, g, media.CauseNoAnswer)
			return
		}
		if err := s.startDial(l, g, command); err != nil {
			s.log.Debug("a dial was not said again", g.named(), "error", err)
		}
	})
}

// unborn tells the end of a leg that never had a channel. Should it be born late, it is hung up as an orphan.
func (s *Switch) unborn(l *line, g *leg, why media.Cause) {
	l.Post(func() []media.Event { return s.end(g, now(), why, 0) })
}
