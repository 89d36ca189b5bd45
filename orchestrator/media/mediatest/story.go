package mediatest

import (
	"time"

	"tandem/orchestrator/media"
)

const (
	callerTone = 440.0
	agentTone  = 1000.0
	promptTone = 700.0
)

// story is the main job from the caller's ring to the end, with the audio at every step.
func story(s *stage) {
	phone := s.bench.Phone(s.T)
	c, caller := s.arrives()
	caller.Say(callerTone)
	s.want(c, on(media.Ring{}))
	s.Must(caller.WaitRinging(s.Within()))

	greeting := media.Task{ID: media.TaskID(fresh("greet")), Do: media.Say, Prompts: s.bench.Prompt(s.T, promptTone, 600*time.Millisecond)}
	waiting := media.Want{Base: media.Music{Class: "default"}, Task: greeting, Guard: 30 * time.Second}
	caller.Listen()
	s.want(c, waiting)
	s.Must(caller.WaitAnswered(s.Within()))
	s.heard(caller, promptTone)
	if done := s.Told.Done(s.T, greeting.ID); done.Why != media.CauseNone {
		s.Errorf("the greeting ends with %q", done.Why)
	}
	waiting.Task = media.Task{}
	s.want(c, waiting)
	s.Must(caller.HearsAudio(s.Within()))

	a, agent := s.rings(phone)
	s.Must(agent.Ring())
	s.Told.Leg(s.T, media.Ringing, a)
	if number, name := agent.From(); number != "5550100" || name != "Carol" {
		s.Errorf("the phone shows %q %q", number, name)
	}
	agent.Say(agentTone)
	s.Must(agent.Answer())
	s.Told.Leg(s.T, media.Answered, a)

	room, tape := media.RoomID(fresh("room")), media.TapeID(fresh("tape"))
	s.want(c, media.Want{Base: media.Join{Room: room}, Tape: tape}, a, on(media.Join{Room: room}))
	s.Must(caller.Hears(s.Within(), agentTone))
	s.Must(agent.Hears(s.Within(), callerTone))

	s.Must(agent.Hangup(s.Within()))
	if gone := s.Told.Leg(s.T, media.Gone, a); gone.Why != media.CauseHangup {
		s.Errorf("the agent hung up and is gone as %q", gone.Why)
	}
	s.want(c, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
	if _, err := caller.WaitEnded(s.Within()); err != nil {
		s.Error(err)
	}
	if taped := s.Told.Leg(s.T, media.Taped, c); taped.Why != media.CauseNone || taped.Text != string(tape) {
		s.Errorf("the tape ends with %q %q", taped.Why, taped.Text)
	}
	party, heard := s.bench.Recording(s.T, s.Switch, tape)
	if party.Tone(callerTone) < 100*time.Millisecond || party.Tone(agentTone) > 0 {
		s.Errorf("the party's half holds %v of its tone and %v of the other", party.Tone(callerTone), party.Tone(agentTone))
	}
	if heard.Tone(agentTone) < 100*time.Millisecond || heard.Tone(callerTone) > 0 {
		s.Errorf("the heard half holds %v of the agent's tone and %v of the caller's", heard.Tone(agentTone), heard.Tone(callerTone))
	}
	s.empty()
}

// empty waits until nothing of the case is left on the switch.
func (s *stage) empty() {
	s.Helper()
	var channels, rooms int
	s.Until("an empty switch", func() bool {
		channels, rooms = s.bench.Count(s.T)
		return channels == 0 && rooms == 0
	})
}
