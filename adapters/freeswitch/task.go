package freeswitch

import (
	"fmt"
	"path"
	"strings"
	"time"

	"tandem/orchestrator/media"
)

// running is a task that has begun and whose Done was not told. Its fields are guarded by Switch.mu.
type running struct {
	leg     *leg
	task    media.Task
	playing bool // prompts are to be heard
	over    bool // Done was told
	pressed string
	quiets  *time.Timer // no key for so long
	limit   *time.Timer // all in all
	taped   bool        // take: Taped was told
}

// sounds says whether the leg hears the task, or is heard by it, so that FreeSWITCH breaks it off when it moves the leg; called
// with mu held.
func (r *running) sounds() bool { return r.playing || r.task.Do == media.Take }

// newTask is the task of a want if the leg has not begun it yet, else nil; called with mu held.
func (s *Switch) newTask(g *leg, task media.Task) *running {
	if task.ID == "" || task.Do == media.Send || g.info.Task == task.ID || !g.inside() {
		return nil
	}
	r := &running{leg: g, task: task}
	g.info.Task, g.over, g.task = task.ID, false, r
	return r
}

// applications are the part of a program that does a task. Its name is written on the leg before anything is heard, so that no
// crash makes it be heard twice, and its end is written by FreeSWITCH itself, so that it is known after a gap.
func (s *Switch) applications(r *running) (program, error) {
	prompts, err := s.files(r.task.Prompts)
	if err != nil {
		return nil, err
	}
	id := string(r.task.ID)
	p := program{"multiset:^^;" + taskVariable + "=" + id + ";" + doVariable + "=" + r.task.Do + ";" + heardVariable + "=-"}
	for _, file := range prompts {
		p = append(p, "playback:"+file, "set:"+heardVariable+"=${"+heardVariable+"}+${current_application_response}")
	}
	switch r.task.Do {
	case media.Say:
		if len(prompts) == 0 {
			return nil, fmt.Errorf("task %s says nothing: give it prompts", id)
		}
	case media.Ask:
	case media.Take:
		if s.cfg.Recordings == "" {
			return nil, fmt.Errorf("task %s: there is no folder for recordings; configure one that FreeSWITCH shares with us", id)
		}
		p = append(p, s.messageSteps(r.task)...)
	default:
		return nil, fmt.Errorf("task %s: nobody knows how to %q", id, media.Clean(r.task.Do))
	}
	s.mu.Lock()
	r.playing = len(prompts) > 0
	if r.task.Do == media.Ask {
		s.askBegins(r)
	}
	s.mu.Unlock()
	if r.task.Do != media.Ask {
		p = append(p, "set:"+overVariable+"="+id)
	}
	return append(p, "event:Event-Name=CUSTOM,Event-Subclass="+taskEvent+",Tandem-Kind=over,Tandem-Task="+id), nil
}

// files turns the prompts of a task into what FreeSWITCH can play.
func (s *Switch) files(prompts string) ([]string, error) {
	files := strings.Fields(prompts)
	for i, uri := range files {
		name, ours := strings.CutPrefix(uri, "prompt:")
		if ours {
			name = path.Join(s.cfg.Prompts, name)
		} else if name, ours = strings.CutPrefix(uri, "sound:"); !ours {
			return nil, fmt.Errorf("nobody knows the prompt %q: it begins with prompt: or sound:", media.Clean(uri))
		}
		switch {
		case name == "beep":
			name = "tone_stream://%(250,0,800)"
		case !pathForm.MatchString("/" + name):
			return nil, fmt.Errorf("prompt %q is not a name", media.Clean(uri))
		case path.Ext(name) == "":
			name += ".wav"
		}
		files[i] = name
	}
	return files, nil
}

// taskInRoom lets a leg in a room hear a task; its room does not hear the leg meanwhile. The program runs inside the bridge or the
// conference, which goes on by itself when it is over. The event-lock keeps other such programs waiting; without it the last would
// come first.
func (s *Switch) taskInRoom(l *line, o order) error {
	g := o.Leg
	if _, joins := o.Want.Base.(media.Join); !joins {
		return nil
	}
	s.mu.Lock()
	r := s.newTask(g, o.Want.Task)
	s.mu.Unlock()
	if r == nil {
		return nil
	}
	s.settle(l, g)
	steps, err := s.applications(r)
	var text string
	if err == nil {
		text, err = steps.encode()
	}
	if err == nil {
		err = l.tell(string(g.id), "execute_extension", text+" inline")
	}
	if err != nil {
		l.Post(func() []media.Event { return s.finish(r, now(), media.CauseFailed, "") })
	}
	return err
}

// doSend sends keys, whatever the leg does.
func (s *Switch) doSend(l *line, o order) error {
	g, task := o.Leg, o.Want.Task
	if task.Do != media.Send || !media.IsName(string(task.ID)) {
		return nil
	}
	s.mu.Lock()
	begun := g.info.Task == task.ID || !g.inside()
	r := &running{leg: g, task: task}
	if !begun {
		g.info.Task, g.over, g.task = task.ID, false, r
	}
	s.mu.Unlock()
	if begun {
		return nil
	}
	var err error
	if strings.Trim(task.Keys, "0123456789*#ABCD") != "" || task.Keys == "" {
		err = fmt.Errorf("task %s: keys are 0-9, *, #, A-D", task.ID)
	}
	if err == nil {
		err = l.ask("uuid_setvar %s %s %s", g.id, taskVariable, task.ID)
	}
	if err == nil {
		err = l.ask("uuid_send_dtmf %s %s@100", g.id, task.Keys)
	}
	if err != nil {
		l.Post(func() []media.Event { return s.finish(r, now(), media.CauseFailed, "") })
		return err
	}
	// FreeSWITCH takes the keys at once and does not tell when the last was sent; it is a matter of arithmetic.
	s.mu.Lock()
	defer s.mu.Unlock()
	r.limit = time.AfterFunc(time.Duration(len(task.Keys))*200*time.Millisecond, func() {
		l.Post(func() []media.Event { return s.finish(r, now(), media.CauseNone, "") })
	})
	return nil
}

// reported: a program says that it has begun, or that the task in it has come to its end. Called with mu held, by the pump.
func (s *Switch) reported(g *leg, e said) []media.Event {
	r := g.task
	if e.get("Tandem-Kind") != "over" || r == nil || string(r.task.ID) != e.get("Tandem-Task") || r.over {
		return nil
	}
	r.playing = false
	switch {
	case failed(e.get("variable_" + heardVariable)):
		return s.finish(r, e.at(), media.CauseFailed, "")
	case r.task.Do == media.Ask:
		return s.askSilence(r)
	case r.task.Do == media.Take:
		return append(s.messageOver(r, e.at()), s.finish(r, e.at(), media.CauseNone, "")...)
	}
	return s.finish(r, e.at(), media.CauseNone, "")
}

// failed says whether FreeSWITCH could not play one of the prompts.
func failed(heard string) bool {
	heard = unvalue(heard)
	return strings.Contains(heard, "NOT FOUND") || strings.Contains(heard, "ERROR")
}

// finish tells Done, once, and writes on the leg that it was told. Called with mu held, by the pump only.
func (s *Switch) finish(r *running, at time.Time, why media.Cause, text string) []media.Event {
	if r.over {
		return nil
	}
	r.over = true
	for _, t := range []*time.Timer{r.quiets, r.limit} {
		if t != nil {
			t.Stop()
		}
	}
	g := r.leg
	if g.task == r {
		g.task, g.over = nil, true
	}
	if !g.gone && !g.hungUp {
		s.present.Follow(func(l *line) {
			if err := l.ask("uuid_setvar %s %s %s", g.id, toldVariable, r.task.ID); err != nil && !missing(err) {
				s.log.Debug("a leg's variable was not written", g.named(), "error", err)
			}
		})
	}
	if g.secret {
		text = ""
	}
	return []media.Event{{Kind: media.Done, At: at, Leg: g.id, Task: r.task.ID, Why: why, Text: text}}
}
