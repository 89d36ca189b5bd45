package freeswitch_test

import (
	"slices"
	"testing"
	"time"

	"tandem/adapters/freeswitch"
	"tandem/adapters/softphone/softbench"
	"tandem/orchestrator/media"
)

// spread is what many measurements came to.
type spread []time.Duration

func (s spread) at(percent int) time.Duration {
	slices.Sort(s)
	return s[min(len(s)*percent/100, len(s)-1)].Round(100 * time.Microsecond)
}

// TestRealSpeed measures on a real FreeSWITCH, while one caller waits: from Do with a Dial to the INVITE at the phone, from the
// phone's answer to Answered, from its hang-up to Gone, and from Do with a Join to the first sound. It fails only where something waits for nothing: the
// figures that count are those of the bench.
func TestRealSpeed(t *testing.T) {
	x, b := onReal(t)
	sw, log := x.Switch, x.Told
	phone := b.Phone(t)
	caller := b.Call(t, "5550100", "Carol")
	c := log.Wait(t, "the arrival", func(e media.Event) bool { return e.Kind == media.Arrived }).Leg
	music := media.Want{Base: media.Music{Class: "default"}, Guard: time.Minute}
	x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{c: music}))
	x.Must(caller.WaitAnswered(x.Within()))
	var invited, answered, joined, sounds, freed spread
	const dials, joins = 100, 20
	for round := range dials {
		a := media.LegID("speed-" + b.ask(t, "create_uuid"))
		began := time.Now()
		x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{a: {Base: media.Dial{To: phone.Name(), Number: "5550100", Name: "Carol", Stamp: "s"}}}))
		agent, err := phone.Next(x.Within())
		x.Must(err)
		invited = append(invited, agent.(*softbench.Party).InvitedAt().Sub(began))
		answers := time.Now()
		x.Must(agent.Answer())
		log.Leg(t, media.Answered, a)
		answered = append(answered, time.Since(answers))
		if round < joins {
			agent.Say(1000)
			room := media.Want{Base: media.Join{Room: media.RoomID("room-" + string(a))}}
			said := time.Now()
			x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{c: room, a: room}))
			joined = append(joined, time.Since(said))
			x.Must(caller.Hears(x.Within(), 1000))
			sounds = append(sounds, time.Since(said)-220*time.Millisecond) // so much of a tone must be heard
			x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{c: music}))
		}
		leaves := time.Now()
		x.Must(agent.Hangup(x.Within()))
		log.Leg(t, media.Gone, a)
		freed = append(freed, time.Since(leaves))
	}
	f := sw.(*freeswitch.Switch).Figures()
	t.Logf("Dial to INVITE p50 %v p99 %v; answer to Answered p50 %v p99 %v; hang-up to Gone p50 %v p99 %v; Join done p50 %v p99 %v, heard p50 %v p99 %v; %d of %d events late",
		invited.at(50), invited.at(99), answered.at(50), answered.at(99), freed.at(50), freed.at(99), joined.at(50), joined.at(99), sounds.at(50), sounds.at(99), f.Late, f.Events)
	if invited.at(50) > 100*time.Millisecond || answered.at(50) > 200*time.Millisecond {
		t.Error("that is too slow")
	}
	x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{c: {Base: media.Drop{}}}))
	log.Leg(t, media.Gone, c)
}
