package mediatest

import (
	"time"

	"tandem/orchestrator/media"
)

func task(do string) media.Task { return media.Task{ID: media.TaskID(fresh(do)), Do: do} }

// saying: a prompt can be stopped, can be missing, and never holds up a join.
func saying(s *stage) {
	c, caller := s.arrives()
	long := s.bench.Prompt(s.T, promptTone, 8*time.Second)
	first, second := task(media.Say), task(media.Say)
	first.Prompts, second.Prompts = long, long
	s.want(c, media.Want{Base: media.Music{}, Task: first})
	s.Must(caller.Hears(s.Within(), promptTone))
	s.want(c, media.Want{Base: media.Music{}, Task: second})
	if done := s.Told.Done(s.T, first.ID); done.Why != media.CauseStopped {
		s.Errorf("a prompt that another replaced ends with %q", done.Why)
	}
	s.Must(caller.Hears(s.Within(), promptTone))

	a, agent := s.answers(s.bench.Phone(s.T))
	agent.Say(agentTone)
	room := media.RoomID(fresh("room"))
	began := time.Now()
	s.want(c, media.Want{Base: media.Join{Room: room}, Task: second}, a, on(media.Join{Room: room}))
	if took := time.Since(began); took > 4*time.Second { // of the eight that it would wait for
		s.Errorf("a join during a prompt took %v", took)
	}
	s.Must(caller.Hears(s.Within(), agentTone))
	if done := s.Told.Done(s.T, second.ID); done.Why != media.CauseStopped {
		s.Errorf("a prompt that a join ended ends with %q", done.Why)
	}

	missing := task(media.Say)
	missing.Prompts = "sound:no-such-prompt-anywhere"
	s.want(c, media.Want{Base: media.Music{}, Task: missing})
	if done := s.Told.Done(s.T, missing.ID); done.Why != media.CauseFailed {
		s.Errorf("a missing prompt ends with %q", done.Why)
	}

	last := task(media.Say)
	last.Prompts = long
	s.want(c, media.Want{Base: media.Music{}, Task: last})
	s.Must(caller.Hears(s.Within(), promptTone))
	s.Must(caller.Hangup(s.Within()))
	s.Told.Leg(s.T, media.Gone, c)
	if s.logged(media.Done, last.ID) != 1 {
		s.Errorf("a prompt that the caller's end cut off has %d Dones", s.logged(media.Done, last.ID))
	}
	s.want(a, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, a)
	s.empty()
}

func (s *stage) logged(kind string, id media.TaskID) (count int) {
	for _, e := range s.Told.All() {
		if e.Kind == kind && e.Task == id {
			count++
		}
	}
	return count
}

// sequence: a prompt may be several sounds.
func sequence(s *stage) {
	c, caller := s.arrives()
	say := task(media.Say)
	say.Prompts = s.bench.Prompt(s.T, 700, 500*time.Millisecond) + " " + s.bench.Prompt(s.T, 850, 500*time.Millisecond)
	caller.Listen()
	s.want(c, media.Want{Base: media.Music{Class: "default"}, Task: say})
	s.heard(caller, 700)
	s.heard(caller, 850)
	if done := s.Told.Done(s.T, say.ID); done.Why != media.CauseNone {
		s.Errorf("ends with %q", done.Why)
	}
	s.Must(caller.HearsAudio(s.Within()))
	s.want(c, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
}

// asking: one try, with barge-in, a finishing key, and an end when nobody presses anything.
func asking(s *stage) {
	c, caller := s.arrives()
	long := s.bench.Prompt(s.T, promptTone, 8*time.Second)
	s.want(c, on(media.Music{Class: "default"}))
	s.Must(caller.WaitAnswered(s.Within()))

	digits := task(media.Ask)
	digits.Prompts, digits.Max, digits.Quiet = long, 4, 5*time.Second
	s.want(c, media.Want{Base: media.Music{Class: "default"}, Task: digits, Keys: true})
	s.Must(caller.Hears(s.Within(), promptTone))
	s.Must(caller.Press(s.Within(), "1234"))
	if done := s.Told.Done(s.T, digits.ID); done.Why != media.CauseNone || done.Text != "1234" {
		s.Errorf("four keys end with %q %q", done.Why, done.Text)
	}
	if s.Told.Of(media.Key, c) != 0 {
		s.Error("keys of an Ask are told as Key too")
	}

	finished := task(media.Ask)
	finished.Max, finished.End, finished.Quiet = 10, "#", 5*time.Second
	s.want(c, media.Want{Base: media.Music{Class: "default"}, Task: finished})
	s.Must(caller.Press(s.Within(), "77#"))
	if done := s.Told.Done(s.T, finished.ID); done.Why != media.CauseNone || done.Text != "77" {
		s.Errorf("a finishing key ends with %q %q", done.Why, done.Text)
	}

	quiet := task(media.Ask)
	quiet.Prompts, quiet.Max, quiet.Quiet = s.bench.Prompt(s.T, promptTone, 300*time.Millisecond), 4, 400*time.Millisecond
	s.want(c, media.Want{Base: media.Music{Class: "default"}, Task: quiet})
	if done := s.Told.Done(s.T, quiet.ID); done.Why != media.CauseTimeout || done.Text != "" {
		s.Errorf("no key ends with %q %q", done.Why, done.Text)
	}

	hidden := task(media.Ask)
	hidden.Max, hidden.Quiet = 2, 5*time.Second
	s.want(c, media.Want{Base: media.Music{Class: "default"}, Task: hidden, Secret: true})
	s.Must(caller.Press(s.Within(), "99"))
	if done := s.Told.Done(s.T, hidden.ID); done.Why != media.CauseNone || done.Text != "" {
		s.Errorf("secret keys end with %q %q", done.Why, done.Text)
	}
	s.Must(caller.HearsAudio(s.Within()))
	s.want(c, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
}

// keys: reported while wanted, from the waiting and from the talking, once each, and never when secret.
func keys(s *stage) {
	c, caller := s.arrives()
	a, agent := s.answers(s.bench.Phone(s.T))
	room := media.RoomID(fresh("room"))
	s.want(c, media.Want{Base: media.Music{Class: "default"}, Keys: true})
	s.Must(caller.WaitAnswered(s.Within()))
	s.Must(caller.Press(s.Within(), "5"))
	s.Told.Leg(s.T, media.Key, c)
	s.want(c, media.Want{Base: media.Join{Room: room}, Keys: true, Secret: true}, a, media.Want{Base: media.Join{Room: room}, Keys: true})
	s.Must(caller.Press(s.Within(), "4111"))
	s.Must(agent.Press(s.Within(), "8"))
	if key := s.Told.Leg(s.T, media.Key, a); key.Text != "8" {
		s.Errorf("the agent pressed 8 and is told with %q", key.Text)
	}
	if s.Told.Of(media.Key, c) != 1 || s.Told.Of(media.Key, a) != 1 {
		s.Errorf("told were %d and %d keys", s.Told.Of(media.Key, c), s.Told.Of(media.Key, a))
	}
	send := task(media.Send)
	send.Keys = "12#"
	s.want(a, media.Want{Base: media.Join{Room: room}, Task: send})
	s.Must(agent.HearsKeys(s.Within(), "12#"))
	if done := s.Told.Done(s.T, send.ID); done.Why != media.CauseNone {
		s.Errorf("sent keys end with %q", done.Why)
	}
	s.want(c, on(media.Drop{}), a, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
	s.Told.Leg(s.T, media.Gone, a)
}

// taking: a voice message is recorded under the task's name, and then the base is heard again.
func taking(s *stage) {
	c, caller := s.arrives()
	caller.Say(callerTone)
	s.want(c, on(media.Music{Class: "default"}))
	s.Must(caller.WaitAnswered(s.Within()))
	take := task(media.Take)
	take.Prompts, take.End, take.Longest = s.bench.Prompt(s.T, promptTone, 500*time.Millisecond), "#", 20*time.Second
	caller.Listen()
	s.want(c, media.Want{Base: media.Music{Class: "default"}, Task: take})
	s.heard(caller, promptTone)
	s.Must(caller.HearsSilence(s.Within()))
	s.Until("the end of the message", func() bool { // a key before the recording has begun ends nothing
		s.Must(caller.Press(s.Within(), "#"))
		return s.logged(media.Done, take.ID) > 0
	})
	if done := s.Told.Done(s.T, take.ID); done.Why != media.CauseNone {
		s.Errorf("ends with %q", done.Why)
	}
	if taped := s.Told.Leg(s.T, media.Taped, c); taped.Tape != media.TapeID(take.ID) || taped.Why != media.CauseNone {
		s.Errorf("the message is told as %+v", taped)
	}
	s.Must(caller.HearsAudio(s.Within()))
	s.want(c, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
}
