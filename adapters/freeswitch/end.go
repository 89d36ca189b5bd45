package freeswitch

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"tandem/orchestrator/media"
)

// status is the SIP status with which the other side ended the call; 0 when it did not.
func (e said) status() int {
	if e.get("variable_sip_redirected_to") != "" {
		return http.StatusFound // what FreeSWITCH writes elsewhere is of its own making
	}
	status, _ := strconv.Atoi(e.get("variable_sip_term_status"))
	if status == 0 {
		status, _ = strconv.Atoi(e.get("variable_sip_invite_failure_status"))
	}
	return status
}

// endsAtOnce says whether the beginning of a leg's end tells all. The rest comes when FreeSWITCH's thread of the channel has woken up,
// 20 ms later as a rule: an agent who hangs up is free so much sooner. Of a call that was not answered the rest tells the SIP status,
// and it comes behind the file of a message.
func (g *leg) endsAtOnce() bool {
	return (g.up || !g.dialled) && (g.task == nil || g.task.task.Do != media.Take)
}

// end tells that a leg is gone, once, after the Done of its task. Called with mu held, by the pump only.
func (s *Switch) end(g *leg, at time.Time, why media.Cause, sip int) []media.Event {
	if g.gone {
		return nil
	}
	g.hungUp = true
	var told []media.Event
	if g.task != nil {
		told = s.finish(g.task, at, media.CauseHangup, "")
	}
	g.gone = true
	g.disarm()
	if other := s.legs[g.with]; other != nil && other.with == g.id {
		other.pending = other.unbridged // what it is told next waits until FreeSWITCH has parked it
	}
	s.depart(g)
	s.unseat(g)
	s.waits(g)
	if s.legs[g.id] == g {
		delete(s.legs, g.id)
	}
	s.spent.Add(g.id)
	if g.tape != "" {
		s.tapeLater(g.tape)
	}
	return append(told, media.Event{Kind: media.Gone, At: at, Leg: g.id, Why: why, SIP: sip})
}

// tapeLater tells the end of a leg's tape, should FreeSWITCH not say it by itself; called with mu held.
func (s *Switch) tapeLater(id media.TapeID) {
	s.present.Later(4*s.cfg.Grace, func(l *line) {
		l.Post(func() []media.Event { return s.tapeOver(id, s.stored(string(id))) })
	})
}

// leaves: the leg lives on outside our hands. Called with mu held, by the pump only.
func (s *Switch) leaves(g *leg, extension string) []media.Event {
	if g.gone || g.info.Away || !g.left {
		return nil // it ended, was told, or is back already
	}
	g.info.Away = true
	g.disarm()
	g.guard, g.base, g.program = nil, "", nil
	s.waits(g)
	var told []media.Event
	if g.task != nil {
		told = s.finish(g.task, now(), media.CauseStopped, "")
	}
	return append(told, media.Event{Kind: media.Left, At: now(), Leg: g.id, Text: extension})
}

// checkLater asks after a while whether a leg still lives, for the case that its end was not told. Called with mu held.
func (s *Switch) checkLater(g *leg) {
	s.present.Later(2*s.cfg.Grace, func(l *line) {
		s.mu.Lock()
		gone, made := g.gone, g.made
		s.mu.Unlock()
		if gone || !made {
			return
		}
		alive, err := exists(l, g.id)
		if err != nil || alive {
			return
		}
		l.Post(func() []media.Event {
			why := media.CauseLost
			if g.hungUp || g.dropped {
				why, _ = g.verdict(g.ended, 0)
			}
			return s.end(g, now(), why, 0)
		})
	})
}

// exists asks FreeSWITCH whether it has a channel of a name.
func exists(l *line, id media.LegID) (bool, error) {
	text, err := l.api("uuid_exists " + string(id))
	return strings.TrimSpace(text) == "true", err
}

// orphan hangs up a leg that we dialled and whose end was told already: it was born late. Called with mu held.
func (s *Switch) orphan(e said) {
	id := media.LegID(e.channel())
	if !s.spent.Has(id) || e.name != "CHANNEL_ANSWER" && e.name != "CHANNEL_PARK" && e.name != "CHANNEL_PROGRESS" && e.name != "CHANNEL_CREATE" {
		return
	}
	s.figures.orphans.Add(1)
	s.present.Follow(func(l *line) {
		if err := l.ask("uuid_kill %s", id); err != nil && !missing(err) {
			s.log.Warn("an orphan was not hung up", "leg", id, "error", err)
		}
	})
}
