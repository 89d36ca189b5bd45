package freeswitch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"tandem/orchestrator/media"
)

// A tape is one recording in stereo: what the party says on the left, what it hears on the right. It survives every move of
// the leg. FreeSWITCH would empty the file of a tape that is started a second time, so a name is used once, ever: the file
// itself says whether it was.
type tape struct {
	id  media.TapeID
	leg media.LegID
}

func (s *Switch) doTape(l *line, o order) error {
	id, g := o.Want.Tape, o.Leg
	s.mu.Lock()
	same := id == "" || g.asked == id || g.tape == id || s.tapes[id] != nil || !g.inside()
	if id == "" {
		g.asked = ""
	}
	if !same {
		g.tape, g.asked = id, id
		s.tapes[id] = &tape{id: id, leg: g.id}
	}
	s.mu.Unlock()
	if same {
		return nil
	}
	err := s.startTape(l, g, id)
	if errors.Is(err, errDown) {
		return err
	}
	if err != nil {
		if !missing(err) { // else the leg has just ended
			s.log.Error("a call is not recorded", g.named(), "tape", id, "error", err)
		}
		s.mu.Lock()
		g.tape = ""
		s.mu.Unlock()
		l.Post(func() []media.Event { return s.tapeOver(id, err) })
	}
	return nil
}

func (s *Switch) startTape(l *line, g *leg, id media.TapeID) error {
	switch {
	case !media.IsName(string(id)):
		return errors.New("the tape's name may hold letters, digits, dot, underscore and hyphen only")
	case s.cfg.Recordings == "":
		return errors.New("there is no folder for recordings; configure one that FreeSWITCH shares with us")
	}
	if s.begun(id) {
		return errors.New("this name was recorded before")
	}
	// FreeSWITCH would gather half a second before it writes, and forget it all if the tape ends meanwhile.
	for _, pair := range []string{"RECORD_STEREO true", "record_sample_rate 8000", "RECORD_PRE_BUFFER_FRAMES 1", tapeVariable + " " + string(id)} {
		if err := l.ask("uuid_setvar %s %s", g.id, pair); err != nil {
			return err
		}
	}
	return l.ask("uuid_record %s start %s", g.id, s.file(string(id)))
}

// begun says whether FreeSWITCH has made the file of a tape, which it does at the start.
func (s *Switch) begun(id media.TapeID) bool {
	_, err := os.Stat(s.file(string(id)))
	return err == nil
}

// stopTape closes the file. A tape that is not there any more is no error.
func (s *Switch) stopTape(l *line, g *leg, id media.TapeID) error {
	s.mu.Lock()
	if g.tape == id {
		g.tape = ""
	}
	s.mu.Unlock()
	err := l.ask("uuid_record %s stop %s", g.id, s.file(string(id)))
	if _, ended := refused(err); ended {
		l.Post(func() []media.Event { return s.tapeOver(id, s.stored(string(id))) })
		return nil
	}
	if err == nil {
		err = l.ask("uuid_setvar %s %s", g.id, tapeVariable)
	}
	if missing(err) {
		return nil
	}
	return err
}

// taped: FreeSWITCH has closed the file of a recording. Called with mu held, by the pump only.
func (s *Switch) taped(e said) []media.Event {
	name, ours := strings.CutSuffix(filepath.Base(e.get("Record-File-Path")), ".wav")
	if !ours || filepath.Dir(e.get("Record-File-Path")) != s.cfg.Recordings {
		return nil
	}
	if g := s.legs[media.LegID(e.channel())]; g != nil && g.task != nil && string(g.task.task.ID) == name {
		return s.messageOver(g.task, e.at())
	}
	failed := s.stored(name)
	if failed != nil && e.get("Record-Completion-Cause") == "empty-file" {
		// FreeSWITCH deletes the file of a tape that has got no sound (switch_ivr_async.c, record_callback).
		failed = errors.New("the talk ended before any sound of it was recorded")
	}
	return s.tapeOver(media.TapeID(name), failed)
}

// tapeOver tells Taped, once.
func (s *Switch) tapeOver(id media.TapeID, failed error) []media.Event {
	t := s.tapes[id]
	if t == nil {
		return nil
	}
	delete(s.tapes, id)
	if g := s.legs[t.leg]; g != nil && g.tape == id {
		g.tape = ""
	}
	e := media.Event{Kind: media.Taped, At: now(), Leg: t.leg, Tape: id, Text: string(id)}
	if failed != nil {
		e.Why, e.Text = media.CauseFailed, media.Clean(failed.Error())
	}
	return []media.Event{e}
}

// stored says what is wrong with the file of a recording.
func (s *Switch) stored(name string) error {
	info, err := os.Stat(s.file(name))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return errors.New("FreeSWITCH wrote no file; is the folder shared, with room left?")
	case err != nil:
		return errors.New("the file of the recording can't be looked at")
	case info.Size() <= waveHeader:
		return errors.New("the recording is empty; is the disk full?")
	}
	return nil
}
