package freeswitch

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// What a leg does is described by one word, which is also written on it: "ring", "music:CLASS", "silence", "coach:LEG",
// "whisper:LEG", "room:ROOM" (bridged, or alone) and "conf:ROOM" (in a conference).
const (
	ringing = "ring"
	silence = "silence"
)

func inRoom(r media.RoomID) string       { return "room:" + string(r) }
func inConference(r media.RoomID) string { return "conf:" + string(r) }

// describe is the word of a base that a program carries out, and the applications that do it for ever.
func (s *Switch) describe(base media.Base) (word string, forever program, err error) {
	switch base := base.(type) {
	case media.Ring:
		return ringing, program{"ring_ready", "park"}, nil
	case media.Music:
		if base.Class == "" {
			return silence, program{"park"}, nil
		}
		if !media.IsName(base.Class) {
			return "", nil, fmt.Errorf("music class %q is not a name", media.Clean(base.Class))
		}
		return "music:" + base.Class, program{"playback:" + s.cfg.Music + base.Class, "park"}, nil
	case media.Coach:
		if !media.IsName(string(base.Of)) {
			return "", nil, fmt.Errorf("leg %q is not a name", media.Clean(string(base.Of)))
		}
		word = "coach:" + string(base.Of)
		if base.Whisper {
			word = "whisper:" + string(base.Of)
		}
		// Without the first the supervisor's own keys would whisper and barge. B is the side that the coached leg hears.
		return word, program{
			"set:eavesdrop_enable_dtmf=false", "set:eavesdrop_whisper_bleg=" + strconv.FormatBool(base.Whisper),
			"eavesdrop:" + string(base.Of), "park",
		}, nil
	}
	return "", nil, nil
}

// doBase gives the leg its program, if the base or the task on top of it is another than the one that it runs.
func (s *Switch) doBase(l *line, o order) error {
	g := o.Leg
	word, forever, err := s.describe(o.Want.Base)
	if err != nil {
		return err
	}
	if task := o.Want.Task.ID; task != "" && !media.IsName(string(task)) {
		s.refuse(l, g.id, g.info.Stamp, "a task's name may hold letters, digits, dot, underscore and hyphen only")
		o.Want.Task = media.Task{}
	}
	if word == "" {
		return s.taskInRoom(l, o)
	}
	s.mu.Lock()
	r := s.newTask(g, o.Want.Task)
	needed := g.inside() && (g.base != word || r != nil || g.stale)
	s.mu.Unlock()
	if !needed {
		return nil
	}
	return s.perform(l, g, word, forever, r)
}

// perform makes the program of a base and a task, and gives it to the leg. A task that can't be begun has failed: only its base
// is tried again.
func (s *Switch) perform(l *line, g *leg, word string, forever program, r *running) error {
	var p program
	s.mu.Lock()
	answers := !g.dialled && !g.up && word != ringing
	if answers {
		p = append(p, "answer")
		g.answeredAt(now())
	}
	s.mu.Unlock()
	if r != nil {
		steps, err := s.applications(r)
		if err != nil {
			l.Post(func() []media.Event { return s.finish(r, now(), media.CauseFailed, "") })
			s.refuse(l, g.id, g.info.Stamp, err.Error())
		}
		p = append(p, steps...)
	}
	err := s.run(l, g, word, append(p, forever...))
	if err == nil {
		return nil
	}
	if r != nil {
		l.Post(func() []media.Event { return s.finish(r, now(), media.CauseFailed, "") })
	}
	if answers {
		s.mu.Lock()
		g.up, g.info.Answered = false, time.Time{}
		s.mu.Unlock()
	}
	return err
}

// run lets the leg run a program from now on, whatever it did before. It waits until FreeSWITCH has begun what the leg was told
// before: of two moves in a row FreeSWITCH may keep the first.
func (s *Switch) run(l *line, g *leg, word string, p program) error {
	s.settle(l, g)
	room := staysNoMore // the fallback of the dialplan must not be left with it
	if _, talks := roomOf(word); talks {
		room = staysInRoom
	}
	s.mu.Lock()
	s.serial++
	serial := s.serial
	p = append(program{
		strings.Join([]string{
			"multiset:^^;" + placeVariable + "=inside", baseVariable + "=" + word, serialVariable + "=" + strconv.FormatInt(serial, 10),
			"playback_terminators=none", stays, room,
			"max_session_transfers=1000000", // each program counts as a transfer, and the seventieth would hang up
		}, ";"),
		"unset:transfer_history",
		"event:Event-Name=CUSTOM,Event-Subclass=" + taskEvent + ",Tandem-Kind=begun",
	}, p...)
	s.depart(g)
	g.base, g.serial, g.program, g.stale = word, serial, p, false
	s.waits(g)
	s.mu.Unlock()
	return s.give(l, g, p)
}

// Variables without which FreeSWITCH hangs a leg up when its bridge ends, or when the other side ends before the bridge has begun
// (stays); or, in a room, when the other side ends before its answer (staysInRoom); and what takes them away.
const (
	stays       = "park_after_bridge=true;hangup_after_bridge=false;uuid_bridge_park_on_cancel=true"
	staysInRoom = "park_after_early_bridge=true;continue_on_fail=true"
	staysNoMore = "park_after_early_bridge=;continue_on_fail="
	handedOver  = "park_after_bridge=;hangup_after_bridge=;uuid_bridge_park_on_cancel=;playback_terminators=;" + staysNoMore
)

func (s *Switch) give(l *line, g *leg, p program) error {
	text, err := p.encode()
	if err != nil {
		return err
	}
	begun := s.signs.Expect("program " + string(g.id))
	err = l.ask("uuid_transfer %s %s inline", g.id, text)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		g.pending = begun
	} else if g.program != nil {
		g.base = "" // it may be said again
	}
	return err
}

// settleTime bounds the wait for a move that FreeSWITCH has taken and does not begin.
const settleTime = 500 * time.Millisecond

// settle waits until FreeSWITCH has begun what the leg was told last.
func (s *Switch) settle(l *line, g *leg) {
	s.mu.Lock()
	pending := g.pending
	g.pending = nil
	s.mu.Unlock()
	if pending == nil {
		return
	}
	if !switchboard.Await(l.Ctx, pending, settleTime) && l.Ctx.Err() == nil {
		s.log.Warn("FreeSWITCH has not begun what a leg was told", g.named())
	}
}

// parkedAgain looks whether a leg was parked although it was given a program: FreeSWITCH parks a leg after its bridge, and that
// may overtake the move. Or its music has ended, which FreeSWITCH does when an admin loads the streams anew. Called with mu held.
func (s *Switch) parkedAgain(g *leg, e said) {
	serial := g.serial
	ran := e.get("variable_"+serialVariable) == strconv.FormatInt(serial, 10)
	plays := strings.HasPrefix(g.base, "music:")
	if !g.inside() || g.program == nil || g.with != "" || ran && !plays {
		return
	}
	after := s.cfg.Grace
	if ran {
		after = s.cfg.Again // not at once: the streams may be no more
	}
	s.present.Later(after, func(l *line) {
		g.turn.Lock()
		defer g.turn.Unlock()
		s.mu.Lock()
		same := g.serial == serial && g.inside() && g.with == "" && g.program != nil
		p, word := g.program, g.base
		s.mu.Unlock()
		if !same {
			return
		}
		if ran {
			s.musicAgain(l, g, word)
			return
		}
		runs, err := l.api("uuid_getvar " + string(g.id) + " " + serialVariable)
		if err != nil || strings.TrimSpace(runs) == strconv.FormatInt(serial, 10) {
			return
		}
		s.log.Info("a leg had lost its program", g.named())
		if err := s.give(l, g, p); err != nil {
			s.settled(l, g, s.failed(l, g, "base", err))
		}
	})
}

// musicAgain begins music that has ended by itself. The caller holds turn.
func (s *Switch) musicAgain(l *line, g *leg, word string) {
	s.log.Info("the music of a leg has ended and is begun again", g.named())
	_, forever, err := s.describe(baseOf(word))
	if err == nil {
		err = s.run(l, g, word, forever)
	}
	if err != nil {
		s.settled(l, g, s.failed(l, g, "base", err))
	}
}

// answer takes the call of a caller who is not yet answered.
func (s *Switch) answer(l *line, g *leg) error {
	s.mu.Lock()
	needed := !g.dialled && !g.up
	s.mu.Unlock()
	if !needed {
		return nil
	}
	err := l.ask("uuid_answer %s", g.id)
	if err == nil {
		err = l.ask("uuid_setvar_multi %s %s", g.id, stays) // it has run no program yet
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g.answeredAt(now())
	return nil
}

func (s *Switch) doMute(l *line, o order) error {
	g := o.Leg
	s.mu.Lock()
	same := g.mute == o.Want.Mute || !g.inside()
	s.mu.Unlock()
	if same {
		return nil
	}
	how := "stop"
	if o.Want.Mute {
		how = "start read mute 1"
	}
	err := l.ask("uuid_setvar %s %s %t", g.id, muteVariable, o.Want.Mute)
	if err == nil {
		err = l.ask("uuid_audio %s %s", g.id, how)
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g.mute = o.Want.Mute
	return nil
}

// doYield lets the dialplan go on with the leg, at an extension of Config.Context or at its fallback.
func (s *Switch) doYield(l *line, g *leg, base media.Yield) error {
	extension := base.Extension
	if extension == "" {
		extension = s.cfg.Fallback
	}
	if !media.IsName(extension) {
		return fmt.Errorf("extension %q is not a name", media.Clean(extension))
	}
	s.settle(l, g)
	s.mu.Lock()
	s.depart(g)
	g.left, g.yielded = true, base.Extension
	g.disarm()
	s.mu.Unlock()
	err := l.ask("sched_del %s", g.id)
	if err == nil {
		err = l.ask("uuid_setvar_multi %s %s=away;%s", g.id, placeVariable, handedOver)
	}
	if err == nil {
		err = l.ask("uuid_transfer %s %s XML %s", g.id, extension, s.cfg.Context)
	}
	if err != nil {
		s.mu.Lock()
		g.left = false
		s.mu.Unlock()
		return err
	}
	l.Post(func() []media.Event { return s.leaves(g, base.Extension) })
	return nil
}

// drop ends the leg. One that has no channel yet is ended when it gets one.
func (s *Switch) drop(l *line, g *leg, why media.Cause) error {
	s.mu.Lock()
	done := g.dropped
	g.dropped = true
	if !done {
		g.why = why
	}
	s.mu.Unlock()
	if done {
		return nil
	}
	err := l.ask("uuid_kill %s %s", g.id, reasonOf(why))
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil && !missing(err):
		g.dropped = false
	case missing(err) && g.dialled && !g.made:
		s.present.Later(s.cfg.Timeout, func(l *line) { s.neverBorn(l, g) })
	}
	return err
}

// neverBorn ends a dropped leg whose dial has come to nothing within the time of a command: its job is wedged. Should it be born
// later it is an orphan.
func (s *Switch) neverBorn(l *line, g *leg) {
	s.mu.Lock()
	waits := !g.made && !g.gone
	why, _ := g.verdict("", 0)
	s.mu.Unlock()
	if waits {
		s.unborn(l, g, why)
	}
}
