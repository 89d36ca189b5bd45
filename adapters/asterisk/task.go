package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"tandem/orchestrator/media"
)

// running is a task that has begun and whose Done was not told. Its fields are guarded by Switch.mu.
type running struct {
	leg       *leg
	task      media.Task
	playing   bool // prompts are to be heard
	recording bool // take: the message is being recorded
	stopped   bool // by us
	over      bool // Done was told
	pressed   string
	quiets    *time.Timer // no key for so long
	limit     *time.Timer // all in all
	taped     bool        // take: a file is there
}

// quiet says whether a move of the leg is not held up by the task.
func (r *running) quiet() bool { return !r.playing && !r.recording }

// begin starts a task that the leg has not begun yet. The leg carries the task's name before it is heard, so that no crash
// makes it be heard twice.
func (s *Switch) begin(ctx context.Context, l *line, o order) error {
	task, g := o.Want.Task, o.Leg
	if task.ID == "" {
		return nil
	}
	s.mu.Lock()
	begun := g.info.Task == task.ID || g.dropped
	s.mu.Unlock()
	if begun {
		return nil
	}
	if !media.IsName(string(task.ID)) {
		s.refuse(l, g.id, g.info.Stamp, "a task's name may hold letters, digits, dot, underscore and hyphen only")
		return nil
	}
	r := &running{leg: g, task: task}
	s.mu.Lock()
	g.info.Task, g.does, g.over, g.task = task.ID, task.Do, false, r
	s.tasks[string(task.ID)] = r
	s.mu.Unlock()
	err := s.write(g)
	if err == nil {
		err = s.keepGuard(g)
	}
	if err == nil {
		err = s.perform(ctx, l, r)
	}
	if err != nil && statusOf(err) != http.StatusNotFound {
		l.Post(func() []media.Event { return s.finish(r, now(), media.CauseFailed, "") })
	}
	return err // after 404 the Done comes with the leg's Gone
}

func (s *Switch) perform(ctx context.Context, l *line, r *running) error {
	prompts := s.uris(r.task.Prompts)
	switch r.task.Do {
	case media.Say:
		if len(prompts) == 0 {
			return fmt.Errorf("task %s says nothing: give it prompts", r.task.ID)
		}
		return s.play(r, prompts)
	case media.Ask:
		return s.ask(l, r, prompts)
	case media.Send:
		return s.send(l, r)
	case media.Take:
		return s.takeMessage(ctx, r, prompts)
	}
	return fmt.Errorf("task %s: nobody knows how to %q", r.task.ID, r.task.Do)
}

// uris turns the prompts of a task into what Asterisk can play.
func (s *Switch) uris(prompts string) []string {
	uris := strings.Fields(prompts)
	for i, uri := range uris {
		if name, ours := strings.CutPrefix(uri, "prompt:"); ours {
			uris[i] = "sound:" + s.cfg.Prompts + "/" + name
		}
	}
	return uris
}

func (s *Switch) play(r *running, prompts []string) error {
	s.mu.Lock()
	r.playing = true
	s.mu.Unlock()
	_, err := s.rest.ari.Channel().Play(channelKey(string(r.leg.id)), string(r.task.ID), prompts...)
	return err
}

func (s *Switch) send(l *line, r *running) error {
	if strings.Trim(r.task.Keys, "0123456789*#ABCD") != "" || r.task.Keys == "" {
		return fmt.Errorf("task %s: keys are 0-9, *, #, A-D", r.task.ID)
	}
	err := s.rest.ari.Channel().SendDTMF(channelKey(string(r.leg.id)), r.task.Keys, &ari.DTMFOptions{
		Duration: 100 * time.Millisecond, Between: 100 * time.Millisecond,
	})
	if err != nil {
		return err
	}
	// Asterisk takes the keys at once and does not tell when the last was sent; it is a matter of arithmetic.
	after := time.Duration(len(r.task.Keys)) * 200 * time.Millisecond
	s.mu.Lock()
	r.limit = time.AfterFunc(after, func() {
		l.Post(func() []media.Event { return s.finish(r, now(), media.CauseNone, "") })
	})
	s.mu.Unlock()
	return nil
}

// stopTask ends a task early; its Done is told at once and what Asterisk says of it later is no news.
func (s *Switch) stopTask(l *line, r *running, why media.Cause) error {
	s.mu.Lock()
	r.stopped = true
	playing, recording := r.playing, r.recording
	r.playing = false // so that what comes next does not wait for it
	s.mu.Unlock()
	var err error
	if playing {
		err = s.rest.ari.Playback().Stop(ari.NewKey(ari.PlaybackKey, string(r.task.ID)))
	}
	if recording {
		err = s.rest.ari.LiveRecording().Stop(ari.NewKey(ari.LiveRecordingKey, string(r.task.ID)))
	}
	if statusOf(err) == http.StatusNotFound {
		err = nil // it ended by itself at this moment
	}
	if passing(err) {
		s.mu.Lock()
		r.playing = playing // it is still to be heard: another try stops it
		s.mu.Unlock()
		return err
	}
	l.Post(func() []media.Event { return s.finish(r, now(), why, "") })
	return err
}

// played: the prompts of a task are over.
func (s *Switch) played(e said) []media.Event {
	r := s.tasks[e.Playback.ID]
	if r == nil {
		return nil
	}
	r.playing = false
	failed := e.Playback.State == "failed" && !r.leg.hungUp && !r.stopped
	switch {
	case r.over:
		return nil
	case failed:
		return s.finish(r, e.at(), media.CauseFailed, "")
	case r.leg.hungUp || r.leg.dropped:
		return nil // Done comes with Gone
	case r.task.Do == media.Ask:
		return s.askSilence(r)
	case r.task.Do == media.Take:
		s.recordMessage(r)
		return nil
	case r.stopped:
		return s.finish(r, e.at(), media.CauseStopped, "")
	}
	return s.finish(r, e.at(), media.CauseNone, "")
}

// finish tells Done, once, and lets the base be heard that was wanted meanwhile. Called with mu held, by the pump only.
func (s *Switch) finish(r *running, at time.Time, why media.Cause, text string) []media.Event {
	if r.over {
		return nil
	}
	r.over = true
	r.disarm()
	delete(s.tasks, string(r.task.ID))
	g := r.leg
	if g.task == r {
		g.task, g.over = nil, true
		later := g.later
		g.later = nil
		if !g.gone && !g.hungUp && !g.dropped {
			s.present.Follow(func(l *line) { s.afterTask(l, g, later) })
		}
	}
	if g.secret {
		text = ""
	}
	return []media.Event{{Kind: media.Done, At: at, Leg: g.id, Task: r.task.ID, Why: why, Text: text}}
}

// afterTask carries out the base that had to wait, unless another was said since, and marks the task as told.
func (s *Switch) afterTask(l *line, g *leg, later *media.Base) {
	g.turn.Lock()
	defer g.turn.Unlock()
	s.mu.Lock()
	idle := g.task == nil && !g.gone && !g.left && g.later == nil
	s.mu.Unlock()
	if !idle {
		return
	}
	if later != nil {
		if music, ok := (*later).(media.Music); ok {
			if err := s.doMusic(l.Ctx, g, music); err != nil {
				s.settled(l, g, s.failed(l, g, "base", err))
			}
		}
	}
	err := errors.Join(s.write(g), s.keepGuard(g)) // the guard must not end because the variable was not written
	if err != nil && statusOf(err) != http.StatusNotFound {
		s.log.Warn("a leg's variables were not written", g.named(), "error", err)
	}
}

func (r *running) disarm() {
	for _, t := range []*time.Timer{r.quiets, r.limit} {
		if t != nil {
			t.Stop()
		}
	}
}
