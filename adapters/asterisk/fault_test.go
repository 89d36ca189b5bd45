package asterisk_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"tandem/adapters/asterisk"
	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// table is a fake with an adapter that is up.
type table struct {
	*mediatest.Table
	*fakeBench
	sw *asterisk.Switch
}

func set(t *testing.T, change func(*asterisk.Config)) *table {
	t.Helper()
	x, _ := setUntil(t, change)
	return x
}

// setUntil also returns what ends the adapter as a crash of the program does; begin starts the next one.
func setUntil(t *testing.T, change func(*asterisk.Config)) (x *table, stop func()) {
	t.Helper()
	x = &table{Table: &mediatest.Table{T: t}, fakeBench: newFakeBench(t)}
	return x, x.begin(change)
}

func (x *table) begin(change func(*asterisk.Config)) (stop func()) {
	x.Helper()
	x.sw = x.open(x.T, change)
	return x.Begin(x.sw)
}

func (x *table) arrives() (media.LegID, *fakeari.Channel) {
	x.Helper()
	c := x.ari.Call("5550100", "Carol", nil, false)
	x.Told.Leg(x.T, media.Arrived, media.LegID(c.ID))
	return media.LegID(c.ID), c
}

func dialTo(p interface{ Name() string }) media.Want {
	return media.Want{Base: media.Dial{To: p.Name(), Stamp: "s"}}
}

// F13: events that come twice, late or in another order lead to the same end.
func TestF13ReorderedEvents(t *testing.T) {
	for name, shape := range map[string]func() func(map[string]any) []map[string]any{
		"doubled": func() func(map[string]any) []map[string]any {
			return func(e map[string]any) []map[string]any { return []map[string]any{e, e} }
		},
		"swapped": swapped,
		"late":    late,
	} {
		t.Run(name, func(t *testing.T) {
			x := set(t, nil)
			x.ari.Shape(shape())
			phone := x.ari.NewPhone("ann")
			x.Must(x.Do("leg-1", dialTo(phone)))
			agent, err := phone.Next(x.Within())
			x.Must(err)
			x.Must(agent.Ring())
			x.Must(agent.Answer())
			x.Until("the phone in a call", func() bool { return agent.WaitAnswered(x.Within()) == nil })
			x.Must(agent.Hangup(x.Within()))
			for range 20 { // what was held back comes with what follows
				x.ari.Emit(map[string]any{"type": "Filler"})
			}
			x.Told.Leg(t, media.Gone, "leg-1")
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
			if c, rooms := x.ari.Count(); c+rooms != 0 || phone.Invites() != 1 {
				t.Errorf("left are %d channels and %d rooms, %d calls", c, rooms, phone.Invites())
			}
		})
	}
}

// swapped lets each event but StasisStart overtake the one before.
func swapped() func(map[string]any) []map[string]any {
	var held map[string]any
	return func(e map[string]any) []map[string]any {
		if e["type"] == "StasisStart" {
			return []map[string]any{e}
		}
		if held == nil {
			held = e
			return nil
		}
		first := held
		held = nil
		return []map[string]any{e, first}
	}
}

// late holds answers back until ten other events have passed.
func late() func(map[string]any) []map[string]any {
	var held []map[string]any
	passed := 0
	return func(e map[string]any) []map[string]any {
		if e["type"] == "ChannelStateChange" {
			held = append(held, e)
			return nil
		}
		if passed++; passed < 10 {
			return []map[string]any{e}
		}
		out := append(held, e)
		held = nil
		return out
	}
}

// F14: Asterisk does the work and answers 500, or nothing: the leg lives, and is not made twice.
func TestF14WorkDoneAnswerLost(t *testing.T) {
	for name, b := range map[string]fakeari.Break{
		"500":                  {Method: http.MethodPost, Path: "/channels", Status: 500},
		"silence":              {Method: http.MethodPost, Path: "/channels"},
		"early create 500":     {Method: http.MethodPost, Path: "/channels/create", Status: 500},
		"early create silence": {Method: http.MethodPost, Path: "/channels/create"},
		"early dial 500":       {Method: http.MethodPost, Path: "/dial", Status: 500},
		"early dial silence":   {Method: http.MethodPost, Path: "/dial"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := set(t, func(c *asterisk.Config) { c.Timeout = time.Second })
			phone := x.ari.NewPhone("ann")
			b.Times = 1
			x.ari.Break(b)
			want := dialTo(phone)
			if strings.HasPrefix(name, "early") {
				want = early(phone)
			}
			x.Must(x.Do("leg-1", want))
			x.Must(x.Do("leg-1", want))
			agent, err := phone.Next(x.Within())
			x.Must(err)
			x.Must(agent.Answer())
			x.Told.Leg(t, media.Answered, "leg-1")
			if phone.Invites() != 1 {
				t.Errorf("the phone was called %d times", phone.Invites())
			}
			x.Must(x.Do("leg-1", media.Want{Base: media.Drop{}}))
			x.Told.Leg(t, media.Gone, "leg-1")
		})
	}
}

// F15: 404 for a leg that is just ending is no refusal and is not tried again; its Gone comes even if its event is lost.
func TestF15CommandToADyingLeg(t *testing.T) {
	x := set(t, nil)
	id, caller := x.arrives()
	x.ari.Shape(func(e map[string]any) []map[string]any { return nil }) // not a word of its end
	x.Must(caller.Hangup(x.Within()))
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}, Task: media.Task{ID: "t1", Do: media.Say, Prompts: "tone:700:50"}}))
	x.Told.Leg(t, media.Gone, id)
	if x.Told.Of(media.Gone, id) != 1 || x.Told.Of(media.Refused, id) != 0 {
		t.Errorf("told were:\n%s", x.Told)
	}
	if n := x.ari.OrdersWith("POST", "/channels/"+string(id)); n > 3 {
		t.Errorf("%d commands to a leg that is gone", n)
	}
}

// F16: pings and reads are fine, but each dial hangs: the line is declared down within 5 s and is not up again until a dial
// works.
func TestF16Wedged(t *testing.T) {
	x := set(t, nil)
	began := time.Now()
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/channels", Times: 1 << 30, Before: true})
	phone := x.ari.NewPhone("ann")
	for i := range 2 {
		go func() { _ = x.Do(media.LegID(fmt.Sprint("leg-", i)), dialTo(phone)) }()
	}
	down := x.After(0, media.Down)
	if took := time.Since(began); took > 5*time.Second || !strings.Contains(down.Text, "does not answer") {
		t.Errorf("down after %v: %s", took, down.Text)
	}
	mark := x.Told.Mark()
	x.Until("a try with a real call", func() bool { return x.ari.Orders("POST /channels") > 0 })
	if x.Told.Mark() != mark {
		t.Errorf("told were:\n%s", x.Told)
	}
	x.ari.Heal()
	x.After(mark, media.Up)
}

// F17: the switch itself restarts: another boot, no legs.
func TestRestartedSwitch(t *testing.T) {
	x := set(t, nil)
	first := x.After(0, media.Up)
	x.arrives()
	mark := x.Told.Mark()
	x.ari.Restart()
	up := x.After(mark, media.Up)
	if up.Text == first.Text || len(up.Legs) != 0 {
		t.Errorf("after %q comes %q with %+v", first.Text, up.Text, up.Legs)
	}
}

// F10: another program takes our application: this one tells Down, stays down and does not fight.
func TestReplaced(t *testing.T) {
	x := set(t, nil)
	second := x.open(t, nil)
	mediatest.Watch(t, second)
	down := x.After(0, media.Down)
	if !strings.Contains(down.Text, "another program") {
		t.Errorf("down because of %q", down.Text)
	}
	if err := x.Do("leg-1", media.Want{Base: media.Music{}}); err == nil {
		t.Error("it still commands")
	}
	// The engine's next life watches the same switch.
	again, _ := mediatest.WatchUntil(t, x.sw)
	again.Wait(t, "the reason", func(e media.Event) bool { return e.Kind == media.Down && strings.Contains(e.Text, "another program") })
	if !second.Figures().Up || x.sw.Figures().Connects != 1 {
		t.Errorf("the first has connected %d times", x.sw.Figures().Connects)
	}
}

// A channel whose name can't be used is given back to the dialplan at once.
func TestChannelWithAnImpossibleName(t *testing.T) {
	x := set(t, nil)
	x.ari.Emit(map[string]any{"type": "StasisStart", "args": []string{"7000"}, "channel": map[string]any{"id": "a/../b?c", "name": "PJSIP/x-1"}})
	x.Until("continue", func() bool { return x.ari.Orders("POST /channels/a/../b?c/continue") == 1 })
	if n := x.Told.Of(media.Arrived, "a/../b?c"); n != 0 {
		t.Errorf("%d arrivals", n)
	}
}

// F29: a disk that is full is told, and the call goes on.
func TestTapeFails(t *testing.T) {
	x := set(t, nil)
	id, caller := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Join{Room: "r1"}, Tape: "tape-1"}))
	x.ari.FailTapes("No space left on device")
	taped := x.Told.Leg(t, media.Taped, id)
	if taped.Why != media.CauseFailed || !strings.Contains(taped.Text, "No space") {
		t.Errorf("told was %+v", taped)
	}
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "-in/record", Times: 1, Status: 500, Before: true})
	x.Must(x.Do(id, media.Want{Base: media.Join{Room: "r1"}, Tape: "tape-2"}))
	x.Told.Wait(t, "the second tape", func(e media.Event) bool {
		return e.Kind == media.Taped && e.Tape == "tape-2" && e.Why == media.CauseFailed
	})
	if caller.WaitAnswered(x.Within()) != nil || x.Told.Of(media.Gone, id) != 0 {
		t.Error("the call did not go on")
	}
}

// A leg that is born after its end was told is hung up: nobody would ever end it.
func TestOrphan(t *testing.T) {
	x := set(t, nil)
	phone := x.ari.NewPhone("ann")
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/channels", Times: 1, Status: 500, Before: true})
	x.Must(x.Do("leg-1", dialTo(phone)))
	x.Told.Leg(t, media.Gone, "leg-1")
	x.ari.Emit(map[string]any{"type": "StasisStart", "args": []string{"tandem-dialled"}, "channel": map[string]any{"id": "leg-1", "name": "PJSIP/ann-1"}})
	x.Until("the orphan's end", func() bool { return x.ari.Orders("DELETE /channels/leg-1") == 1 })
	if x.Told.Of(media.Gone, "leg-1") != 1 || x.sw.Figures().Orphans != 1 {
		t.Errorf("told were:\n%s", x.Told)
	}
}

// Bad settings are refused before anything is tried.
func TestConfigIsChecked(t *testing.T) {
	good := asterisk.Config{Name: "one", URL: "http://127.0.0.1:1/ari", User: "tandem", Password: "long-enough-secret"}
	for field, change := range map[string]func(*asterisk.Config){
		"Name":       func(c *asterisk.Config) { c.Name = "" },
		"App":        func(c *asterisk.Config) { c.App = "a,b" },
		"password":   func(c *asterisk.Config) { c.Password = "asterisk" },
		"URL":        func(c *asterisk.Config) { c.URL = "127.0.0.1:8088" },
		"clear text": func(c *asterisk.Config) { c.URL = "http://pbx.example/ari" },
		"trunk":      func(c *asterisk.Config) { c.Trunks = []string{"a&b"} },
	} {
		c := good
		change(&c)
		if _, err := asterisk.New(c, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := asterisk.New(good, slog.New(slog.DiscardHandler)); err != nil {
		t.Error(err)
	}
}
