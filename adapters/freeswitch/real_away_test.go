package freeswitch_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"tandem/adapters/freeswitch"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// talk is a caller and an agent on a real FreeSWITCH who hear each other, and a phone that rings.
type talking struct {
	*mediatest.Table
	b             *realBench
	c, a          media.LegID
	caller, agent mediatest.Party
	room          media.Want
	stop          func() // ends the adapter as a crash of the program does
}

func talkOnReal(t *testing.T) *talking {
	t.Helper()
	k := &talking{Table: &mediatest.Table{T: t}, b: newRealBench(t)}
	k.stop = k.Begin(k.b.Open(t))
	k.caller = k.b.Call(t, "5550100", "Carol")
	k.c = k.Told.Wait(t, "the arrival", func(e media.Event) bool { return e.Kind == media.Arrived }).Leg
	k.a = media.LegID("away-" + k.b.ask(t, "create_uuid"))
	phone := k.b.Phone(t)
	k.want(k.a, media.Want{Base: media.Dial{To: phone.Name()}})
	agent, err := phone.Next(k.Within())
	k.Must(err)
	k.agent = agent
	k.Must(agent.Answer())
	k.Told.Leg(t, media.Answered, k.a)
	k.room = media.Want{Base: media.Join{Room: media.RoomID("room-" + string(k.a))}}
	k.Must(k.Switch.Do(k.Within(), map[media.LegID]media.Want{k.c: k.room, k.a: k.room}))
	k.caller.Say(440)
	k.agent.Say(1000)
	k.Must(k.caller.Hears(k.Within(), 1000))
	return k
}

func (k *talking) want(id media.LegID, w media.Want) {
	k.Helper()
	k.Must(k.Switch.Do(k.Within(), map[media.LegID]media.Want{id: w}))
}

// away lets something happen that takes the line away, and returns the next Up.
func (k *talking) away(happens func()) media.Event {
	k.Helper()
	mark := k.Told.Mark()
	happens()
	k.After(mark, media.Down)
	k.Mend()
	return k.After(mark, media.Up)
}

func (k *talking) Mend() { k.b.Mend() }

// F59 on the real one: the agent hangs up in a conversation while the line is away, in the room and on a phone that rings.
func TestRealHungUpWhileAway(t *testing.T) {
	k := talkOnReal(t)
	up := k.away(func() {
		k.b.Cut()
		k.Must(k.agent.Hangup(k.Within()))
		k.Must(k.caller.HearsSilence(k.Within()))
	})
	if len(up.Legs) != 1 || up.Legs[0].ID != k.c {
		t.Fatalf("Up lists %+v", up.Legs)
	}
	k.want(k.c, media.Want{Base: media.Music{Class: "default"}})
	k.Must(k.caller.HearsAudio(k.Within()))
	k.want(k.c, media.Want{Base: media.Drop{}})
	k.Told.Leg(t, media.Gone, k.c)
}

// The event socket of the real one is loaded anew: the conversation goes on, and everything said again changes nothing.
func TestRealEventSocketRestart(t *testing.T) {
	k := talkOnReal(t)
	up := k.away(func() { k.b.ask(t, "bgapi reload mod_event_socket") })
	if len(up.Legs) != 2 {
		t.Errorf("Up lists %+v", up.Legs)
	}
	k.Must(k.Switch.Do(k.Within(), map[media.LegID]media.Want{k.c: k.room, k.a: k.room}))
	k.Must(k.caller.Hears(k.Within(), 1000))
	k.Must(k.agent.Hears(k.Within(), 440))
	k.Must(k.Switch.Do(k.Within(), map[media.LegID]media.Want{k.c: {Base: media.Drop{}}, k.a: {Base: media.Drop{}}}))
	k.Told.Leg(t, media.Gone, k.c)
	k.Told.Leg(t, media.Gone, k.a)
	if n := k.Told.Of(media.Gone, k.c) + k.Told.Of(media.Gone, k.a); n != 2 {
		t.Errorf("%d Gones", n)
	}
}

// The line to the real one is half-open, and noticed within 5 s; the conversation knows nothing of it.
func TestRealHalfOpen(t *testing.T) {
	k := talkOnReal(t)
	began := time.Now()
	up := k.away(func() {
		k.b.Freeze()
		k.After(0, media.Down)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("noticed after %v", took)
		}
		k.Must(k.caller.Hears(k.Within(), 1000))
		k.b.Thaw()
	})
	if len(up.Legs) != 2 {
		t.Errorf("Up lists %+v", up.Legs)
	}
	k.Must(k.Switch.Do(k.Within(), map[media.LegID]media.Want{k.c: {Base: media.Drop{}}, k.a: {Base: media.Drop{}}}))
	k.Told.Leg(t, media.Gone, k.c)
	k.Told.Leg(t, media.Gone, k.a)
}

// An admin stops the music of the real one and starts it again: who waits hears it again.
func TestRealMusicStarted(t *testing.T) {
	k := talkOnReal(t)
	k.want(k.c, media.Want{Base: media.Music{Class: "default"}})
	k.Must(k.caller.HearsAudio(k.Within()))
	runs := func() bool { return strings.Contains(k.b.ask(t, "local_stream show"), "default,") }
	start := func() { // it is refused as long as the old one is being stopped
		k.Until("music", func() bool { k.b.ask(t, "local_stream start default"); return runs() })
	}
	t.Cleanup(start)
	k.b.ask(t, "local_stream stop default")
	k.Must(k.caller.HearsSilence(k.Within()))
	k.Until("an end of the music", func() bool { return !runs() })
	start()
	k.Must(k.caller.HearsAudio(k.Within()))
	k.Must(k.Switch.Do(k.Within(), map[media.LegID]media.Want{k.c: {Base: media.Drop{}}, k.a: {Base: media.Drop{}}}))
	k.Told.Leg(t, media.Gone, k.c)
	k.Told.Leg(t, media.Gone, k.a)
}

// F17 on the real one, where TANDEM_TEST_FREESWITCH_RESTART is a command that kills it and starts it again: Up names another run
// without legs, names of before are never dialled, and new calls go through.
func TestRealSwitchRestart(t *testing.T) {
	k := talkOnReal(t)
	command := os.Getenv("TANDEM_TEST_FREESWITCH_RESTART")
	if command == "" {
		fmt.Fprintf(os.Stderr, "\n*** SKIPPED: %s needs TANDEM_TEST_FREESWITCH_RESTART, a command that kills the FreeSWITCH and starts it again ***\n\n", t.Name())
		t.Skip("no command restarts the FreeSWITCH")
	}
	boot := k.Told.All()[0].Text
	up := k.away(func() {
		if out, err := exec.CommandContext(t.Context(), "sh", "-c", command).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	})
	if len(up.Legs) != 0 || up.Text == boot || up.Text == "" {
		t.Errorf("Up names run %q after %q and lists %+v", up.Text, boot, up.Legs)
	}
	phone := k.b.Phone(t)
	k.want(k.a, media.Want{Base: media.Dial{To: phone.Name()}})
	again := k.a + "-again"
	k.want(again, media.Want{Base: media.Dial{To: phone.Name()}})
	agent, err := phone.Next(k.Within())
	k.Must(err)
	k.Must(agent.Answer())
	k.Told.Leg(t, media.Answered, again)
	if phone.Invites() != 1 {
		t.Errorf("the phone was called %d times", phone.Invites())
	}
	k.want(again, media.Want{Base: media.Drop{}})
	k.Told.Leg(t, media.Gone, again)
}

// A dial that is withdrawn at once, before, while and after FreeSWITCH makes its channel: one Gone each, and no phone rings on.
func TestRealWithdrawnAtOnce(t *testing.T) {
	x, b := onReal(t)
	sw, log := x.Switch, x.Told
	phone := b.Phone(t)
	const rounds = 30
	began := time.Now()
	for round := range rounds {
		id := media.LegID("back-" + b.ask(t, "create_uuid"))
		x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{id: {Base: media.Dial{To: phone.Name()}}}))
		for wait := time.Now().Add(time.Duration(round) * 300 * time.Microsecond); time.Now().Before(wait); { // a sweep over the making of a channel
		}
		x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{id: {Base: media.Drop{Why: media.CauseNoAnswer}}}))
		if gone := log.Leg(t, media.Gone, id); gone.Why != media.CauseNoAnswer || log.Of(media.Gone, id) != 1 {
			t.Errorf("round %d: gone %d times, as %q", round, log.Of(media.Gone, id), gone.Why)
		}
	}
	x.Until("an empty switch", func() bool { channels, _ := b.Count(t); return channels == 0 })
	t.Logf("%d rounds in %v, %d orphans", rounds, time.Since(began), sw.(*freeswitch.Switch).Figures().Orphans)
}
