package mediatest

import (
	"context"
	"time"

	"tandem/orchestrator/media"
)

// announced: what a called party says before its answer is heard in the room of Early, by nobody else, and is no answer; the leg
// stays in that room afterwards. A bench whose parties can't speak before they answer shows the rest.
func announced(s *stage) {
	a, agent := s.answers(s.bench.Phone(s.T))
	room := media.RoomID(fresh("room"))
	s.want(a, on(media.Join{Room: room}))
	agent.Say(agentTone)
	for _, ends := range []bool{false, true} {
		phone := s.bench.Phone(s.T)
		k := media.LegID(fresh("leg"))
		dial := on(media.Dial{To: phone.Name(), Stamp: "stamp", Early: room})
		s.want(k, dial, a, on(media.Join{Room: room}))
		party, err := phone.Next(s.Within())
		s.Must(err)
		if early, ok := party.(interface{ Progress() error }); ok {
			s.Must(early.Progress())
			party.Say(callerTone)
			s.Must(agent.Hears(s.Within(), callerTone))
			s.want(k, dial) // changes nothing
			s.Must(agent.Hears(s.Within(), callerTone))
		}
		if s.Told.Of(media.Answered, k) != 0 {
			s.Error("sound before the answer is told as an answer")
		}
		if ends {
			s.Must(party.Reject(404))
			if gone := s.Told.Leg(s.T, media.Gone, k); gone.Why != media.CauseUnreachable || gone.SIP != 404 {
				s.Errorf("a number that says that it is not in service is gone as %q with SIP %d", gone.Why, gone.SIP)
			}
			s.Must(agent.HearsSilence(s.Within()))
			break
		}
		party.Say(callerTone)
		s.Must(party.Answer())
		s.Told.Leg(s.T, media.Answered, k)
		s.want(k, on(media.Join{Room: room}), a, on(media.Join{Room: room}))
		s.Must(agent.Hears(s.Within(), callerTone))
		s.Must(party.Hears(s.Within(), agentTone))
		s.want(k, on(media.Drop{}))
		s.Told.Leg(s.T, media.Gone, k)
	}
	s.want(a, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, a)
	s.empty()
}

// talkingTasks: a leg in a room can be told and asked something that the room does not hear, and is back in it afterwards; with
// two in the room, and with three.
func talkingTasks(s *stage) {
	c, caller := s.arrives()
	a, agent := s.answers(s.bench.Phone(s.T))
	b, second := s.answers(s.bench.Phone(s.T))
	room := media.RoomID(fresh("room"))
	in := on(media.Join{Room: room})
	agent.Say(agentTone)
	caller.Say(callerTone)
	caller.Listen()
	say := func(what string, length time.Duration, then func(media.Task)) {
		s.Helper()
		s.Must(caller.Hears(s.Within(), agentTone))
		t := task(what)
		t.Prompts, t.Max, t.Quiet = s.bench.Prompt(s.T, promptTone, length), 2, 5*time.Second
		if what == media.Say {
			t.Max, t.Quiet = 0, 0
		}
		mark, before := s.Told.Mark(), caller.Heard(promptTone)
		s.want(c, media.Want{Base: media.Join{Room: room}, Task: t}, a, in)
		s.Until("the prompt has been heard", func() bool { return caller.Heard(promptTone) > before })
		s.Must(agent.HearsNot(s.Within(), promptTone, 200*time.Millisecond))
		then(t)
		s.Must(caller.Hears(s.Within(), agentTone))
		s.Must(agent.Hears(s.Within(), callerTone))
		for _, e := range s.Told.All()[mark:] {
			if e.Kind == media.Refused || e.Kind == media.Gone {
				s.Errorf("told was %+v", e)
			}
		}
	}
	const short, long = 600 * time.Millisecond, 8 * time.Second
	heard := func(t media.Task) {
		if done := s.Told.Done(s.T, t.ID); done.Why != media.CauseNone || done.Text != "" {
			s.Errorf("a prompt in a room ends with %q %q", done.Why, done.Text)
		}
		s.want(c, media.Want{Base: media.Join{Room: room}, Task: t}, a, in) // begun once, ever
		s.Must(caller.HearsNot(s.Within(), promptTone, 300*time.Millisecond))
	}
	pressed := func(t media.Task) {
		s.Must(caller.Press(s.Within(), "42"))
		if done := s.Told.Done(s.T, t.ID); done.Why != media.CauseNone || done.Text != "42" {
			s.Errorf("two keys in a room end with %q %q", done.Why, done.Text)
		}
	}
	stopped := func(t media.Task) {
		s.want(c, in, a, in)
		if done := s.Told.Done(s.T, t.ID); done.Why != media.CauseStopped {
			s.Errorf("a prompt that is stopped in a room ends with %q", done.Why)
		}
	}
	s.want(c, in, a, in)
	say(media.Say, short, heard)
	say(media.Ask, long, pressed)
	say(media.Say, long, stopped)
	s.want(c, in, a, in, b, in)
	s.Must(second.Hears(s.Within(), callerTone))
	say(media.Say, short, heard)
	say(media.Ask, long, pressed)
	say(media.Say, long, stopped)
	s.want(c, on(media.Drop{}), a, on(media.Drop{}), b, on(media.Drop{}))
	for _, id := range []media.LegID{a, b, c} {
		s.Told.Leg(s.T, media.Gone, id)
	}
	s.empty()
}

// referring: the phone's transfer key moves nobody (F58). Where the switch hands it over it is told as Asked.
func referring(s *stage) {
	c, caller := s.arrives()
	a, agent := s.answers(s.bench.Phone(s.T))
	room := media.RoomID(fresh("room"))
	in := on(media.Join{Room: room})
	caller.Say(callerTone)
	agent.Say(agentTone)
	s.want(c, in, a, in)
	s.Must(caller.Hears(s.Within(), agentTone))
	key, ok := agent.(interface {
		Refer(ctx context.Context, to string) (status int, err error)
	})
	if !ok {
		s.Log("the phones of this bench have no transfer key")
		return
	}
	for _, to := range []string{"9007", "5550000000"} {
		if _, err := key.Refer(s.Within(), to); err != nil {
			s.Error(err)
		}
	}
	s.Must(caller.HearsNot(s.Within(), callerTone, 500*time.Millisecond)) // the echo of 9007
	s.Must(caller.Hears(s.Within(), agentTone))
	s.Must(agent.Hears(s.Within(), callerTone))
	for _, e := range s.Told.All() {
		switch {
		case e.Kind == media.Gone || e.Kind == media.Left || e.Kind == media.Held:
			s.Errorf("the transfer key makes %+v", e)
		case e.Kind == media.Asked && (e.Leg != a || e.Text != "9007" && e.Text != "5550000000"):
			s.Errorf("the transfer key is told as %+v", e)
		}
	}
	s.want(c, on(media.Drop{}), a, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
	s.Told.Leg(s.T, media.Gone, a)
	s.empty()
}
