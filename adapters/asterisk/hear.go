package asterisk

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"tandem/orchestrator/media"
)

// hear turns one event of Asterisk into what is told. Called with mu held, by the pump only.
func (s *Switch) hear(l *line, e said) []media.Event {
	switch e.Type {
	case "ApplicationReplaced":
		s.replace = true
		l.Lose(errReplaced)
		return nil
	case "PlaybackFinished":
		return s.played(e)
	case "RecordingFinished", "RecordingFailed":
		return s.taped(e)
	case "ContactStatusChange", "EndpointStateChange", "PeerStatusChange":
		s.contactChanged(e)
		return s.phoneChanged(e)
	case "ChannelTransfer":
		return s.asked(e)
	case "StasisStart":
		return s.started(e)
	case "Dial":
		s.redirected(e)
		return nil
	case "ChannelStateChange", "ChannelHangupRequest", "ChannelDestroyed", "ChannelCreated", "StasisEnd",
		"ChannelDtmfReceived", "ChannelHold", "ChannelUnhold", "ChannelLeftBridge":
		return s.hearChannel(e)
	}
	s.figures.unknown.Add(1)
	return nil
}

func (s *Switch) hearChannel(e said) []media.Event {
	g := s.legs[media.LegID(e.Channel.ID)]
	told := s.phoneCalls(e)
	if g == nil {
		if _, helper := e.Channel.snoop(); !helper {
			s.figures.foreign.Add(1)
			s.orphan(e)
		}
		return told
	}
	return append(told, s.hearLeg(g, e)...)
}

func (s *Switch) hearLeg(g *leg, e said) []media.Event {
	switch e.Type {
	case "ChannelStateChange":
		return s.stateChanged(g, e)
	case "ChannelHangupRequest":
		g.hungUp = true
	case "ChannelDestroyed":
		why, sip := g.verdict(e.Cause, e.TechCause)
		return s.end(g, e.at(), why, sip)
	case "StasisEnd":
		return s.leaves(g)
	case "ChannelDtmfReceived":
		return s.pressed(g, e)
	case "ChannelHold", "ChannelUnhold":
		return s.holds(g, e, e.Type == "ChannelHold")
	case "ChannelLeftBridge":
		if g.bridge != e.Bridge.ID || slices.Contains(e.Bridge.Channels, string(g.id)) {
			return nil
		}
		if g.moving() {
			s.present.Later(s.cfg.Grace, func(l *line) { s.checkBridge(l, g, e.Bridge.ID) })
			return nil
		}
		s.ousted(g)
	}
	return nil
}

// moving says whether a command to the leg is under way, so that bridge events may be of our own making.
func (g *leg) moving() bool {
	if g.turn.TryLock() {
		g.turn.Unlock()
		return false
	}
	return true
}

// started: a channel has entered our application.
func (s *Switch) started(e said) []media.Event {
	id := media.LegID(e.Channel.ID)
	if _, helper := e.Channel.snoop(); helper || slices.Contains(e.Args, helperArgument) {
		return nil
	}
	told := s.phoneCalls(e)
	g := s.legs[id]
	if slices.Contains(e.Args, dialledArgument) {
		if g == nil {
			if media.IsName(string(id)) {
				s.figures.orphans.Add(1)
				s.hangUp(id) // born too late for Up, or Asterisk has put another channel in the place of a leg
			}
			return told
		}
		g.inside = true
		return append(told, s.answered(g, e.at())...)
	}
	if !media.IsName(string(id)) {
		s.sendBack(e.Channel.ID)
		return told
	}
	if g != nil && !g.info.Away && !g.left {
		return told // Up has listed it
	}
	if g != nil && !g.info.Away && !g.inside { // it left for the dialplan, which brings it back before we could ask
		told = append(told, s.goneAway(g, e.at())...)
	}
	if g == nil {
		g = &leg{id: id, info: e.Channel.leg()}
		if len(e.Args) > 0 {
			g.info.To = media.Clean(e.Args[0])
		}
		s.legs[id] = g
		s.subscribe(g)
	}
	g.inside, g.left, g.yielding, g.info.Away, g.ringing = true, false, "", false, false
	g.guard = &guard{due: true}
	if e.Channel.State == "Up" {
		g.told = true
		g.answeredAt(e.at())
	}
	return append(told, media.Event{Kind: media.Arrived, At: e.at(), Leg: id, Legs: []media.Leg{g.info}})
}

// sendBack gives a channel whose name can't be used back to the dialplan at once, which serves it as if we were away.
func (s *Switch) sendBack(id string) {
	s.log.Warn("a channel with a name that can't be used goes back to the dialplan", "channel", media.Clean(id))
	s.present.Follow(func(l *line) {
		err := s.rest.call(l.Ctx, http.MethodPost, "/channels/"+url.PathEscape(id)+"/continue", nil, nil, nil)
		if err != nil && statusOf(err) != http.StatusNotFound {
			s.log.Warn("a channel was not sent back to the dialplan", "channel", media.Clean(id), "error", err)
		}
	})
}

// subscribe makes Asterisk tell the end of an arrival too; without it only its leaving us is told.
func (s *Switch) subscribe(g *leg) {
	s.present.Follow(func(*line) {
		err := s.rest.ari.Application().Subscribe(appKey(s.cfg.App), "channel:"+string(g.id))
		if err != nil {
			s.mu.Lock()
			s.checkLater(g)
			s.mu.Unlock()
		}
	})
}

func (s *Switch) stateChanged(g *leg, e said) []media.Event {
	switch e.Channel.State {
	case "Ringing":
		if g.dialled && !g.rang {
			g.rang = true
			return []media.Event{{Kind: media.Ringing, At: e.at(), Leg: g.id}}
		}
	case "Up":
		g.answeredAt(e.at())
		if g.inside {
			return s.answered(g, e.at())
		}
	}
	return nil
}

// answered is told once, and not before commands reach the leg.
func (s *Switch) answered(g *leg, at time.Time) []media.Event {
	if g.told || !g.up {
		return nil
	}
	g.told = true
	return []media.Event{{Kind: media.Answered, At: at, Leg: g.id}}
}

func (s *Switch) pressed(g *leg, e said) []media.Event {
	this := e.Digit + e.Timestamp.String()
	if g.lastKey == this && !e.Timestamp.IsZero() {
		return nil
	}
	g.lastKey = this
	if g.task != nil && g.task.task.Do == media.Ask {
		return s.askKey(g.task, e)
	}
	if !g.keys || g.secret {
		return nil
	}
	return []media.Event{{Kind: media.Key, At: e.at(), Leg: g.id, Text: e.Digit}}
}

func (s *Switch) holds(g *leg, e said, held bool) []media.Event {
	if g.info.Held == held {
		return nil
	}
	g.info.Held = held
	s.note(g)
	kind := media.Resumed
	if held {
		kind = media.Held
	}
	return []media.Event{{Kind: kind, At: e.at(), Leg: g.id}}
}

// asked is the phone's transfer key (REFER), where the dialplan hands it to us.
func (s *Switch) asked(e said) []media.Event {
	id := media.LegID(e.Referrer.Source.ID)
	if s.legs[id] == nil {
		return nil
	}
	return []media.Event{{Kind: media.Asked, At: e.at(), Leg: id, Text: media.Number(e.Transfer.Wanted.Destination)}}
}
