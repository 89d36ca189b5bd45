package mediatest

import (
	"time"

	"tandem/orchestrator/media"
)

// repeating: promise 1. Saying everything again, after an answer, after a new line and after a new program, changes nothing.
func repeating(s *stage) { s.again(3*time.Second, func(say func()) { say(); say() }) }

// outlasting is the length of a prompt that is still to be heard when a line is back, on a busy machine too.
const outlasting = 6 * time.Second

func repeatingAfterCut(s *stage) {
	s.again(outlasting, func(say func()) {
		s.cut()
		up := s.mend()
		if len(up.Legs) < 3 {
			s.Errorf("Up lists %d legs: %+v", len(up.Legs), up.Legs)
		}
		say()
	})
}

func repeatingAfterRestart(s *stage) {
	s.again(outlasting, func(say func()) {
		s.stop()
		s.Switch = s.bench.Open(s.T)
		s.Told, s.stop = WatchUntil(s.T, s.Switch)
		up := s.Told.Wait(s.T, "the first Up", func(e media.Event) bool { return e.Kind == media.Up })
		if len(up.Legs) < 3 {
			s.Errorf("Up lists %d legs: %+v", len(up.Legs), up.Legs)
		}
		say()
	})
}

// again has one caller with a prompt of that length over music, one in conversation on tape and one phone ringing; then something
// happens, in which everything is said again, before the prompt ends; then nothing may have been heard twice.
func (s *stage) again(length time.Duration, happens func(say func())) {
	waiter, waiting := s.arrives()
	waiting.Listen()
	prompt := media.Task{ID: media.TaskID(fresh("say")), Do: media.Say, Prompts: s.bench.Prompt(s.T, promptTone, length)}

	talker, talking := s.arrives()
	phone, other := s.bench.Phone(s.T), s.bench.Phone(s.T)
	a, agent := s.answers(phone)
	room, tape := media.RoomID(fresh("room")), media.TapeID(fresh("tape"))
	ringing := media.LegID(fresh("leg"))
	wants := map[media.LegID]media.Want{
		waiter:  {Base: media.Music{Class: "default"}, Task: prompt, Keys: true, Guard: 30 * time.Second},
		talker:  {Base: media.Join{Room: room}, Tape: tape},
		a:       {Base: media.Join{Room: room}},
		ringing: {Base: media.Dial{To: other.Name(), Stamp: "offer-7"}},
	}
	say := func() { s.Helper(); s.Must(s.Switch.Do(s.Within(), wants)) }
	say()
	call, err := other.Next(s.Within())
	s.Must(err)
	s.Must(call.Ring())
	s.Told.Leg(s.T, media.Ringing, ringing)
	agent.Say(agentTone)
	talking.Say(callerTone)
	s.Must(talking.Hears(s.Within(), agentTone))
	s.Must(waiting.Hears(s.Within(), promptTone))

	happens(say)

	done := s.Told.Done(s.T, prompt.ID)
	if done.Why != media.CauseNone {
		s.Errorf("the prompt ends with %q", done.Why)
	}
	say() // and once more after its end: a task is begun once, ever
	s.Must(agent.Hears(s.Within(), callerTone))
	s.Must(waiting.HearsAudio(s.Within()))
	if heard := waiting.Heard(promptTone); heard < length-500*time.Millisecond || heard > length+300*time.Millisecond {
		s.Errorf("a prompt of %v was heard for %v", length, heard)
	}
	if phone.Invites() != 1 || other.Invites() != 1 {
		s.Errorf("the phones were called %d and %d times", phone.Invites(), other.Invites())
	}
	for _, id := range []media.LegID{waiter, talker, a, ringing} {
		if s.Told.Of(media.Gone, id) != 0 {
			s.Errorf("%s is gone", id)
		}
	}
	s.want(talker, media.Want{Base: media.Join{Room: room}}, a, on(media.Drop{}), waiter, on(media.Drop{}), ringing, on(media.Drop{Why: media.CauseNoAnswer}))
	if taped := s.Told.Leg(s.T, media.Taped, talker); taped.Why != media.CauseNone {
		s.Errorf("the tape ends with %q %q", taped.Why, taped.Text)
	}
	party, _ := s.bench.Recording(s.T, s.Switch, tape)
	if party.Tone(callerTone) < 300*time.Millisecond {
		s.Errorf("the tape holds %v of the caller", party.Tone(callerTone))
	}
	s.want(talker, on(media.Drop{}))
	for _, id := range []media.LegID{waiter, talker, a, ringing} {
		s.Told.Leg(s.T, media.Gone, id)
	}
	if gone := s.Told.Leg(s.T, media.Gone, ringing); gone.Why != media.CauseNoAnswer {
		s.Errorf("the withdrawn call is gone as %q", gone.Why)
	}
	s.empty()
}
