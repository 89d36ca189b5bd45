package asterisk

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"tandem/orchestrator/media"
)

// listen finds out which halves of tapes are being recorded: a snoop may be there and nothing listens to it.
func (s *Switch) listen(ctx context.Context, f found) error {
	for _, c := range f.channels {
		if _, half := cutHalf(c.ID); !half {
			continue
		}
		if _, helper := c.snoop(); !helper {
			continue
		}
		err := s.rest.call(ctx, http.MethodGet, "/recordings/live/"+c.ID, nil, nil, nil)
		if err != nil && statusOf(err) != http.StatusNotFound {
			return err
		}
		f.taping[c.ID] = err == nil
	}
	return nil
}

// adoptTapes finds the tapes that run: their snoops are named after them. A crash may have left out a half; it is made when the
// tape is wanted again. What ended in the gap is told when Asterisk has said what there is of it. Called with mu held.
func (s *Switch) adoptTapes(f found, legs map[media.LegID]*leg) {
	running := map[media.TapeID]bool{}
	for _, c := range f.channels {
		of, helper := c.snoop()
		g := legs[media.LegID(of)]
		name, half := cutHalf(c.ID)
		if !helper || g == nil || !half {
			continue
		}
		id := media.TapeID(name)
		g.tape, running[id] = id, true
		if s.tapes[id] == nil {
			s.register(id, g.id)
		}
	}
	for id, t := range s.tapes {
		for _, half := range halves {
			if !f.taping[string(id)+half.suffix] && !t.ended[half.suffix] {
				t.ended[half.suffix], t.broken = true, true
			}
		}
		if running[id] {
			continue
		}
		if g := legs[t.leg]; g != nil && g.tape == "" {
			g.tape = id // a tape is begun once, ever
		}
		s.tapeEnded(t)
	}
}

// cutHalf takes the suffix of a tape's half off.
func cutHalf(name string) (string, bool) {
	for _, half := range halves {
		if cut := len(name) - len(half.suffix); cut > 0 && name[cut:] == half.suffix {
			return name[:cut], true
		}
	}
	return name, false
}

// tapeEnded tells the end of a tape that nobody was watching, as Asterisk knows it. Called with mu held.
func (s *Switch) tapeEnded(t *tape) {
	s.present.Follow(func(l *line) { s.askForTape(l, t) })
}

func (s *Switch) askForTape(l *line, t *tape) {
	missing := 0
	for _, half := range halves {
		err := s.rest.call(l.Ctx, http.MethodGet, "/recordings/stored/"+url.PathEscape(string(t.id)+half.suffix), nil, nil, nil)
		switch {
		case statusOf(err) == http.StatusNotFound:
			missing++
		case err != nil:
			s.present.Later(s.cfg.Again, func(present *line) {
				if present == l {
					s.askForTape(l, t) // a new line asks by itself
				}
			})
			return
		}
	}
	l.Post(func() []media.Event {
		switch {
		case missing == 0:
			return s.tapeOver(t.id, "")
		case missing < len(halves): // What there is, is worth more than nothing (F30).
			s.log.Error("one side of a call was not recorded", "leg", t.leg, "tape", t.id, "cause", t.failed)
			return s.tapeOver(t.id, "")
		}
		return s.tapeOver(t.id, cmp.Or(t.failed, "Asterisk has no file of the tape: it was interrupted, or the call ended before it began"))
	})
}

// complete makes the half of a tape that a crash left out. If that can't be done, the tape's end says so.
func (s *Switch) complete(ctx context.Context, l *line, g *leg, t *tape) {
	for _, half := range halves {
		name := string(t.id) + half.suffix
		s.mu.Lock()
		missing := t.ended[half.suffix]
		delete(t.ended, half.suffix) // before it is made: its end may be told at once
		s.mu.Unlock()
		if !missing {
			continue
		}
		err := s.tapeHalf(ctx, g, name, half.spy)
		if statusOf(err) == http.StatusInternalServerError {
			err = s.recordHalf(name) // the snoop is there
		}
		s.mu.Lock()
		if err != nil {
			t.ended[half.suffix] = true
		}
		t.broken = err != nil
		s.mu.Unlock()
		if err != nil {
			s.log.Error("one side of a call is not recorded", g.named(), "tape", name, "error", err)
			l.Post(func() []media.Event { return s.tapeHalfOver(t) })
			return
		}
	}
}
