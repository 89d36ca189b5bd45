package freeswitch

import (
	"tandem/orchestrator/media"
)

// hear turns one event of FreeSWITCH into what is told. Called with mu held, by the pump only. Events of one leg may come
// late, twice or not at all; each handler bears it.
func (s *Switch) hear(l *line, e said) []media.Event {
	switch e.name {
	case "HEARTBEAT":
		return nil
	case "BACKGROUND_JOB":
		return s.jobDone(l, e)
	case "sofia::register", "sofia::unregister", "sofia::expire":
		return s.registration(e)
	case "RECORD_STOP":
		return s.taped(e)
	}
	id := media.LegID(e.channel())
	g := s.legs[id]
	if g == nil && e.name == "CHANNEL_PARK" && e.variable(placeVariable) == "arriving" {
		return s.arrives(e)
	}
	told := s.phoneCalls(e)
	if g == nil {
		s.figures.foreign.Add(1)
		s.orphan(e)
		return told
	}
	return append(told, s.hearLeg(g, e)...)
}

func (s *Switch) hearLeg(g *leg, e said) []media.Event {
	if g.gone {
		return nil
	}
	switch e.name {
	case "CHANNEL_CREATE":
		s.born(g)
	case "CHANNEL_PROGRESS", "CHANNEL_PROGRESS_MEDIA":
		return s.rings(g, e)
	case "CHANNEL_ANSWER":
		s.born(g)
		g.answeredAt(e.at())
		return s.answered(g, e)
	case "CHANNEL_PARK":
		return s.parks(g, e)
	case "CHANNEL_HANGUP":
		if g.endsAtOnce() {
			why, sip := g.verdict(e.get("Hangup-Cause"), 0)
			return s.end(g, e.at(), why, sip)
		}
		if !g.hungUp {
			g.hungUp, g.ended = true, e.get("Hangup-Cause")
			s.checkLater(g)
		}
	case "CHANNEL_HANGUP_COMPLETE", "CHANNEL_DESTROY":
		why, sip := g.verdict(e.get("Hangup-Cause"), e.status())
		return s.end(g, e.at(), why, sip)
	case "CHANNEL_HOLD", "CHANNEL_UNHOLD":
		return s.holds(g, e, e.name == "CHANNEL_HOLD")
	case "DTMF":
		return s.pressed(g, e)
	case taskEvent:
		return s.reported(g, e)
	}
	return nil
}

// born: a dialled leg has a channel now. One that was dropped before is ended at once.
func (s *Switch) born(g *leg) {
	if !g.made && g.dropped {
		s.present.Follow(func(l *line) {
			if err := l.ask("uuid_kill %s %s", g.id, reasonOf(g.why)); err != nil && !missing(err) {
				s.log.Warn("a withdrawn call was not ended", g.named(), "error", err)
			}
		})
	}
	g.made = true
}

// arrives: our dialplan has parked a channel for us.
func (s *Switch) arrives(e said) []media.Event {
	id := media.LegID(e.channel())
	if !media.IsName(string(id)) || s.spent.Has(id) {
		s.log.Warn("a channel with a name that can't be used is left to the dialplan", "channel", media.Clean(string(id)))
		return nil
	}
	g := &leg{id: id, info: e.leg(), made: true, parked: true, guard: &guard{due: true}}
	if !g.info.Answered.IsZero() {
		g.up, g.told = true, true
	}
	s.legs[id] = g
	told := s.phoneCalls(e)
	return append(told, media.Event{Kind: media.Arrived, At: e.at(), Leg: id, Legs: []media.Leg{g.info}})
}

// parks: that a leg is parked means that commands reach it; from the dialplan it means that it has come back.
func (s *Switch) parks(g *leg, e said) []media.Event {
	s.born(g)
	g.parked = true
	if (g.info.Away || g.left) && e.variable(placeVariable) == "arriving" {
		told := s.leaves(g, g.yielded) // should it be back before the answer to our command has come
		g.left, g.info.Away, g.base, g.program, g.guard = false, false, "", nil, &guard{due: true}
		if at := e.stamp("Caller-Channel-Answered-Time", now()); e.get("Answer-State") == "answered" {
			g.told = true
			g.answeredAt(at)
		}
		return append(told, media.Event{Kind: media.Arrived, At: e.at(), Leg: g.id, Legs: []media.Leg{g.info}})
	}
	s.parkedAgain(g, e)
	if g.dialled && !g.up && g.room != "" {
		s.soundsEarly(g, g.room)
	}
	return s.answered(g, e)
}

// soundsEarly lets the room of Dial.Early hear a leg that says something before its answer: FreeSWITCH parks it then.
func (s *Switch) soundsEarly(g *leg, room media.RoomID) {
	s.present.Follow(func(l *line) {
		g.turn.Lock()
		defer g.turn.Unlock()
		s.mu.Lock()
		same := g.inside() && g.room == room
		s.mu.Unlock()
		if !same {
			return
		}
		if err := s.gather(l, room); err != nil {
			s.settled(l, g, s.failed(l, g, "join", err))
		}
	})
}

func (s *Switch) rings(g *leg, e said) []media.Event {
	s.born(g)
	if !g.dialled || g.rang || g.up {
		return nil
	}
	g.rang = true
	return []media.Event{{Kind: media.Ringing, At: e.at(), Leg: g.id}}
}

// answered is told once, of legs that we dialled, and not before commands reach them: FreeSWITCH would let its own park
// overtake a move.
func (s *Switch) answered(g *leg, e said) []media.Event {
	if g.told || !g.up || !g.parked || !g.dialled {
		return nil
	}
	g.told = true
	s.waits(g)
	return []media.Event{{Kind: media.Answered, At: e.at(), Leg: g.id}}
}

func (s *Switch) pressed(g *leg, e said) []media.Event {
	if g.task != nil && g.task.task.Do == media.Ask {
		return s.askKey(g.task, e)
	}
	if !g.keys || g.secret {
		return nil
	}
	return []media.Event{{Kind: media.Key, At: e.at(), Leg: g.id, Text: e.get("DTMF-Digit")}}
}

func (s *Switch) holds(g *leg, e said, held bool) []media.Event {
	if g.info.Held == held {
		return nil
	}
	g.info.Held = held
	kind := media.Resumed
	if held {
		kind = media.Held
	}
	return []media.Event{{Kind: kind, At: e.at(), Leg: g.id}}
}
