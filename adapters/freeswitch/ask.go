package freeswitch

import (
	"strings"
	"time"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// An Ask plays its prompts and collects keys, one try. It ends with the last key (Max), a finishing key (End), after Quiet
// without a key since the last one or since the prompts, or after Longest. What was pressed until then is in Done.Text; a time
// that ran out is Why timeout. Keys that are pressed while the line is away are lost: such an ask ends as unknown.

// askBegins starts the times of an ask; called with mu held.
func (s *Switch) askBegins(r *running) {
	l := s.present.Line()
	if l == nil {
		return
	}
	if r.task.Longest > 0 {
		r.limit = time.AfterFunc(r.task.Longest, func() { s.askOver(l, r) })
	}
	if !r.playing {
		s.askWait(l, r)
	}
}

// askWait starts the time for the next key; called with mu held.
func (s *Switch) askWait(l *line, r *running) {
	if r.task.Quiet <= 0 || r.over || l == nil {
		return
	}
	if r.quiets != nil {
		r.quiets.Stop()
	}
	r.quiets = time.AfterFunc(r.task.Quiet, func() { s.askOver(l, r) })
}

func (s *Switch) askOver(l *line, r *running) {
	l.Post(func() []media.Event {
		s.hush(r)
		return s.finish(r, now(), media.CauseTimeout, r.pressed)
	})
}

// askSilence: the prompts are over; now it is the party's turn.
func (s *Switch) askSilence(r *running) []media.Event {
	if r.pressed == "" || r.task.Deaf {
		s.askWait(s.present.Line(), r)
	}
	return nil
}

// askKey takes one key; called with mu held, by the pump only.
func (s *Switch) askKey(r *running, e said) []media.Event {
	if r.over || r.task.Deaf && r.playing {
		return nil
	}
	s.hush(r)
	var over bool
	if r.pressed, over = switchboard.Press(r.task, r.pressed, e.get("DTMF-Digit")); over {
		return s.finish(r, e.at(), media.CauseNone, r.pressed)
	}
	s.askWait(s.present.Line(), r)
	return nil
}

// hush stops the prompts of an ask, which goes on, by giving the leg the program of its base alone, or by joining it anew; called
// with mu held.
func (s *Switch) hush(r *running) {
	if !r.playing || r.over {
		return
	}
	r.playing = false
	g, word := r.leg, r.leg.base
	s.present.Follow(func(l *line) {
		g.turn.Lock()
		defer g.turn.Unlock()
		s.mu.Lock()
		same := g.inside() && g.base == word && g.task == r
		s.mu.Unlock()
		if !same {
			return
		}
		_, forever, err := s.describe(baseOf(word))
		switch id, talks := roomOf(word); {
		case talks:
			s.mu.Lock()
			g.stale = true
			s.mu.Unlock()
			err = s.gather(l, id)
		case err == nil && forever != nil:
			err = s.run(l, g, word, forever)
		}
		if err != nil {
			s.settled(l, g, s.failed(l, g, "base", err))
		}
	})
}

// baseOf is the base that a word of describe means; nil for rooms.
func baseOf(word string) media.Base {
	kind, name, _ := strings.Cut(word, ":")
	switch kind {
	case ringing:
		return media.Ring{}
	case silence:
		return media.Music{}
	case "music":
		return media.Music{Class: name}
	case "coach", "whisper":
		return media.Coach{Of: media.LegID(name), Whisper: kind == "whisper"}
	}
	return nil
}
