package asterisk

import (
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// ask plays the prompts and collects keys, one try. It ends with the last key (Max), a finishing key (End), after Quiet
// without a key since the last one or since the prompts, or after Longest. What was pressed until then is in Done.Text; a time
// that ran out is Why timeout. Keys that are pressed while the line is away are lost: such an ask ends as unknown.
func (s *Switch) ask(l *line, r *running, prompts []string) error {
	if r.task.Longest > 0 {
		s.mu.Lock()
		r.limit = time.AfterFunc(r.task.Longest, func() { s.askOver(l, r) })
		s.mu.Unlock()
	}
	if len(prompts) > 0 {
		return s.play(r, prompts)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.askWait(l, r)
	return nil
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
		if r.playing && !r.over {
			s.silence4(r)
		}
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
	if r.over || (r.task.Deaf && r.playing) {
		return nil
	}
	if r.playing {
		s.silence4(r)
	}
	var over bool
	if r.pressed, over = switchboard.Press(r.task, r.pressed, e.Digit); over {
		return s.finish(r, e.at(), media.CauseNone, r.pressed)
	}
	s.askWait(s.present.Line(), r)
	return nil
}

// silence4 stops the prompts of an ask, which goes on; called with mu held.
func (s *Switch) silence4(r *running) {
	r.playing = false
	s.present.Follow(func(*line) {
		err := s.rest.ari.Playback().Stop(ari.NewKey(ari.PlaybackKey, string(r.task.ID)))
		if err != nil && statusOf(err) != 404 {
			s.log.Warn("a prompt was not stopped", r.leg.named(), "error", err)
		}
	})
}
