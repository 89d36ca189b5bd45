package asterisk_test

import (
	"net/http"
	"testing"

	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// A program that dies, or a line that breaks, in the middle of a dial: the phone is called exactly once, whenever it was.
func TestDialIsFinishedAfterACrash(t *testing.T) {
	const leg = "/channels/leg-1"
	for name, c := range map[string]struct {
		at       fakeari.Break // where it happens
		reaches  string
		hasBegun bool // the phone was called already
	}{
		"made":         {fakeari.Break{Path: "/channels/create"}, "/channels/create", false},
		"about to":     {fakeari.Break{Path: leg + "/variable", Before: true}, leg + "/variable", false},
		"being called": {fakeari.Break{Path: leg + "/dial"}, leg + "/dial", true},
	} {
		for _, crash := range []bool{true, false} {
			what := name + ", line broken"
			if crash {
				what = name + ", killed"
			}
			t.Run(what, func(t *testing.T) {
				b := newFakeBench(t)
				x := &table{T: t, fakeBench: b, sw: b.open(t, nil)}
				var stop func()
				x.log, stop = mediatest.WatchUntil(t, x.sw)
				x.after(0, media.Up)
				phone := x.ari.NewPhone("ann")
				c.at.Method, c.at.Times = http.MethodPost, 1
				x.ari.Break(c.at)
				done := make(chan error, 1)
				go func() { done <- x.do("leg-1", dialTo(phone)) }()
				x.until("the command", func() bool { return x.ari.Orders("POST "+c.reaches) == 1 })
				if crash {
					stop()
					x.sw = b.open(t, nil)
					x.log = mediatest.Watch(t, x.sw)
				} else {
					mark := x.log.Mark()
					x.Cut()
					x.after(mark, media.Down)
					x.Mend()
					x.after(mark, media.Up)
				}
				if err := <-done; err == nil && !c.hasBegun {
					t.Fatal("the first Do did not notice")
				}
				up := x.log.Wait(t, "Up with the leg", func(e media.Event) bool { return e.Kind == media.Up && len(e.Legs) == 1 })
				if up.Legs[0].ID != "leg-1" || up.Legs[0].Stamp != "s" {
					t.Errorf("Up lists %+v", up.Legs)
				}
				if c.hasBegun != (phone.Invites() == 1) {
					t.Errorf("the phone was called %d times before", phone.Invites())
				}
				x.must(x.do("leg-1", dialTo(phone)))
				x.must(x.do("leg-1", dialTo(phone)))
				call, err := phone.Next(x.ctx())
				x.must(err)
				x.must(call.Ring())
				x.log.Leg(t, media.Ringing, "leg-1")
				x.must(call.Answer())
				x.log.Leg(t, media.Answered, "leg-1")
				if phone.Invites() != 1 || x.log.Of(media.Gone, "leg-1") != 0 {
					t.Errorf("%d calls; told were:\n%s", phone.Invites(), x.log)
				}
			})
		}
	}
}
