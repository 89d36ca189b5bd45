package mediatest

import (
	"testing"

	"tandem/orchestrator/media"
)

// outside: an agent who is alone in a room has a number outside called over a trunk, as a callback does: who answers is heard there,
// and each other end is told once, as what it is.
func outside(s *stage) {
	trunk := s.bench.Robots(s.T)
	if trunk == "" {
		s.Skip("this bench has no trunk that leads to robots")
	}
	a, agent := s.answers(s.bench.Phone(s.T))
	room := media.RoomID(fresh("room"))
	in := on(media.Join{Room: room})
	dials := func(number string) media.LegID {
		s.Helper()
		to, ok := media.Outside(number, trunk)
		if !ok {
			s.Fatalf("%s at %s is no endpoint", number, trunk)
		}
		k := media.LegID(fresh("leg"))
		s.want(a, in, k, on(media.Dial{To: to, Number: "5550100", Stamp: "stamp", Early: room}))
		return k
	}
	gone := func(k media.LegID, why media.Cause, sip int) {
		s.Helper()
		if e := s.Told.Leg(s.T, media.Gone, k); e.Why != why || e.SIP != sip {
			s.Errorf("gone as %q with SIP %d, want %q with %d", e.Why, e.SIP, why, sip)
		}
		if n := s.Told.Of(media.Answered, k); n != 0 {
			s.Errorf("it was told %d times to be answered", n)
		}
	}
	gone(dials("9002"), media.CauseBusy, 486)
	gone(dials("9990"), media.CauseUnreachable, 404)
	rings := dials("9003")
	s.Told.Leg(s.T, media.Ringing, rings)
	s.want(a, in, rings, on(media.Drop{Why: media.CauseNoAnswer}))
	gone(rings, media.CauseNoAnswer, 0)

	k := dials("9001")
	s.Told.Leg(s.T, media.Ringing, k)
	s.Told.Leg(s.T, media.Answered, k)
	s.want(a, in, k, in)
	s.Must(agent.Hears(s.Within(), callerTone))
	s.Must(agent.Hangup(s.Within()))
	s.Told.Leg(s.T, media.Gone, a)
	s.want(k, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, k)
	if n := s.Told.Of(media.Refused, k); n != 0 {
		s.Errorf("%d wants were refused", n)
	}
	s.empty()
}

// PlayRobots plays the robots of a switch that has none of its own; phone makes the telephone that a number@trunk reaches.
func PlayRobots(t *testing.T, trunk string, phone func(name string) Phone) {
	t.Helper()
	for number, does := range map[string]func(Party){
		"9001": func(p Party) { _, _ = p.Ring(), p.Answer(); p.Say(callerTone) },
		"9002": func(p Party) { _ = p.Reject(486) },
		"9003": func(p Party) { _ = p.Ring() },
		"9990": func(p Party) { _ = p.Reject(404) },
	} {
		robot := phone(number + "@" + trunk)
		go func() {
			for {
				call, err := robot.Next(t.Context())
				if err != nil {
					return // the case is over
				}
				does(call)
			}
		}()
	}
}
