package freeswitch

import (
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tandem/orchestrator/media"
)

// loud is the energy above which FreeSWITCH takes a sound for speech, on its own scale.
const loud = 200

// messageSteps are the applications that take a voice message, behind the prompts.
func (s *Switch) messageSteps(task media.Task) program {
	end := "none"
	if keys := strings.Trim(task.End, "0123456789ABCD"); keys != "" {
		end = keys
	}
	record := "record:" + s.file(string(task.ID))
	if task.Longest > 0 || task.Quiet > 0 {
		record += " " + strconv.Itoa(seconds(task.Longest))
	}
	if task.Quiet > 0 {
		record += " " + strconv.Itoa(loud) + " " + strconv.Itoa(seconds(task.Quiet))
	}
	return program{"set:record_sample_rate=8000", "set:playback_terminators=" + end, record, "set:playback_terminators=none"}
}

// seconds rounds up; 0 means for ever.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// file is where FreeSWITCH writes a recording, and where we find it.
func (s *Switch) file(name string) string { return filepath.Join(s.cfg.Recordings, name+".wav") }

// messageOver tells that the message of a Take is stored, once; called with mu held.
func (s *Switch) messageOver(r *running, at time.Time) []media.Event {
	if r.taped {
		return nil
	}
	r.taped = true
	e := media.Event{Kind: media.Taped, At: at, Leg: r.leg.id, Task: r.task.ID, Tape: media.TapeID(r.task.ID), Text: string(r.task.ID)}
	if err := s.stored(string(r.task.ID)); err != nil {
		e.Why, e.Text = media.CauseFailed, err.Error()
	}
	return []media.Event{e}
}
