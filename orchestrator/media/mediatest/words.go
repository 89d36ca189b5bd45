package mediatest

import (
	"slices"
	"strings"
	"time"

	"tandem/orchestrator/media"
)

// carried: Up tells of each leg what the floor can't know otherwise: who it is, its last task, that its party holds.
func carried(s *stage) {
	c, _ := s.arrives()
	arrived := s.log.Leg(s.T, media.Arrived, c).Legs[0]
	a, agent := s.answers(s.bench.Phone(s.T))
	say := task(media.Say)
	say.Prompts = s.bench.Prompt(s.T, promptTone, 200*time.Millisecond)
	s.want(c, media.Want{Base: media.Music{}, Task: say})
	s.log.Done(s.T, say.ID)
	room := media.RoomID(fresh("room"))
	s.want(c, on(media.Join{Room: room}), a, on(media.Join{Room: room}))
	s.must(agent.Hold(s.within()))
	s.log.Leg(s.T, media.Held, a)
	s.must(agent.HearsNot(s.within(), promptTone, 300*time.Millisecond)) // meanwhile it is written on the leg, where the switch does not know it
	for _, restart := range []bool{false, true} {
		var up media.Event
		if restart {
			s.stop()
			s.sw = s.bench.Open(s.T)
			s.log, s.stop = WatchUntil(s.T, s.sw)
			up = s.log.Wait(s.T, "the first Up", func(e media.Event) bool { return e.Kind == media.Up })
		} else {
			s.cut()
			up = s.mend()
		}
		caller, _ := listed(up, c)
		if caller.From != arrived.From || caller.Name != arrived.Name || caller.To != arrived.To || caller.Task != say.ID || caller.Answered.IsZero() || caller.Held {
			s.Errorf("after a restart (%v) of the program Up shows the caller as %+v; it arrived as %+v", restart, caller, arrived)
		}
		held, _ := listed(up, a)
		if !held.Held || held.Stamp != "stamp-"+string(a) || held.Answered.IsZero() || held.Born.IsZero() {
			s.Errorf("after a restart (%v) of the program Up shows the agent who holds as %+v", restart, held)
		}
	}
	s.must(agent.Resume(s.within()))
	s.log.Leg(s.T, media.Resumed, a)
	s.want(c, on(media.Drop{}), a, on(media.Drop{}))
	s.log.Leg(s.T, media.Gone, c)
	s.log.Leg(s.T, media.Gone, a)
	s.empty()
}

// insisting: a deaf ask lets its prompts end before keys count; an ask that takes its longest ends with what was pressed.
func insisting(s *stage) {
	c, caller := s.arrives()
	base := media.Music{Class: "default"}
	s.want(c, on(base))
	s.must(caller.WaitAnswered(s.within()))
	deaf := task(media.Ask)
	deaf.Prompts, deaf.Max, deaf.Quiet, deaf.Deaf = s.bench.Prompt(s.T, promptTone, 1500*time.Millisecond), 1, 5*time.Second, true
	s.want(c, media.Want{Base: base, Task: deaf})
	s.must(caller.Hears(s.within(), promptTone))
	s.must(caller.Press(s.within(), "1"))
	s.must(caller.Hears(s.within(), promptTone))
	if s.logged(media.Done, deaf.ID) != 0 {
		s.Error("a key ends a deaf ask while its prompt is heard")
	}
	s.eventually("the end of the prompt", func() bool { // a key before it counts for nothing
		s.must(caller.Press(s.within(), "2"))
		return s.logged(media.Done, deaf.ID) > 0
	})
	if done := s.log.Done(s.T, deaf.ID); done.Why != media.CauseNone || done.Text != "2" {
		s.Errorf("a deaf ask ends with %q %q", done.Why, done.Text)
	}
	longest := task(media.Ask)
	longest.Max, longest.Longest = 4, time.Second
	s.want(c, media.Want{Base: base, Task: longest})
	s.must(caller.Press(s.within(), "7"))
	if done := s.log.Done(s.T, longest.ID); done.Why != media.CauseTimeout || !strings.HasSuffix(done.Text, "7") { // before it there may be one that came too late for the first
		s.Errorf("an ask that takes its longest ends with %q %q", done.Why, done.Text)
	}
	s.want(c, on(media.Drop{}))
	s.log.Leg(s.T, media.Gone, c)
}

// mutedOn: who is muted stays so while he is moved, as long as it is wanted.
func mutedOn(s *stage) {
	c, caller := s.arrives()
	a, agent := s.answers(s.bench.Phone(s.T))
	caller.Say(callerTone)
	agent.Say(agentTone)
	first, second := media.RoomID(fresh("room")), media.RoomID(fresh("room"))
	quiet := func(base media.Base) media.Want { return media.Want{Base: base, Mute: true} }
	s.want(c, on(media.Join{Room: first}), a, quiet(media.Join{Room: first}))
	s.must(agent.Hears(s.within(), callerTone))
	s.must(caller.HearsSilence(s.within()))
	s.want(c, on(media.Music{}), a, quiet(media.Music{}))
	s.want(c, on(media.Join{Room: second}), a, quiet(media.Join{Room: second}))
	s.must(agent.Hears(s.within(), callerTone))
	s.must(caller.HearsNot(s.within(), agentTone, 300*time.Millisecond))
	s.want(c, on(media.Join{Room: second}), a, on(media.Join{Room: second}))
	s.must(caller.Hears(s.within(), agentTone))
	s.want(c, on(media.Drop{}), a, on(media.Drop{}))
	s.log.Leg(s.T, media.Gone, c)
	s.log.Leg(s.T, media.Gone, a)
	s.empty()
}

// coachingOn: a supervisor hears on when the coached agent takes another call, and stays when the agent has gone.
func coachingOn(s *stage) {
	c, caller := s.arrives()
	d, other := s.arrives()
	a, agent := s.answers(s.bench.Phone(s.T))
	v, supervisor := s.answers(s.bench.Phone(s.T))
	const otherTone = 1500.0
	caller.Say(callerTone)
	other.Say(otherTone)
	first, second := on(media.Join{Room: media.RoomID(fresh("room"))}), on(media.Join{Room: media.RoomID(fresh("room"))})
	s.want(c, first, a, first)
	s.want(v, on(media.Coach{Of: a}))
	s.must(supervisor.Hears(s.within(), callerTone))
	s.want(c, on(media.Music{}), a, second, d, second)
	s.must(agent.Hears(s.within(), otherTone))
	s.want(v, on(media.Coach{Of: a}))
	s.must(supervisor.Hears(s.within(), otherTone))
	s.want(a, on(media.Drop{}), d, on(media.Music{}))
	s.log.Leg(s.T, media.Gone, a)
	s.must(supervisor.HearsSilence(s.within()))
	if s.log.Of(media.Gone, v) != 0 {
		s.Error("the supervisor is hung up with the agent")
	}
	s.want(v, second, d, second)
	s.must(supervisor.Hears(s.within(), otherTone))
	s.want(c, on(media.Drop{}), d, on(media.Drop{}), v, on(media.Drop{}))
	for _, id := range []media.LegID{c, d, v} {
		s.log.Leg(s.T, media.Gone, id)
	}
	s.empty()
}

// yieldingTo: a leg is handed to an extension of the dialplan by name, here to our own, which brings it back at once.
func yieldingTo(s *stage) {
	c, caller := s.arrives()
	s.want(c, on(media.Music{Class: "default"}))
	s.must(caller.WaitAnswered(s.within()))
	mark := s.log.Mark()
	s.want(c, on(media.Yield{Extension: "7000"}))
	s.log.WaitAfter(s.T, mark, "its return", func(e media.Event) bool { return e.Kind == media.Arrived && e.Leg == c })
	s.log.WaitAfter(s.T, mark, "its leaving", func(e media.Event) bool { return e.Kind == media.Left && e.Leg == c && e.Text == "7000" })
	if moves := s.moves(c)[1:]; !slices.Equal(moves, []string{media.Left, media.Arrived}) { // though both are one moment
		s.Errorf("after its first arrival is told %v", moves)
	}
	s.want(c, on(media.Music{Class: "default"}))
	s.must(caller.HearsAudio(s.within()))
	s.want(c, on(media.Drop{}))
	s.log.Leg(s.T, media.Gone, c)
	s.empty()
}

// moves are the arrivals and leavings of a leg, in order.
func (s *stage) moves(id media.LegID) (kinds []string) {
	for _, e := range s.log.All() {
		if e.Leg == id && (e.Kind == media.Arrived || e.Kind == media.Left) {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}
