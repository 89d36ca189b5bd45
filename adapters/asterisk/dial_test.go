package asterisk_test

import (
	"net/http"
	"testing"
	"time"

	"tandem/adapters/asterisk"
	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

func early(p interface{ Name() string }) media.Want {
	return media.Want{Base: media.Dial{To: p.Name(), Stamp: "s", Early: "r1"}}
}

// A program that dies, or a line that breaks, in the middle of a dial: Up lists the leg if and only if its phone is being called, and
// that phone is called once.
func TestDialAfterACrash(t *testing.T) {
	const leg = "/channels/leg-1"
	for name, c := range map[string]struct {
		dial  func(interface{ Name() string }) media.Want
		at    fakeari.Break // where it happens
		order string
		calls bool // the phone is called
	}{
		"asked":        {dialTo, fakeari.Break{Path: "/channels", Before: true}, "POST /channels", false},
		"taken":        {dialTo, fakeari.Break{Path: "/channels"}, "POST /channels", true},
		"early: made":  {early, fakeari.Break{Path: "/channels/create"}, "POST /channels/create", false},
		"early: in":    {early, fakeari.Break{Path: "/addChannel"}, "POST /bridges/tandem-room-r1/addChannel", false},
		"early: rings": {early, fakeari.Break{Path: leg + "/dial"}, "POST " + leg + "/dial", true},
	} {
		for _, crash := range []bool{true, false} {
			what := name + ", line broken"
			if crash {
				what = name + ", killed"
			}
			t.Run(what, func(t *testing.T) {
				x, stop := setUntil(t, nil)
				phone := x.ari.NewPhone("ann")
				c.at.Method, c.at.Times = http.MethodPost, 1
				x.ari.Break(c.at)
				done := make(chan error, 1)
				go func() { done <- x.Do("leg-1", c.dial(phone)) }()
				x.Until("the command", func() bool { return x.ari.Orders(c.order) == 1 })
				listed := c.calls
				if crash {
					stop()
					listed = c.calls && c.dial(phone) != early(phone) // nobody knows whether that one was called
					x.begin(nil)
				} else {
					x.Cut()
					x.After(0, media.Down)
					x.Mend()
				}
				<-done
				mark := 1
				if crash {
					mark = 0
				}
				up := x.After(mark, media.Up)
				if (len(up.Legs) == 1) != listed || listed && (up.Legs[0].ID != "leg-1" || up.Legs[0].Stamp != "s") {
					t.Fatalf("Up lists %+v", up.Legs)
				}
				calls := 0
				if c.calls {
					calls = 1
				}
				if phone.Invites() != calls {
					t.Errorf("the phone was called %d times", phone.Invites())
				}
				if !listed {
					x.Until("nothing is left of it", func() bool { channels, _ := x.ari.Count(); return channels == 0 })
					return
				}
				x.Must(x.Do("leg-1", c.dial(phone)))
				call, err := phone.Next(x.Within())
				x.Must(err)
				x.Must(call.Ring())
				x.Told.Leg(t, media.Ringing, "leg-1")
				x.Must(call.Answer())
				x.Told.Leg(t, media.Answered, "leg-1")
				if phone.Invites() != 1 || x.Told.Of(media.Gone, "leg-1") != 0 {
					t.Errorf("%d calls; told were:\n%s", phone.Invites(), x.Told)
				}
			})
		}
	}
}

// A dial of which nobody knows whether it was made, because that can't even be asked, is not told as gone: the phone may ring. The line is
// given up, and Up tells.
func TestDialThatNobodyKnowsOf(t *testing.T) {
	t.Parallel()
	x := set(t, func(c *asterisk.Config) { c.Timeout = 500 * time.Millisecond })
	phone := x.ari.NewPhone("ann")
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/channels", Times: 1})
	x.ari.Break(fakeari.Break{Method: http.MethodGet, Path: "/channels/leg-1", Times: 2, Before: true})
	mark := x.Told.Mark()
	if err := x.Do("leg-1", dialTo(phone)); err == nil {
		t.Error("Do succeeds")
	}
	x.After(mark, media.Down)
	if up := x.After(mark, media.Up); len(up.Legs) != 1 || up.Legs[0].ID != "leg-1" {
		t.Errorf("Up lists %+v", up.Legs)
	}
	if phone.Invites() != 1 || x.Told.Of(media.Gone, "leg-1") != 0 {
		t.Errorf("%d calls; told were:\n%s", phone.Invites(), x.Told)
	}
}

// A phone that answers while we are away waits in the dialplan; what is wanted of it after Up is done as soon as it has come.
func TestAnswerWhileAway(t *testing.T) {
	x := set(t, nil)
	phone := x.ari.NewPhone("ann")
	x.Must(x.Do("leg-1", dialTo(phone)))
	call, err := phone.Next(x.Within())
	x.Must(err)
	x.Cut()
	x.After(0, media.Down)
	x.ari.HoldDialplan(true)
	x.Must(call.Answer())
	mark := x.Told.Mark()
	x.Mend()
	up := x.After(mark, media.Up)
	if len(up.Legs) != 1 || up.Legs[0].Answered.IsZero() {
		t.Errorf("Up lists %+v", up.Legs)
	}
	done := make(chan error, 1)
	go func() { done <- x.Do("leg-1", media.Want{Base: media.Music{Class: "default"}, Tape: "tape-1"}) }()
	x.ari.HoldDialplan(false)
	x.Must(<-done)
	x.Must(call.HearsAudio(x.Within()))
	if n := x.Told.Of(media.Refused, "leg-1"); n != 0 || x.ari.Orders("POST /channels/leg-1/snoop/tape-1-in") != 1 {
		t.Errorf("%d refusals; told were:\n%s", n, x.Told)
	}
}

// A phone that answered while we were away comes to us while the state is being read, and the engine has no time for events: what is
// wanted of it is done all the same.
func TestAnsweredLegComesWhileTheStateIsRead(t *testing.T) {
	x := set(t, nil)
	phone := x.ari.NewPhone("ann")
	x.Must(x.Do("leg-1", dialTo(phone)))
	call, err := phone.Next(x.Within())
	x.Must(err)
	x.Cut()
	x.After(0, media.Down)
	x.ari.HoldDialplan(true)
	x.Must(call.Answer())
	x.Told.Block()
	defer x.Told.Unblock()
	came := make(chan struct{}, 10)
	x.ari.Shape(func(e map[string]any) []map[string]any {
		if e["type"] == "StasisStart" {
			came <- struct{}{}
		}
		return []map[string]any{e}
	})
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/events/user/", Times: 1, Ahead: func() { // the last that is asked before Up
		x.ari.HoldDialplan(false)
		<-came
	}})
	x.Mend()
	want := media.Want{Base: media.Music{Class: "default"}}
	x.Until("the line is up", func() bool { return x.Do("leg-1", want) == nil })
	x.Must(call.HearsAudio(x.Within()))
	x.Told.Unblock()
	x.Told.WaitAfter(t, 0, "up again", func(e media.Event) bool { return e.Kind == media.Up && len(e.Legs) == 1 })
	if n := x.sw.Figures().Refused; n != 0 {
		t.Errorf("%d refusals; told were:\n%s", n, x.Told)
	}
}

// A leg at a phone that nobody watches, such as one on a trunk, is heard of too; watching it is asked for once.
func TestDialToAPhoneThatIsNotWatched(t *testing.T) {
	x := set(t, nil)
	phone := x.ari.NewPhone("ann")
	for _, id := range []media.LegID{"leg-1", "leg-2"} {
		x.Must(x.Do(id, dialTo(phone)))
		call, err := phone.Next(x.Within())
		x.Must(err)
		x.Must(call.Ring())
		x.Told.Leg(t, media.Ringing, id)
		x.Must(call.Reject(486))
		if gone := x.Told.Leg(t, media.Gone, id); gone.SIP != 486 {
			t.Errorf("gone as %+v", gone)
		}
	}
	if n := x.ari.Orders("POST /applications/tandem/subscription"); n != 1 {
		t.Errorf("%d subscriptions", n)
	}
}

// A phone that answers "try there" (302) reaches nobody through us: neither an extension of its context, nor, for longer than it takes to
// notice, a channel of its choice. Robot 9007 would answer at once, 9001, which 9008 names, after 3 s.
func sentElsewhere(t *testing.T, b *realBench) {
	t.Helper()
	sw := b.Open(t).(*asterisk.Switch)
	log := mediatest.Watch(t, sw)
	x := &mediatest.Table{T: t, Switch: sw, Told: log}
	phone := b.named(t, "9007")
	x.Must(x.Do("elsewhere-1", dialTo(phone)))
	call, err := phone.Next(x.Within())
	x.Must(err)
	x.Must(call.Reject(302)) // its contact is 9007
	log.Leg(t, media.Gone, "elsewhere-1")
	x.Must(x.Do("elsewhere-2", media.Want{Base: media.Dial{To: "9008@robots"}}))
	log.Leg(t, media.Gone, "elsewhere-2")
	x.Until("nothing is left", func() bool { channels, _ := b.Count(t); return channels == 0 })
	if n := sw.Figures().Orphans; n != 0 {
		t.Errorf("%d answered", n)
	}
}
