package asterisk_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// musicNeverStops: a caller who comes in while the last one goes does not wait in silence. The two race over a few milliseconds.
func musicNeverStops(t *testing.T, b mediatest.Bench) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	sw := b.Open(t)
	log := mediatest.Watch(t, sw)
	music := media.Want{Base: media.Music{Class: "default"}}
	arrive := func(n int) (media.LegID, mediatest.Party) {
		number := fmt.Sprintf("5557%03d", n)
		party := b.Call(t, number, "")
		e := log.Wait(t, "the arrival", func(e media.Event) bool { return e.Kind == media.Arrived && e.Legs[0].From == number })
		return e.Leg, party
	}
	do := func(id media.LegID, w media.Want) error {
		return sw.Do(ctx, map[media.LegID]media.Want{id: w})
	}
	last, lastParty := arrive(0)
	if err := do(last, music); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 16; n++ {
		id, party := arrive(n)
		gone := make(chan error, 1)
		go func() {
			if n%2 == 0 {
				gone <- lastParty.Hangup(ctx)
				return
			}
			gone <- do(last, media.Want{Base: media.Drop{}})
		}()
		<-time.After(time.Duration(n%8) * 400 * time.Microsecond) // not a wait for anything: it shifts the race
		if err := do(id, music); err != nil {
			t.Fatal(err)
		}
		if err := <-gone; err != nil {
			t.Fatal(err)
		}
		listen, stop := context.WithTimeout(ctx, mediatest.Patience/3)
		err := party.HearsAudio(listen)
		stop()
		if err != nil {
			t.Errorf("caller %d: %v", n, err)
		}
		last, lastParty = id, party
	}
	if err := do(last, media.Want{Base: media.Drop{}}); err != nil {
		t.Fatal(err)
	}
	log.Leg(t, media.Gone, last)
}

// A player that comes into a music room when its last caller has just left it does not stay there: neither if that happens before our
// eyes nor if it was left by a program that is gone.
func TestNoPlayerIsLeft(t *testing.T) {
	x := set(t, nil)
	id, caller := x.arrives()
	gone := func() {
		if err := caller.Hangup(x.Within()); err != nil {
			t.Error(err)
		}
	}
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/moh", Times: 1, Ahead: gone})
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}}))
	x.Told.Leg(t, media.Gone, id)
	x.Until("the player has gone", func() bool { return x.ari.Players() == 0 })

	id, caller = x.arrives()
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/moh", Times: 1, Ahead: func() { x.Cut(); gone() }})
	_ = x.Do(id, media.Want{Base: media.Music{Class: "default"}})
	x.After(0, media.Down)
	x.Until("a player that nobody hears", func() bool { return x.ari.Players() == 1 })
	x.Mend()
	x.Until("the player has gone", func() bool { return x.ari.Players() == 0 })
}
