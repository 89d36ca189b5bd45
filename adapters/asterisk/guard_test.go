package asterisk_test

import (
	"net/http"
	"testing"
	"time"

	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator/media"
)

// A guard whose renewal fails is set again soon: a waiting caller must not hear the fallback while we are there.
func TestGuardIsRenewedAfterAFailure(t *testing.T) {
	x := set(t, soon)
	id, _ := x.arrives()
	variable := "POST /channels/" + string(id) + "/variable"
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}, Guard: 3 * time.Second}))
	x.Until("the guard and the leg's variable", func() bool { return x.ari.Orders(variable) == 2 })
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: variable[len("POST "):], Times: 2, Status: 500, Before: true})
	x.Until("two renewals after two failures", func() bool { return x.ari.Orders(variable) == 6 || x.Told.Of(media.Left, id) > 0 })
	if x.Told.Of(media.Left, id) > 0 {
		t.Errorf("the caller was taken to the fallback; told were:\n%s", x.Told)
	}
}

// The guard of a leg that begins to talk is off before the join, not after it.
func TestGuardIsLiftedBeforeTheJoin(t *testing.T) {
	x := set(t, nil)
	id, caller := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}, Guard: 20 * time.Second}))
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/bridges/tandem-room-r1", Times: 1, Before: true})
	done := make(chan error, 1)
	go func() { done <- x.Do(id, media.Want{Base: media.Join{Room: "r1"}}) }()
	x.Until("the room being made", func() bool { return x.ari.Orders("POST /bridges/tandem-room-r1") == 1 })
	if guard := caller.Variable("TIMEOUT(absolute)"); guard != "0" {
		t.Errorf("while the leg is joined its guard is %q", guard)
	}
	x.Must(<-done)
	x.Must(caller.HearsSilence(x.Within()))
}
