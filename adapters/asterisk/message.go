package asterisk

import (
	"context"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"tandem/orchestrator/media"
)

// takeMessage records the party itself under the task's name, after the prompts. Asterisk refuses to record a channel in a
// bridge, so the leg is taken out of its music first and put back at the end.
func (s *Switch) takeMessage(ctx context.Context, r *running, prompts []string) error {
	s.mu.Lock()
	bridge := r.leg.bridge
	s.mu.Unlock()
	if bridge != "" {
		base, _ := baseOf(s.cfg.App, bridge)
		if err := s.move(ctx, r.leg, ""); err != nil {
			return err
		}
		if music, ok := base.(media.Music); ok {
			var again media.Base = music
			s.mu.Lock()
			r.leg.later = &again
			s.mu.Unlock()
		}
	}
	if len(prompts) > 0 {
		return s.play(r, prompts)
	}
	return s.record(r)
}

// recordMessage follows the prompts; called with mu held.
func (s *Switch) recordMessage(r *running) {
	s.present.Follow(func(l *line) {
		if err := s.record(r); err != nil {
			s.log.Warn("a message can't be recorded", r.leg.named(), "error", err)
			l.Post(func() []media.Event { return s.messageOver(r, now(), err.Error()) })
		}
	})
}

func (s *Switch) record(r *running) error {
	s.mu.Lock()
	if r.over {
		s.mu.Unlock()
		return nil
	}
	r.recording = true
	s.mu.Unlock()
	finish := "none"
	if strings.ContainsAny(r.task.End, "#") {
		finish = "#"
	} else if strings.ContainsAny(r.task.End, "*") {
		finish = "*"
	}
	_, err := s.rest.ari.Channel().Record(channelKey(string(r.leg.id)), string(r.task.ID), &ari.RecordingOptions{
		Format: "wav", Exists: "fail", Terminate: finish,
		MaxDuration: seconds(r.task.Longest), MaxSilence: seconds(r.task.Quiet),
	})
	return err
}

// seconds rounds up: ari/v6 cuts parts of a second off, and 0 means for ever.
func seconds(d time.Duration) time.Duration { return (d + time.Second - 1).Truncate(time.Second) }

// messageOver tells the end of a message: its tape and its task. failed is "" or the reason.
func (s *Switch) messageOver(r *running, at time.Time, failed string) []media.Event {
	why, done := media.CauseNone, media.CauseNone
	if failed != "" {
		why, done = media.CauseFailed, media.CauseFailed
	}
	if r.stopped {
		done = media.CauseStopped
	}
	told := []media.Event{}
	if !r.taped {
		r.taped = true
		text := string(r.task.ID)
		if failed != "" {
			text = failed
		}
		told = append(told, media.Event{
			Kind: media.Taped, At: at, Leg: r.leg.id, Task: r.task.ID, Tape: media.TapeID(r.task.ID), Why: why, Text: text,
		})
	}
	return append(told, s.finish(r, at, done, "")...)
}
