package asterisk

import (
	"context"
	"net/http"

	"github.com/CyCoreSystems/ari/v6"

	"tandem/orchestrator/media"
)

// A tape is two snoops on the leg, each recorded into a file of its own: what the party says ({tape}-in) and what it hears
// ({tape}-out). Snoops survive every move of the leg; recording the leg itself fails once it is in a bridge.
type tape struct {
	id     media.TapeID
	leg    media.LegID
	ended  map[string]bool // halves whose file is closed, or that nobody records any more
	broken bool            // a half was found unrecorded: what there is of it Asterisk must be asked
	failed string          // why a half has no file
	fails  int             // halves of which Asterisk said so
	told   bool
}

var halves = []struct {
	suffix string
	spy    ari.Direction
}{{"-in", ari.DirectionIn}, {"-out", ari.DirectionOut}}

func (s *Switch) doTape(ctx context.Context, l *line, o order) error {
	id, g := o.Want.Tape, o.Leg
	s.mu.Lock()
	same := id == "" || g.tape == id || s.begun.Has(id) || !g.inside || g.dropped
	if half := s.tapes[id]; half != nil && half.broken && half.leg == g.id && g.inside && !g.dropped {
		s.mu.Unlock()
		s.complete(ctx, l, g, half)
		return nil
	}
	if !same {
		g.tape = id
		s.register(id, g.id)
	}
	s.mu.Unlock()
	if same {
		return nil
	}
	if !media.IsName(string(id)) {
		l.Post(func() []media.Event {
			return s.tapeOver(id, "the tape's name may hold letters, digits, dot, underscore and hyphen only")
		})
		return nil
	}
	for _, half := range halves {
		if err := s.tapeHalf(ctx, g, string(id)+half.suffix, half.spy); err != nil {
			if l.Ctx.Err() != nil {
				return errDown
			}
			s.log.Error("a call is not recorded", g.named(), "tape", id, "error", err)
			s.stopTape(g, id)
			s.mu.Lock()
			g.tape = id // a tape is begun once, ever, also when its want is said again
			s.mu.Unlock()
			l.Post(func() []media.Event { return s.tapeOver(id, err.Error()) })
			return nil
		}
	}
	return nil
}

// register notes that a tape is begun, on which leg; called with mu held.
func (s *Switch) register(id media.TapeID, on media.LegID) *tape {
	t := &tape{id: id, leg: on, ended: map[string]bool{}}
	s.tapes[id] = t
	s.begun.Add(id)
	return t
}

// missed tells at once that a tape which was wanted can't be begun any more, and so has no file; called with mu held. Asterisk is
// asked, because a program before this one may have begun it.
func (s *Switch) missed(on media.LegID, id media.TapeID) {
	if id != "" && !s.begun.Has(id) {
		s.tapeEnded(s.register(id, on))
	}
}

func (s *Switch) tapeHalf(ctx context.Context, g *leg, name string, spy ari.Direction) error {
	entered := s.signs.Expect(name)
	_, err := s.rest.ari.Channel().Snoop(channelKey(string(g.id)), name, &ari.SnoopOptions{
		App: s.cfg.App, AppArgs: helperArgument, Spy: spy,
	})
	if err != nil {
		return err
	}
	if err := s.await(ctx, entered); err != nil {
		return err
	}
	return s.recordHalf(name)
}

func (s *Switch) recordHalf(name string) error {
	_, err := s.rest.ari.Channel().Record(channelKey(name), name, &ari.RecordingOptions{Format: "wav", Exists: "fail"})
	return err
}

// stopTape takes the snoops away, with which Asterisk closes both files. A half that is not there any more is no error.
func (s *Switch) stopTape(g *leg, id media.TapeID) {
	s.mu.Lock()
	if g.tape == id {
		g.tape = ""
	}
	s.mu.Unlock()
	for _, half := range halves {
		name := string(id) + half.suffix
		err := s.rest.ari.Channel().Hangup(channelKey(name), "normal")
		if err != nil && statusOf(err) != http.StatusNotFound {
			s.log.Warn("a tape was not stopped", "tape", name, "error", err)
		}
	}
}

// taped: a file is closed, or there is none. Called with mu held, by the pump only.
func (s *Switch) taped(e said) []media.Event {
	failed := ""
	if e.Type == "RecordingFailed" {
		failed = "Asterisk could not record"
		if e.Recording.Cause != "" {
			failed = media.Clean(e.Recording.Cause)
		}
	}
	if r := s.tasks[e.Recording.Name]; r != nil {
		r.recording = false
		return s.messageOver(r, e.at(), failed)
	}
	for id, t := range s.tapes {
		for _, half := range halves {
			if string(id)+half.suffix != e.Recording.Name {
				continue
			}
			t.ended[half.suffix] = true
			if failed != "" {
				t.failed = failed
				t.fails++
			}
			return s.tapeHalfOver(t)
		}
	}
	return nil
}

// tapeHalfOver tells Taped if both halves are over. Called with mu held, by the pump only.
func (s *Switch) tapeHalfOver(t *tape) []media.Event {
	switch {
	case len(t.ended) < len(halves):
		return nil
	case t.fails < len(halves) && (t.broken || t.fails > 0):
		s.tapeEnded(t)
		return nil
	}
	return s.tapeOver(t.id, t.failed)
}

// tapeOver tells Taped, once, also of a leg that is gone.
func (s *Switch) tapeOver(id media.TapeID, failed string) []media.Event {
	t := s.tapes[id]
	if t == nil || t.told {
		return nil
	}
	t.told = true
	delete(s.tapes, id)
	e := media.Event{Kind: media.Taped, At: now(), Leg: t.leg, Tape: id, Text: string(id)}
	if failed != "" {
		e.Why, e.Text = media.CauseFailed, failed
	}
	return []media.Event{e}
}
