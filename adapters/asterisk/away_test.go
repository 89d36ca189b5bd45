package asterisk_test

import (
	"net/http"
	"testing"
	"time"

	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator/media"
)

// A caller whom the fallback gives back while we read what lives is in Up as every other who was away, and arrives again: without it the
// place in line would be lost.
func TestACallerComesBackWhileTheStateIsRead(t *testing.T) {
	t.Parallel() // it waits for the guard and for a round of the fallback
	x := set(t, nil)
	id, caller := x.arrives()
	place := func(is string) func() bool { return func() bool { return caller.Variable("TANDEM_PLACE") == is } }
	x.Must(x.Do(id, media.Want{Base: media.Music{}, Guard: time.Second}))
	x.Cut()
	x.After(0, media.Down)
	x.ari.KeepFallback(true)
	x.Until("the caller is in the fallback", place("fallback"))
	x.ari.Break(fakeari.Break{Method: http.MethodGet, Path: "/channels/" + string(id) + "/variable", Times: 1, Ahead: func() {
		x.ari.KeepFallback(false)
		x.Until("the caller is back", place("tandem"))
	}})
	mark := x.Told.Mark()
	x.Mend()
	if up := x.After(mark, media.Up); len(up.Legs) != 1 || up.Legs[0].ID != id || !up.Legs[0].Away || up.Legs[0].To != "7000" {
		t.Errorf("Up lists %+v", up.Legs)
	}
	if e := x.After(mark, media.Arrived); e.Leg != id {
		t.Errorf("told was %+v", e)
	}
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}}))
	x.Must(caller.HearsAudio(x.Within()))
	if x.Told.Of(media.Gone, id) != 0 {
		t.Errorf("told were:\n%s", x.Told)
	}
}
