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
	arrived := s.Told.Leg(s.T, media.Arrived, c).Legs[0]
	a, agent := s.answers(s.bench.Phone(s.T))
	say := task(media.Say)
	say.Prompts = s.bench.Prompt(s.T, promptTone, 200*time.Millisecond)
	s.want(c, media.Want{Base: media.Music{}, Task: say})
	s.Told.Done(s.T, say.ID)
	room := media.RoomID(fresh("room"))
	s.want(c, on(media.Join{Room: room}), a, on(media.Join{Room: room}))
	s.Must(agent.Hold(s.Within()))
	s.Told.Leg(s.T, media.Held, a)
	s.Must(agent.HearsNot(s.Within(), promptTone, 300*time.Millisecond)) // meanwhile it is written on the leg, where the switch does not know it
	for _, restart := range []bool{false, true} {
		var up media.Event
		if restart {
			s.stop()
			s.Switch = s.bench.Open(s.T)
			s.Told, s.stop = WatchUntil(s.T, s.Switch)
			up = s.Told.Wait(s.T, "the first Up", func(e media.Event) bool { return e.Kind == media.Up })
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
	s.Must(agent.Resume(s.Within()))
	s.Told.Leg(s.T, media.Resumed, a)
	s.want(c, on(media.Drop{}), a, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
	s.Told.Leg(s.T, media.Gone, a)
	s.empty()
}

// insisting: a deaf ask lets its prompts end before keys count; an ask that takes its longest ends with what was pressed.
func insisting(s *stage) {
	c, caller := s.arrives()
	base := media.Music{Class: "default"}
	s.want(c, on(base))
	s.Must(caller.WaitAnswered(s.Within()))
	deaf := task(media.Ask)
	deaf.Prompts, deaf.Max, deaf.Quiet, deaf.Deaf = s.bench.Prompt(s.T, promptTone, 3*time.Second), 1, 5*time.Second, true
	s.want(c, media.Want{Base: base, Task: deaf})
	s.Must(caller.Hears(s.Within(), promptTone))
	s.Must(caller.Press(s.Within(), "1"))
	s.Must(caller.Hears(s.Within(), promptTone))
	if s.logged(media.Done, deaf.ID) != 0 {
		s.Error("a key ends a deaf ask while its prompt is heard")
	}
	s.Until("the end of the prompt", func() bool { // a key before it counts for nothing
		s.Must(caller.Press(s.Within(), "2"))
		return s.logged(media.Done, deaf.ID) > 0
	})
	if done := s.Told.Done(s.T, deaf.ID); done.Why != media.CauseNone || done.Text != "2" {
		s.Errorf("a deaf ask ends with %q %q", done.Why, done.Text)
	}
	longest := task(media.Ask)
	longest.Max, longest.Longest = 4, 2*time.Second
	s.want(c, media.Want{Base: base, Task: longest})
	s.Must(caller.Press(s.Within(), "7"))
	if done := s.Told.Done(s.T, longest.ID); done.Why != media.CauseTimeout || !strings.HasSuffix(done.Text, "7") { // before it there may be one that came too late for the first
		s.Errorf("an ask that takes its longest ends with %q %q", done.Why, done.Text)
	}
	s.want(c, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
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
	s.Must(agent.Hears(s.Within(), callerTone))
	s.Must(caller.HearsSilence(s.Within()))
	s.want(c, on(media.Music{}), a, quiet(media.Music{}))
	s.want(c, on(media.Join{Room: second}), a, quiet(media.Join{Room: second}))
	s.Must(agent.Hears(s.Within(), callerTone))
	s.Must(caller.HearsNot(s.Within(), agentTone, 300*time.Millisecond))
	s.want(c, on(media.Join{Room: second}), a, on(media.Join{Room: second}))
	s.Must(caller.Hears(s.Within(), agentTone))
	s.want(c, on(media.Drop{}), a, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
	s.Told.Leg(s.T, media.Gone, a)
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
	s.Must(supervisor.Hears(s.Within(), callerTone))
	s.want(c, on(media.Music{}), a, second, d, second)
	s.Must(agent.Hears(s.Within(), otherTone))
	s.want(v, on(media.Coach{Of: a}))
	s.Must(supervisor.Hears(s.Within(), otherTone))
	s.want(a, on(media.Drop{}), d, on(media.Music{}))
	s.Told.Leg(s.T, media.Gone, a)
	s.Must(supervisor.HearsSilence(s.Within()))
	if s.Told.Of(media.Gone, v) != 0 {
		s.Error("the supervisor is hung up with the agent")
	}
	s.want(v, second, d, second)
	s.Must(supervisor.Hears(s.Within(), otherTone))
	s.want(c, on(media.Drop{}), d, on(media.Drop{}), v, on(media.Drop{}))
	for _, id := range []media.LegID{c, d, v} {
		s.Told.Leg(s.T, media.Gone, id)
	}
	s.empty()
}

// yieldingTo: a leg is handed to an extension of the dialplan by name, here to our own, which brings it back at once.
func yieldingTo(s *stage) {
	c, caller := s.arrives()
	s.want(c, on(media.Music{Class: "default"}))
	s.Must(caller.WaitAnswered(s.Within()))
	mark := s.Told.Mark()
	s.want(c, on(media.Yield{Extension: "7000"}))
	s.Told.WaitAfter(s.T, mark, "its return", func(e media.Event) bool { return e.Kind == media.Arrived && e.Leg == c })
	s.Told.WaitAfter(s.T, mark, "its leaving", func(e media.Event) bool { return e.Kind == media.Left && e.Leg == c && e.Text == "7000" })
	if moves := s.moves(c)[1:]; !slices.Equal(moves, []string{media.Left, media.Arrived}) { // though both are one moment
		s.Errorf("after its first arrival is told %v", moves)
	}
	s.want(c, on(media.Music{Class: "default"}))
	s.Must(caller.HearsAudio(s.Within()))
	s.want(c, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
	s.empty()
}

// moves are the arrivals and leavings of a leg, in order.
func (s *stage) moves(id media.LegID) (kinds []string) {
	for _, e := range s.Told.All() {
		if e.Leg == id && (e.Kind == media.Arrived || e.Kind == media.Left) {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}
