package freeswitch_test

import (
	"fmt"
	"testing"

	"tandem/adapters/freeswitch"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// TestRealManyDialsAtOnce: more phones are dialled at once than FreeSWITCH lets through in a second (30 unless it is told otherwise):
// each rings once, none is lost (F28).
func TestRealManyDialsAtOnce(t *testing.T) {
	x, b := onReal(t)
	sw, log := x.Switch, x.Told
	const calls = 20
	phones := make([]mediatest.Phone, calls)
	wants := map[media.LegID]media.Want{}
	for i := range phones {
		phones[i] = b.Phone(t)
		wants[media.LegID(fmt.Sprintf("many-%d-%s", i, b.ask(t, "create_uuid")))] = media.Want{Base: media.Dial{To: phones[i].Name()}}
	}
	x.Must(sw.Do(x.Within(), wants))
	for _, phone := range phones {
		party, err := phone.Next(x.Within())
		if err != nil {
			t.Fatalf("%v; told were:\n%s", err, log)
		}
		x.Must(party.Answer())
	}
	for id := range wants {
		log.Leg(t, media.Answered, id)
		wants[id] = media.Want{Base: media.Drop{}}
	}
	for _, phone := range phones {
		if phone.Invites() != 1 {
			t.Errorf("%s was called %d times", phone.Name(), phone.Invites())
		}
	}
	x.Must(sw.Do(x.Within(), wants))
	for id := range wants {
		log.Leg(t, media.Gone, id)
	}
}

// TestRealHangupAtTheJoin: the caller or the agent hangs up at the very moment at which both are joined, moved apart or put back
// to music (F24): each leg ends once, a caller whom the
// agent left hears music, nothing is left, nothing is wedged.
func TestRealHangupAtTheJoin(t *testing.T) {
	x, b := onReal(t)
	sw, log := x.Switch, x.Told
	phone := b.Phone(t)
	for round := range 40 {
		mark := log.Mark()
		caller := b.Call(t, fmt.Sprintf("555%07d", round), "Carol")
		c := log.WaitAfter(t, mark, "the arrival", func(e media.Event) bool { return e.Kind == media.Arrived }).Leg
		x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{c: {Base: media.Music{Class: "default"}}}))
		x.Must(caller.WaitAnswered(x.Within()))
		a := media.LegID("join-" + b.ask(t, "create_uuid"))
		x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{a: {Base: media.Dial{To: phone.Name()}}}))
		agent, err := phone.Next(x.Within())
		x.Must(err)
		x.Must(agent.Answer())
		log.Leg(t, media.Answered, a)
		joined := make(chan error, 1)
		go func() {
			in := media.Want{Base: media.Join{Room: media.RoomID("room-" + string(a))}, Tape: media.TapeID("tape-" + string(a))}
			joined <- sw.Do(x.Within(), map[media.LegID]media.Want{c: in, a: {Base: in.Base}})
		}()
		leaver := caller
		if round%2 == 0 {
			leaver = agent
		}
		if round%4 > 1 {
			x.Must(<-joined)
		}
		x.Must(leaver.Hangup(x.Within()))
		if round%4 < 2 {
			x.Must(<-joined)
		}
		x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{c: {Base: media.Music{Class: "default"}}, a: {Base: media.Drop{}}}))
		if leaver == agent {
			x.Must(caller.HearsAudio(x.Within())) // who is left is not hung up with the other
		}
		x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{c: {Base: media.Drop{}}, a: {Base: media.Drop{}}}))
		for _, id := range []media.LegID{c, a} {
			log.Leg(t, media.Gone, id)
			if log.Of(media.Gone, id) != 1 {
				t.Errorf("round %d: %d Gones", round, log.Of(media.Gone, id))
			}
		}
	}
	x.Until("an empty switch", func() bool { channels, rooms := b.Count(t); return channels+rooms == 0 })
	if f := sw.(*freeswitch.Switch).Figures(); f.Wedged != 0 || f.Timeouts != 0 || f.Malformed != 0 {
		t.Errorf("figures: %+v", f)
	}
}
