package asterisk_test

import (
	"strings"
	"testing"
	"time"

	"tandem/adapters/asterisk"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// F6: the line is away and a caller hangs up: found when it is back.
func TestF6CallerGoesInTheGap(t *testing.T) {
	x := set(t, nil)
	stays, _ := x.arrives()
	goes, caller := x.arrives()
	x.Cut()
	x.After(0, media.Down)
	x.Must(caller.Hangup(x.Within()))
	mark := x.Told.Mark()
	began := time.Now()
	x.Mend()
	up := x.After(mark, media.Up)
	if time.Since(began) > 2*time.Second {
		t.Errorf("found after %v", time.Since(began))
	}
	if len(up.Legs) != 1 || up.Legs[0].ID != stays || x.Told.Of(media.Gone, goes) != 0 {
		t.Errorf("Up lists %+v", up.Legs)
	}
}

// F7: a half-open line is noticed within 5 s with the settings of the product.
func TestF7HalfOpen(t *testing.T) {
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

// A line that is open and on which Asterisk tells nothing is given up: at its beginning before Up, and later.
func TestDeafLine(t *testing.T) {
	b := newFakeBench(t)
	b.ari.Deafen(true)
	patient := func(c *asterisk.Config) { c.Timeout, c.Ping = 700*time.Millisecond, 500*time.Millisecond }
	x := &table{Table: &mediatest.Table{T: t}, fakeBench: b}
	x.begin(patient)
	x.arrives()
	if x.Told.Of(media.Down, "") != 0 {
		t.Errorf("Up was told on a deaf line; told were:\n%s", x.Told)
	}
	mark := x.Told.Mark()
	x.ari.Deafen(false)
	x.After(mark, media.Down)
	x.After(mark, media.Up)
	x.arrives()
}

// F8: an engine that stops listening loses nothing: the reader takes the events off the line all the same.
func TestF8SlowEngine(t *testing.T) {
	x := set(t, nil)
	id, caller := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{}, Keys: true}))
	x.Told.Block()
	const flood = 1000
	for range flood {
		x.ari.Emit(map[string]any{"type": "ChannelTalkingStarted", "channel": map[string]any{"id": string(id)}, "value": strings.Repeat("x", 200)})
	}
	x.Must(caller.Press(x.Within(), "7"))
	x.Until("all events read", func() bool { return x.sw.Figures().Events >= flood })
	x.Told.Unblock()
	x.Told.Leg(t, media.Key, id)
	if x.Told.Of(media.Down, "") != 0 {
		t.Error("the line was lost")
	}
}

// An engine that is too far behind is cut off, counted, and told the truth by a new Up.
func TestBacklogIsLimited(t *testing.T) {
	x := set(t, func(c *asterisk.Config) { c.Backlog = 100 })
	x.Told.Block()
	x.arrivesLater()
	for range 500 {
		x.ari.Emit(map[string]any{"type": "ChannelTalkingStarted"})
	}
	x.Until("the overflow", func() bool { return x.sw.Figures().Dropped > 0 })
	mark := x.Told.Mark()
	x.Told.Unblock()
	if up := x.After(mark, media.Up); len(up.Legs) != 1 {
		t.Errorf("Up lists %+v", up.Legs)
	}
}

func (x *table) arrivesLater() { x.ari.Call("5550101", "", nil, false) }

// A call that was handed to the admin's dialplan for good is not ours any more (F60): it goes on, whatever happens to our line.
func TestACallHandedOverOutlivesTheLine(t *testing.T) {
	x := set(t, nil)
	id, caller := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{}}))
	x.Must(x.Do(id, media.Want{Base: media.Yield{Extension: "9001"}}))
	x.Told.Leg(t, media.Left, id)
	x.Cut()
	x.After(0, media.Down)
	mark := x.Told.Mark()
	x.Mend()
	if up := x.After(mark, media.Up); len(up.Legs) != 0 {
		t.Errorf("Up lists %+v", up.Legs)
	}
	x.Must(caller.Press(x.Within(), "1"))
	x.arrives() // the key was heard before
	if x.sw.Figures().Orphans != 0 {
		t.Errorf("it was hung up; told were:\n%s", x.Told)
	}
}
