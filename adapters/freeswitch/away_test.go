package freeswitch_test

import (
	"testing"
	"time"

	"tandem/adapters/freeswitch"
	"tandem/adapters/freeswitch/fakeesl"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// quick makes a probe that stays away known soon.
func quick(c *freeswitch.Config) { c.Ping, c.Timeout = 50*time.Millisecond, 500*time.Millisecond }

// rings dials a phone and returns the call at it.
func (x *table) rings(id media.LegID, p *fakeesl.Phone, want media.Want) *fakeesl.Channel {
	x.Helper()
	x.Must(x.Do(id, want))
	call, err := p.Next(x.Within())
	x.Must(err)
	return call
}

// away cuts the line, lets something happen and mends it.
func (x *table) away(happens func()) media.Event {
	x.Helper()
	mark := x.Told.Mark()
	x.Cut()
	x.After(mark, media.Down)
	happens()
	x.Mend()
	return x.After(mark, media.Up)
}

// F59: an answer while the line is away is in Up, and the leg is joined as if we had been there; nothing rings twice.
func TestF59AnsweredWhileAway(t *testing.T) {
	x := set(t, nil)
	c, caller := x.arrives()
	x.Must(x.Do(c, media.Want{Base: media.Music{Class: "default"}}))
	phone := x.esl.NewPhone("ann")
	agent := x.rings("leg-1", phone, dialTo(phone))
	x.Must(agent.Ring())
	x.Told.Leg(t, media.Ringing, "leg-1")
	up := x.away(func() { x.Must(agent.Answer()) })
	if len(up.Legs) != 2 || up.Legs[1].ID != "leg-1" || up.Legs[1].Answered.IsZero() {
		t.Fatalf("Up lists %+v", up.Legs)
	}
	caller.Say(440)
	join := media.Want{Base: media.Join{Room: "r1"}}
	x.Must(x.sw.Do(x.Within(), map[media.LegID]media.Want{c: join, "leg-1": join}))
	x.Must(agent.Hears(x.Within(), 440))
	if phone.Invites() != 1 || x.Told.Of(media.Gone, "leg-1") != 0 {
		t.Errorf("%d calls; told were:\n%s", phone.Invites(), x.Told)
	}
}

// F59: a reject while the line is away: the leg is not in Up, and its name is never dialled again.
func TestF59RejectedWhileAway(t *testing.T) {
	x := set(t, nil)
	phone := x.esl.NewPhone("ann")
	agent := x.rings("leg-1", phone, dialTo(phone))
	if up := x.away(func() { x.Must(agent.Reject(486)) }); len(up.Legs) != 0 {
		t.Errorf("Up lists %+v", up.Legs)
	}
	x.Must(x.Do("leg-1", dialTo(phone)))
	x.Must(x.Do("leg-1", media.Want{Base: media.Drop{}}))
	agent = x.rings("leg-2", phone, dialTo(phone))
	x.Must(agent.Answer())
	x.Told.Leg(t, media.Answered, "leg-2")
	if phone.Invites() != 2 || x.Told.Of(media.Gone, "leg-1") != 0 {
		t.Errorf("%d calls; told were:\n%s", phone.Invites(), x.Told)
	}
}

// F59: the agent hangs up in a conversation while the line is away: the customer is in Up alone and gets music again.
func TestF59HungUpWhileAway(t *testing.T) {
	x := set(t, nil)
	c, caller := x.arrives()
	phone := x.esl.NewPhone("ann")
	agent := x.rings("leg-1", phone, dialTo(phone))
	x.Must(agent.Answer())
	x.Told.Leg(t, media.Answered, "leg-1")
	join := media.Want{Base: media.Join{Room: "r1"}, Tape: "t-1"}
	x.Must(x.sw.Do(x.Within(), map[media.LegID]media.Want{c: join, "leg-1": {Base: join.Base}}))
	agent.Say(440)
	x.Must(caller.Hears(x.Within(), 440))
	up := x.away(func() { x.Must(agent.Hangup(x.Within())) })
	if len(up.Legs) != 1 || up.Legs[0].ID != c {
		t.Fatalf("Up lists %+v", up.Legs)
	}
	x.Must(x.Do(c, media.Want{Base: media.Music{Class: "default"}}))
	x.Must(caller.HearsAudio(x.Within()))
	if taped := x.Told.Leg(t, media.Taped, c); taped.Why != media.CauseNone {
		t.Errorf("the tape ends with %q", taped.Why)
	}
}

// A leg that sounds before its answer is known for one after a restart of the program: its answer is told, its room is kept.
func TestEarlyLegAfterRestart(t *testing.T) {
	x, stop := setUntil(t, nil)
	a, caller := x.arrives()
	room := media.Want{Base: media.Join{Room: "r1"}}
	x.Must(x.Do(a, room))
	phone := x.esl.NewPhone("ann")
	dial := media.Want{Base: media.Dial{To: "ann", Early: "r1"}}
	called := x.rings("leg-1", phone, dial)
	called.Say(440)
	x.Must(called.Progress())
	x.Must(caller.Hears(x.Within(), 440))
	x.Until("the bridge to be written down", func() bool { return x.esl.Orders("uuid_setvar_multi") >= 2 })
	stop()
	x.begin(nil)
	x.Must(x.sw.Do(x.Within(), map[media.LegID]media.Want{a: room, "leg-1": dial}))
	x.Must(caller.Hears(x.Within(), 440))
	x.Must(called.Answer())
	x.Told.Leg(t, media.Answered, "leg-1")
	x.Must(x.Do("leg-1", room))
	x.Must(caller.Hears(x.Within(), 440))
	if phone.Invites() != 1 || x.esl.Orders("uuid_bridge") != 1 {
		t.Errorf("%d calls, %d bridges", phone.Invites(), x.esl.Orders("uuid_bridge"))
	}
}

// FreeSWITCH's event socket is loaded anew: all connections end and none is let in for a while; the calls stay.
func TestEventSocketRestart(t *testing.T) {
	x := set(t, nil)
	c, caller := x.arrives()
	x.Must(x.Do(c, media.Want{Base: media.Music{Class: "default"}, Keys: true}))
	mark := x.Told.Mark()
	x.esl.TurnAway()
	x.esl.DropListeners()
	x.After(mark, media.Down)
	x.esl.Welcome()
	if up := x.After(mark, media.Up); len(up.Legs) != 1 || up.Text != "core-1" {
		t.Errorf("Up says %q and lists %+v", up.Text, up.Legs)
	}
	x.Must(x.Do(c, media.Want{Base: media.Music{Class: "default"}, Keys: true}))
	x.Must(caller.Press(x.Within(), "5"))
	x.Told.Leg(t, media.Key, c)
	if n := x.esl.Orders("uuid_transfer"); n != 1 {
		t.Errorf("the leg was moved %d times", n)
	}
}

// A leg that has ended a moment before a new program's Up still stands in FreeSWITCH's list: it is no foreign call that makes its
// phone busy.
func TestEndedLegMakesNoPhoneBusy(t *testing.T) {
	x := set(t, nil)
	phone := x.esl.NewPhone("ann")
	agent := x.rings("leg-1", phone, dialTo(phone))
	x.Must(agent.Answer())
	x.Told.Leg(t, media.Answered, "leg-1")
	again := x.open(t, nil)
	x.Must(again.Phones(x.Within(), []string{"ann"}))
	x.Must(agent.Hangup(x.Within()))
	log := mediatest.Watch(t, again)
	told := log.Wait(t, "the phone", func(e media.Event) bool { return e.Kind == media.Phone })
	if told.Why != media.PhoneRegistered {
		t.Errorf("told as %q", told.Why)
	}
}

// FreeSWITCH dies while a phone rings: the leg is not in Up, its name is never dialled again, and another one is.
func TestSwitchRestartWhileRinging(t *testing.T) {
	x := set(t, nil)
	phone := x.esl.NewPhone("ann")
	x.rings("leg-1", phone, dialTo(phone))
	mark := x.Told.Mark()
	x.esl.Restart()
	x.After(mark, media.Down)
	if up := x.After(mark, media.Up); len(up.Legs) != 0 || up.Text == "core-1" {
		t.Errorf("Up says %q and lists %+v", up.Text, up.Legs)
	}
	x.Must(x.Do("leg-1", dialTo(phone)))
	x.rings("leg-2", phone, dialTo(phone))
	if phone.Invites() != 2 {
		t.Errorf("the phone was called %d times", phone.Invites())
	}
}

// Commands are answered and no event comes: the line is given up, and Up is not told before events come again.
func TestDeafLine(t *testing.T) {
	x := set(t, quick)
	mark := x.Told.Mark()
	x.esl.Shape(func(fakeesl.Event) []fakeesl.Event { return nil })
	x.After(mark, media.Down)
	x.Until("more tries", func() bool { return x.esl.Orders("bgapi") > 3 })
	if n := x.Told.Of(media.Up, ""); n != 1 {
		t.Errorf("%d times up while deaf", n)
	}
	x.esl.Shape(nil)
	x.After(mark, media.Up)
	x.arrives()
}

// The thread that runs jobs is stuck, so that nobody is dialled: a dial that is withdrawn ends all the same, the line is given up,
// and what is born afterwards rings nowhere.
func TestWedgedJobs(t *testing.T) {
	x := set(t, func(c *freeswitch.Config) { c.Timeout = 500 * time.Millisecond }) // the line is asked too late to matter
	phone := x.esl.NewPhone("ann")
	x.esl.WedgeJobs()
	x.Must(x.Do("leg-1", dialTo(phone)))
	x.Must(x.Do("leg-1", media.Want{Base: media.Drop{Why: media.CauseNoAnswer}}))
	if gone := x.Told.Leg(t, media.Gone, "leg-1"); gone.Why != media.CauseNoAnswer {
		t.Errorf("gone as %q", gone.Why)
	}
	x.esl.RunJobs()
	x.Until("an end of the orphan", func() bool { c, _ := x.esl.Count(); return x.sw.Figures().Orphans > 0 && c == 0 })
	if n := x.Told.Of(media.Gone, "leg-1"); n != 1 {
		t.Errorf("%d Gones", n)
	}
	y := set(t, quick)
	mark := y.Told.Mark()
	y.esl.WedgeJobs()
	y.After(mark, media.Down)
	y.esl.RunJobs()
	y.After(mark, media.Up)
}

// A dial that is withdrawn before FreeSWITCH has made its channel is ended as soon as it has.
func TestWithdrawnBeforeItsChannel(t *testing.T) {
	x := set(t, nil)
	phone := x.esl.NewPhone("ann")
	x.esl.WedgeJobs()
	x.Must(x.Do("leg-1", dialTo(phone)))
	x.Must(x.Do("leg-1", media.Want{Base: media.Drop{Why: media.CauseNoAnswer}}))
	x.esl.RunJobs()
	if gone := x.Told.Leg(t, media.Gone, "leg-1"); gone.Why != media.CauseNoAnswer {
		t.Errorf("gone as %q", gone.Why)
	}
	x.Until("an empty switch", func() bool { c, _ := x.esl.Count(); return c == 0 })
	if n := x.Told.Of(media.Gone, "leg-1"); n != 1 {
		t.Errorf("%d Gones", n)
	}
}

// A dial is one command: nothing is asked before it, and nothing said after it, until the phone answers.
func TestDialIsOneCommand(t *testing.T) {
	x := set(t, nil)
	words := []string{"uuid_exists", "uuid_dump", "uuid_getvar", "uuid_setvar", "uuid_kill", "uuid_transfer", "sched_del", "show", "sofia_contact"}
	said := func() (n int) {
		for _, word := range words {
			n += x.esl.Orders(word)
		}
		return n
	}
	before := said()
	phone := x.esl.NewPhone("ann")
	call := x.rings("leg-1", phone, dialTo(phone))
	x.Must(call.Ring())
	x.Told.Leg(t, media.Ringing, "leg-1")
	if after := said(); after != before {
		t.Errorf("%d other commands were said", after-before)
	}
}

// An agent who hangs up is gone at once, before FreeSWITCH's own thread has noticed; the caller is moved after it has, or the move
// would be lost.
func TestHangupIsToldAtOnce(t *testing.T) {
	x := set(t, nil)
	a, caller := x.arrives()
	phone := x.esl.NewPhone("ann")
	call := x.rings("leg-1", phone, dialTo(phone))
	x.Must(call.Answer())
	x.Told.Leg(t, media.Answered, "leg-1")
	room := media.Want{Base: media.Join{Room: "r1"}}
	for range 3 { // the second and third find the bridge of before
		x.Must(x.sw.Do(x.Within(), map[media.LegID]media.Want{a: room, "leg-1": room}))
		call.Say(440)
		x.Must(caller.Hears(x.Within(), 440))
		x.Must(x.sw.Do(x.Within(), map[media.LegID]media.Want{a: {Base: media.Music{}}, "leg-1": {Base: media.Music{}}}))
	}
	x.Must(x.sw.Do(x.Within(), map[media.LegID]media.Want{a: room, "leg-1": room}))
	moves := x.esl.Orders("uuid_transfer")
	x.Must(call.Hangup(x.Within()))
	x.Told.Leg(t, media.Gone, "leg-1")
	if channels, _ := x.esl.Count(); channels != 2 {
		t.Errorf("told when %d channels were left", channels)
	}
	x.Must(x.Do(a, media.Want{Base: media.Music{Class: "default"}}))
	x.Must(caller.HearsAudio(x.Within()))
	if n := x.esl.Orders("uuid_transfer") - moves; n != 1 {
		t.Errorf("the caller was moved %d times", n)
	}
}
