package mediatest

import (
	"time"

	"tandem/orchestrator/media"
)

// conference: three in a room, one on hold with music, one muted, and back.
func conference(s *stage) {
	c, caller := s.arrives()
	a, agent := s.answers(s.bench.Phone(s.T))
	b, second := s.answers(s.bench.Phone(s.T))
	const secondTone = 1500.0
	caller.Say(callerTone)
	agent.Say(agentTone)
	room := media.RoomID(fresh("room"))
	in := on(media.Join{Room: room})
	s.want(c, in, a, in, b, in)
	s.Must(second.Hears(s.Within(), callerTone))
	s.Must(caller.Hears(s.Within(), agentTone))
	second.Say(secondTone)

	s.want(c, on(media.Music{Class: "default"}), a, in, b, in)
	s.Must(agent.Hears(s.Within(), secondTone))
	s.Must(caller.HearsAudio(s.Within()))
	s.Must(caller.HearsNot(s.Within(), agentTone, 300*time.Millisecond))

	second.Say(0)
	s.want(c, in, a, media.Want{Base: media.Join{Room: room}, Mute: true}, b, in)
	s.Must(agent.Hears(s.Within(), callerTone))
	s.Must(caller.HearsSilence(s.Within()))
	s.want(c, in, a, in, b, in)
	s.Must(caller.Hears(s.Within(), agentTone))

	s.want(c, in, a, on(media.Music{}), b, in)
	s.Must(agent.HearsSilence(s.Within()))
	s.want(a, on(media.Drop{}), b, on(media.Drop{}), c, on(media.Drop{}))
	for _, id := range []media.LegID{a, b, c} {
		if gone := s.Told.Leg(s.T, media.Gone, id); gone.Why != media.CauseHangup {
			s.Errorf("gone as %q", gone.Why)
		}
	}
	s.empty()
}

// holding: the phone's own hold key is told and changes nothing else.
func holding(s *stage) {
	c, _ := s.arrives()
	a, agent := s.answers(s.bench.Phone(s.T))
	room := media.RoomID(fresh("room"))
	s.want(c, on(media.Join{Room: room}), a, on(media.Join{Room: room}))
	s.Must(agent.Hold(s.Within()))
	s.Told.Leg(s.T, media.Held, a)
	s.Must(agent.Resume(s.Within()))
	s.Told.Leg(s.T, media.Resumed, a)
	if s.Told.Of(media.Held, a) != 1 || s.Told.Of(media.Resumed, a) != 1 {
		s.Error("hold or its end was told twice")
	}
	s.want(c, on(media.Drop{}), a, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
	s.Told.Leg(s.T, media.Gone, a)
}

// coaching: a supervisor listens, whispers, barges in; the customer hears him only at the last.
func coaching(s *stage) {
	c, caller := s.arrives()
	a, agent := s.answers(s.bench.Phone(s.T))
	v, supervisor := s.answers(s.bench.Phone(s.T))
	const supervisorTone = 1500.0
	room := media.RoomID(fresh("room"))
	in := on(media.Join{Room: room})
	caller.Say(callerTone)
	supervisor.Say(supervisorTone)
	s.want(c, in, a, in)
	s.want(v, on(media.Coach{Of: a}))
	s.Must(supervisor.Hears(s.Within(), callerTone))
	s.Must(agent.HearsNot(s.Within(), supervisorTone, 300*time.Millisecond))
	caller.Say(0)
	s.want(v, on(media.Coach{Of: a, Whisper: true}))
	s.Must(agent.Hears(s.Within(), supervisorTone))
	s.Must(caller.HearsNot(s.Within(), supervisorTone, 300*time.Millisecond))
	s.want(v, in)
	s.Must(caller.Hears(s.Within(), supervisorTone))
	s.want(c, on(media.Drop{}), a, on(media.Drop{}), v, on(media.Drop{}))
	for _, id := range []media.LegID{a, v, c} {
		s.Told.Leg(s.T, media.Gone, id)
	}
	s.empty()
}

// segments: a tape ends where it is no longer wanted and the next one is another file.
func segments(s *stage) {
	c, caller := s.arrives()
	a, agent := s.answers(s.bench.Phone(s.T))
	room := media.RoomID(fresh("room"))
	const pin = 1800.0
	first, second := media.TapeID(fresh("tape")), media.TapeID(fresh("tape"))
	in := on(media.Join{Room: room})
	caller.Say(callerTone)
	s.want(c, media.Want{Base: media.Join{Room: room}, Tape: first}, a, in)
	s.Must(agent.Hears(s.Within(), callerTone))
	s.Must(agent.HearsNot(s.Within(), pin, 600*time.Millisecond)) // and hears the caller meanwhile
	s.want(c, media.Want{Base: media.Join{Room: room}, Secret: true}, a, in)
	taped := s.Told.Leg(s.T, media.Taped, c)
	if taped.Tape != first || taped.Text != string(first) {
		s.Errorf("told was %+v", taped)
	}
	caller.Say(pin)
	s.Must(agent.Hears(s.Within(), pin))
	caller.Say(callerTone)
	s.Must(agent.Hears(s.Within(), callerTone))
	s.want(c, media.Want{Base: media.Join{Room: room}, Tape: second}, a, in)
	s.Must(agent.HearsNot(s.Within(), pin, 600*time.Millisecond)) // and hears the caller meanwhile
	s.Must(caller.Hangup(s.Within()))                             // the second ends with its leg
	s.Told.Wait(s.T, "the second tape", func(e media.Event) bool { return e.Kind == media.Taped && e.Tape == second && e.Why == "" })
	for _, id := range []media.TapeID{first, second} {
		party, _ := s.bench.Recording(s.T, s.Switch, id)
		if party.Tone(callerTone) < 100*time.Millisecond || party.Tone(pin) > 0 {
			s.Errorf("%s holds %v of the tone and %v of what was not to be recorded", id, party.Tone(callerTone), party.Tone(pin))
		}
	}
	s.want(a, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, a)
	s.empty()
}

// alone: who leaves a room that nobody else is in hears what is said next, and its end is told: the end of the room, which the leaving
// brings about, must not take the prompt with it.
func alone(s *stage) {
	a, _ := s.answers(s.bench.Phone(s.T))
	short := s.bench.Prompt(s.T, promptTone, 100*time.Millisecond)
	for range 10 {
		s.want(a, on(media.Join{Room: media.RoomID(fresh("room"))}))
		say := task(media.Say)
		say.Prompts = short
		s.want(a, media.Want{Base: media.Music{}, Task: say})
		if done := s.Told.Done(s.T, say.ID); done.Why != media.CauseNone {
			s.Errorf("what is said behind a room ends with %q", done.Why)
		}
	}
	s.want(a, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, a)
	s.empty()
}
