package freeswitch_test

import (
	"testing"

	"tandem/orchestrator/media"
)

// The program is killed when FreeSWITCH has just been told to bridge, and the next one is there before it has: what is said again
// does not end the call.
func TestRealBridgedAMomentBefore(t *testing.T) {
	k := talkOnReal(t)
	both := func(w media.Want) {
		k.Must(k.Switch.Do(k.Within(), map[media.LegID]media.Want{k.c: w, k.a: w}))
	}
	for range 6 {
		both(media.Want{Base: media.Music{}})
		k.Must(k.caller.HearsSilence(k.Within()))
		k.stop()
		k.b.ask(t, "uuid_bridge "+string(k.c)+" "+string(k.a))
		k.stop = k.Begin(k.b.Open(t))
		both(k.room)
		k.Must(k.caller.Hears(k.Within(), 1000))
		k.Must(k.agent.Hears(k.Within(), 440))
	}
	both(media.Want{Base: media.Drop{}})
	k.Told.Leg(t, media.Gone, k.c)
	k.Told.Leg(t, media.Gone, k.a)
}
