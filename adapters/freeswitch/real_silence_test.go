package freeswitch_test

import (
	"testing"
	"time"

	"tandem/adapters/freeswitch"
	"tandem/adapters/softphone"
	"tandem/adapters/softphone/softbench"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// A phone that loses its line without a word is not in a call for ever: FreeSWITCH ends the leg that sends no sound any more, one
// that we dialled and one that called us.
func TestRealSilentPhone(t *testing.T) {
	b := newRealBench(t)
	x := mediatest.Set(t, b.openWith(t, func(c *freeswitch.Config) { c.Silence = 2 * time.Second }))
	name, password := b.account(t)
	phone := softbench.Register(t, softphone.Config{User: name, Password: password, Registrar: b.sip, NoRTP: true})
	id := media.LegID("silent-" + b.ask(t, "create_uuid"))
	x.Must(x.Do(id, media.Want{Base: media.Dial{To: name}}))
	agent, err := phone.Next(x.Within())
	x.Must(err)
	x.Must(agent.Answer())
	x.Told.Leg(t, media.Answered, id)
	if gone := x.Told.Leg(t, media.Gone, id); gone.Why != media.CauseLost {
		t.Errorf("gone as %q", gone.Why)
	}
	caller := softbench.Call(t, softphone.Config{User: "5550100", Registrar: b.trunk, NoRTP: true}, "7000")
	c := x.Told.Wait(t, "the arrival", func(e media.Event) bool { return e.Kind == media.Arrived }).Leg
	if minutes := b.ask(t, "uuid_getvar "+string(c)+" media_timeout"); minutes != "300000" {
		t.Errorf("the dialplan gives a caller %q ms of silence", minutes)
	}
	b.ask(t, "uuid_setvar "+string(c)+" media_timeout 2000") // five minutes are long for a test
	x.Must(x.Do(c, media.Want{Base: media.Music{Class: "default"}}))
	x.Must(caller.WaitAnswered(x.Within()))
	x.Told.Leg(t, media.Gone, c)
}
