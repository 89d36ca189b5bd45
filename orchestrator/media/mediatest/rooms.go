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
	s.must(second.Hears(s.within(), callerTone))
	s.must(caller.Hears(s.within(), agentTone))
	second.Say(secondTone)

	s.want(c, on(media.Music{Class: "default"}), a, in, b, in)
	s.must(agent.Hears(s.within(), secondTone))
	s.must(caller.HearsAudio(s.within()))
	s.must(caller.HearsNot(s.within(), agentTone, 300*time.Millisecond))

	second.Say(0)
	s.want(c, in, a, media.Want{Base: media.Join{Room: room}, Mute: true}, b, in)
	s.must(agent.Hears(s.within(), callerTone))
	s.must(caller.HearsSilence(s.within()))
	s.want(c, in, a, in, b, in)
	s.must(caller.Hears(s.within(), agentTone))

	s.want(c, in, a, on(media.Music{}), b, in)
	s.must(agent.HearsSilence(s.within()))
	s.want(a, on(media.Drop{}), b, on(media.Drop{}), c, on(media.Drop{}))
	for _, id := range []media.LegID{a, b, c} {
		if gone := s.log.Leg(s.T, media.Gone, id); gone.Why != media.CauseHangup {
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
	s.must(agent.Hold(s.within()))
	s.log.Leg(s.T, media.Held, a)
	s.must(agent.Resume(s.within()))
	s.log.Leg(s.T, media.Resumed, a)
	if s.log.Of(media.Held, a) != 1 || s.log.Of(media.Resumed, a) != 1 {
		s.Error("hold or its end was told twice")
	}
	s.want(c, on(media.Drop{}), a, on(media.Drop{}))
	s.log.Leg(s.T, media.Gone, c)
	s.log.Leg(s.T, media.Gone, a)
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
	s.must(supervisor.Hears(s.within(), callerTone))
	s.must(agent.HearsNot(s.within(), supervisorTone, 300*time.Millisecond))
	caller.Say(0)
	s.want(v, on(media.Coach{Of: a, Whisper: true}))
	s.must(agent.Hears(s.within(), supervisorTone))
	s.must(caller.HearsNot(s.within(), supervisorTone, 300*time.Millisecond))
	s.want(v, in)
	s.must(caller.Hears(s.within(), supervisorTone))
	s.want(c, on(media.Drop{}), a, on(media.Drop{}), v, on(media.Drop{}))
	for _, id := range []media.LegID{a, v, c} {
		s.log.Leg(s.T, media.Gone, id)
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
	s.must(agent.Hears(s.within(), callerTone))
	s.must(agent.HearsNot(s.within(), pin, 600*time.Millisecond)) // and hears the caller meanwhile
	s.want(c, media.Want{Base: media.Join{Room: room}, Secret: true}, a, in)
	taped := s.log.Leg(s.T, media.Taped, c)
	if taped.Tape != first || taped.Text != string(first) {
		s.Errorf("told was %+v", taped)
	}
	caller.Say(pin)
	s.must(agent.Hears(s.within(), pin))
	caller.Say(callerTone)
	s.must(agent.Hears(s.within(), callerTone))
	s.want(c, media.Want{Base: media.Join{Room: room}, Tape: second}, a, in)
	s.must(agent.HearsNot(s.within(), pin, 600*time.Millisecond)) // and hears the caller meanwhile
	s.must(caller.Hangup(s.within()))                             // the second ends with its leg
	s.log.Wait(s.T, "the second tape", func(e media.Event) bool { return e.Kind == media.Taped && e.Tape == second && e.Why == "" })
	for _, id := range []media.TapeID{first, second} {
		party, _ := s.bench.Recording(s.T, s.sw, id)
		if party.Tone(callerTone) < 100*time.Millisecond || party.Tone(pin) > 0 {
			s.Errorf("%s holds %v of the tone and %v of what was not to be recorded", id, party.Tone(callerTone), party.Tone(pin))
		}
	}
	s.want(a, on(media.Drop{}))
	s.log.Leg(s.T, media.Gone, a)
	s.empty()
}
