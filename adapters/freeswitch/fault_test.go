package freeswitch_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tandem/adapters/freeswitch"
	"tandem/adapters/freeswitch/fakeesl"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// table is a fake with an adapter that is up.
type table struct {
	*mediatest.Table
	*fakeBench
	sw *freeswitch.Switch
}

func set(t *testing.T, change func(*freeswitch.Config)) *table {
	t.Helper()
	x, _ := setUntil(t, change)
	return x
}

// setUntil also returns what ends the adapter as a crash of the program does; begin starts the next one.
func setUntil(t *testing.T, change func(*freeswitch.Config)) (x *table, stop func()) {
	t.Helper()
	x = &table{Table: &mediatest.Table{T: t}, fakeBench: newFakeBench(t)}
	return x, x.begin(change)
}

func (x *table) begin(change func(*freeswitch.Config)) (stop func()) {
	x.Helper()
	x.sw = x.open(x.T, change)
	return x.Begin(x.sw)
}

func (x *table) arrives() (media.LegID, *fakeesl.Channel) {
	x.Helper()
	c := x.esl.Call("5550100", "Carol", nil, false)
	x.Told.Leg(x.T, media.Arrived, media.LegID(c.ID))
	return media.LegID(c.ID), c
}

func dialTo(p interface{ Name() string }) media.Want {
	return media.Want{Base: media.Dial{To: p.Name(), Stamp: "s"}}
}

// F11: the listener is dropped while events queue; afterwards the state is what Up says.
func TestF11ListenerDropped(t *testing.T) {
	x := set(t, nil)
	stays, _ := x.arrives()
	goes, caller := x.arrives()
	mark := x.Told.Mark()
	x.Cut()
	x.esl.DropListeners()
	x.After(mark, media.Down)
	x.Must(caller.Hangup(x.Within()))
	x.Mend()
	up := x.After(mark, media.Up)
	if len(up.Legs) != 1 || up.Legs[0].ID != stays || x.Told.Of(media.Gone, goes) != 0 {
		t.Errorf("Up lists %+v", up.Legs)
	}
	if n := x.sw.Figures().Connects; n != 2 {
		t.Errorf("%d connections are counted", n)
	}
}

// A half-open line is noticed within 5 s with the settings of the product.
func TestHalfOpen(t *testing.T) {
	x := set(t, nil)
	began := time.Now()
	x.Freeze()
	x.After(0, media.Down)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("noticed after %v", took)
	}
	x.Thaw()
	x.After(1, media.Up)
}

// F12: a flood of events, many from other people's calls, while the engine does not listen: the reader takes them off the line
// all the same, and nothing of ours is lost.
func TestF12Flood(t *testing.T) {
	x := set(t, func(c *freeswitch.Config) { c.Timeout = 15 * time.Second }) // the fake, too, has 5000 events to write first
	id, caller := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{}, Keys: true}))
	x.Told.Block()
	const flood = 5000
	for i := range flood {
		x.esl.Emit("CHANNEL_CREATE", fakeesl.Event{"Unique-ID": fmt.Sprint("foreign-", i), "variable_x": strings.Repeat("x", 200)})
	}
	x.Must(caller.Press(x.Within(), "7"))
	x.Until("all events read", func() bool { return x.sw.Figures().Events >= flood })
	x.Told.Unblock()
	x.Told.Leg(t, media.Key, id)
	if x.Told.Of(media.Down, "") != 0 {
		t.Error("the line was lost")
	}
}

// F13: events that come twice, late or in another order lead to the same end.
func TestF13ReorderedEvents(t *testing.T) {
	for name, shape := range map[string]func() func(fakeesl.Event) []fakeesl.Event{
		"doubled": func() func(fakeesl.Event) []fakeesl.Event {
			return func(e fakeesl.Event) []fakeesl.Event { return []fakeesl.Event{e, e} }
		},
		"swapped": swapped,
		"late":    late,
	} {
		t.Run(name, func(t *testing.T) {
			x := set(t, nil)
			x.esl.Shape(shape())
			phone := x.esl.NewPhone("ann")
			x.Must(x.Do("leg-1", dialTo(phone)))
			agent, err := phone.Next(x.Within())
			x.Must(err)
			x.Must(agent.Ring())
			x.Must(agent.Answer())
			x.Must(agent.Hangup(x.Within()))
			for range 20 { // what was held back comes with what follows
				x.esl.Emit("HEARTBEAT", nil)
			}
			x.Told.Leg(t, media.Gone, "leg-1")
			x.Until("an empty switch", func() bool { c, rooms := x.esl.Count(); return c+rooms == 0 })
			x.Until("the end of the flood", func() bool { return x.sw.Figures().Events >= 20 })
			if n := x.Told.Of(media.Gone, "leg-1"); n != 1 {
				t.Errorf("%d Gones", n)
			}
			if n := x.Told.Of(media.Answered, "leg-1"); n > 1 {
				t.Errorf("%d answers", n)
			}
			events := x.Told.All()
			if last := events[len(events)-1]; last.Kind != media.Gone {
				t.Errorf("after Gone comes %+v", last)
			}
			if phone.Invites() != 1 {
				t.Errorf("%d calls", phone.Invites())
			}
		})
	}
}

// swapped lets each event overtake the one before; FreeSWITCH's numbers put them right.
func swapped() func(fakeesl.Event) []fakeesl.Event {
	var held fakeesl.Event
	return func(e fakeesl.Event) []fakeesl.Event {
		if held == nil {
			held = e
			return nil
		}
		first := held
		held = nil
		return []fakeesl.Event{e, first}
	}
}

// late holds answers back until ten other events have passed: longer than any sorting waits.
func late() func(fakeesl.Event) []fakeesl.Event {
	var held []fakeesl.Event
	passed := 0
	return func(e fakeesl.Event) []fakeesl.Event {
		if e["Event-Name"] == "CHANNEL_ANSWER" {
			held = append(held, e)
			return nil
		}
		if passed++; passed < 10 {
			return []fakeesl.Event{e}
		}
		out := append(held, e)
		held = nil
		return out
	}
}

// Keys arrive once and in the order in which they were pressed, although the library runs a goroutine for each event, and also if
// FreeSWITCH sends each twice.
func TestKeysInOrder(t *testing.T) {
	x := set(t, nil)
	x.esl.Shape(func(e fakeesl.Event) []fakeesl.Event { return []fakeesl.Event{e, e} })
	id, caller := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}, Keys: true}))
	pressed := strings.Repeat("0123456789", 30)
	x.Must(caller.Press(x.Within(), pressed))
	x.Until("all keys", func() bool { return x.Told.Of(media.Key, id) >= len(pressed) })
	var told strings.Builder
	for _, e := range x.Told.All() {
		if e.Kind == media.Key {
			told.WriteString(e.Text)
		}
	}
	if told.String() != pressed {
		t.Errorf("%d keys are told as %s", len(pressed), told.String())
	}
}

// F14: FreeSWITCH does the work and its answer stays away: the line is given up, for the next answer would be taken for this
// one, and the leg is neither lost nor made twice.
func TestF14AnswerLost(t *testing.T) {
	x := set(t, func(c *freeswitch.Config) { c.Timeout = time.Second })
	id, caller := x.arrives()
	x.esl.Break(fakeesl.Break{Command: "uuid_transfer", Times: 1})
	mark := x.Told.Mark()
	if err := x.Do(id, media.Want{Base: media.Music{Class: "default"}}); err == nil {
		t.Error("Do succeeds without an answer")
	}
	x.After(mark, media.Down)
	up := x.After(mark, media.Up)
	if len(up.Legs) != 1 || up.Legs[0].ID != id {
		t.Errorf("Up lists %+v", up.Legs)
	}
	x.Must(caller.HearsAudio(x.Within()))
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}}))
	if n := x.esl.Orders("uuid_transfer"); n != 1 {
		t.Errorf("the leg was moved %d times", n)
	}
	if x.sw.Figures().Timeouts != 1 {
		t.Errorf("figures: %+v", x.sw.Figures())
	}
}

// F15: "no such channel" for a leg that is just ending is no refusal; its Gone comes even if its event is lost.
func TestF15CommandToADyingLeg(t *testing.T) {
	x := set(t, nil)
	id, caller := x.arrives()
	caller.Vanish()
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}}))
	x.Told.Leg(t, media.Gone, id)
	if x.Told.Of(media.Gone, id) != 1 || x.Told.Of(media.Refused, id) != 0 {
		t.Errorf("told were:\n%s", x.Told)
	}
}

// F17: FreeSWITCH dies with its calls and comes back as another.
func TestF17SwitchRestart(t *testing.T) {
	x := set(t, nil)
	for range 20 {
		x.arrives()
	}
	mark := x.Told.Mark()
	x.esl.Restart()
	x.After(mark, media.Down)
	up := x.After(mark, media.Up)
	if len(up.Legs) != 0 || up.Text == "core-1" || up.Text == "" {
		t.Errorf("Up says %q with %d legs", up.Text, len(up.Legs))
	}
	id, _ := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}}))
}

// F27: channels that end without a word, and channels that are listed and can't be reached.
func TestF27Wedged(t *testing.T) {
	x := set(t, func(c *freeswitch.Config) { c.Reap = 50 * time.Millisecond })
	quiet, caller := x.arrives()
	caller.Vanish()
	x.Told.Leg(t, media.Gone, quiet)
	zombie, caller := x.arrives()
	caller.Wedge()
	if gone := x.Told.Leg(t, media.Gone, zombie); gone.Why != media.CauseLost {
		t.Errorf("gone as %q", gone.Why)
	}
	x.Until("an empty switch", func() bool { c, _ := x.esl.Count(); return c == 0 })
	if x.sw.Figures().Wedged != 1 {
		t.Errorf("figures: %+v", x.sw.Figures())
	}
}

// F28: the limit of calls a second is reached: the dial waits and is said again, nothing rings twice; if there never is room
// the leg ends as congested.
func TestF28SessionLimit(t *testing.T) {
	x := set(t, func(c *freeswitch.Config) { c.Redials = 3 })
	phone := x.esl.NewPhone("ann")
	x.esl.Room(0)
	x.Must(x.Do("leg-1", dialTo(phone)))
	x.Until("a first refusal", func() bool { return x.sw.Figures().Redials > 0 })
	x.esl.Room(-1)
	agent, err := phone.Next(x.Within())
	x.Must(err)
	x.Must(agent.Answer())
	x.Told.Leg(t, media.Answered, "leg-1")
	if phone.Invites() != 1 {
		t.Errorf("the phone was called %d times", phone.Invites())
	}
	x.esl.Room(0)
	x.Must(x.Do("leg-2", dialTo(phone)))
	if gone := x.Told.Leg(t, media.Gone, "leg-2"); gone.Why != media.CauseCongested {
		t.Errorf("gone as %q", gone.Why)
	}
	// A dial that was withdrawn is not said again.
	before := x.sw.Figures().Redials
	x.Must(x.Do("leg-3", dialTo(phone)))
	x.Must(x.Do("leg-3", media.Want{Base: media.Drop{Why: media.CauseNoAnswer}}))
	if gone := x.Told.Leg(t, media.Gone, "leg-3"); gone.Why != media.CauseNoAnswer {
		t.Errorf("gone as %q", gone.Why)
	}
	if n := x.sw.Figures().Redials - before; n != 0 {
		t.Errorf("a withdrawn dial was said again %d times", n)
	}
}

// Each program counts as a transfer with FreeSWITCH, which hangs up at the seventieth.
func TestManyPrompts(t *testing.T) {
	x := set(t, nil)
	id, _ := x.arrives()
	for i := range 100 {
		task := media.Task{ID: media.TaskID(fmt.Sprint("say-", i)), Do: media.Say, Prompts: "prompt:tone-700-1"}
		x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}, Task: task}))
		x.Told.Done(t, task.ID)
	}
	if x.Told.Of(media.Gone, id) != 0 {
		t.Errorf("the caller was hung up; told were:\n%s", x.Told)
	}
}

// The event line is poked while somebody waits, and left alone otherwise.
func TestPokesOnlyWhileSomebodyWaits(t *testing.T) {
	x := set(t, nil)
	id, _ := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}}))
	x.Until("pokes", func() bool { return x.sw.Figures().Pokes > 20 })
	x.Must(x.Do(id, media.Want{Base: media.Drop{}}))
	x.Told.Leg(t, media.Gone, id)
	last, still := int64(-1), 0
	x.Until("an end of the pokes", func() bool { // ten looks in a row, each longer than a poke's pause
		if pokes := x.sw.Figures().Pokes; pokes != last {
			last, still = pokes, 0
		}
		still++
		return still > 10
	})
}

// A leg that was dialled at the moment of our death is in the next program's Up, although FreeSWITCH's own list does not have it yet.
func TestYoungLegIsInUp(t *testing.T) {
	x := set(t, nil)
	phone := x.esl.NewPhone("ann")
	x.Must(x.Do("leg-1", dialTo(phone)))
	again := mediatest.Watch(t, x.open(t, nil))
	up := again.Wait(t, "up", func(e media.Event) bool { return e.Kind == media.Up })
	if len(up.Legs) != 1 || up.Legs[0].ID != "leg-1" || up.Legs[0].Stamp != "s" {
		t.Errorf("Up lists %+v", up.Legs)
	}
}

// A call that is refused is told as that although the rest of its end, which has the SIP status, is not told in time.
func TestRefusalWithoutItsStatus(t *testing.T) {
	x := set(t, nil)
	x.esl.Shape(func(e fakeesl.Event) []fakeesl.Event {
		if name := e["Event-Name"]; name == "CHANNEL_HANGUP_COMPLETE" || name == "CHANNEL_DESTROY" {
			return nil
		}
		return []fakeesl.Event{e}
	})
	phone := x.esl.NewPhone("ann")
	x.Must(x.Do("leg-1", dialTo(phone)))
	call, err := phone.Next(x.Within())
	x.Must(err)
	x.Must(call.Reject(486))
	if gone := x.Told.Leg(t, media.Gone, "leg-1"); gone.Why != media.CauseBusy {
		t.Errorf("gone as %q", gone.Why)
	}
}
