package asterisk_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator/media"
)

// A supervisor's ear on an agent who takes another call is made anew when the old one has ended, be Asterisk late with that: a new one
// beside the old one is deaf.
func TestAnEarIsMadeAnewAfterTheOldOne(t *testing.T) {
	x := set(t, soon)
	a, _ := x.arrives()
	v, supervisor := x.arrives()
	c, caller := x.arrives()
	caller.Say(440)
	x.Must(x.Do(a, join))
	x.Must(x.Do(v, media.Want{Base: media.Coach{Of: a}}))
	ear := "/channels/" + string(v) + "-coach-"
	began := make(chan struct{})
	var early atomic.Bool
	x.ari.Break(fakeari.Break{Method: http.MethodDelete, Path: ear + "a", Times: 1, Ahead: func() {
		close(began)
		deadline := time.After(200 * time.Millisecond) // five times what the next one waits for; a machine that is slow hides the fault only
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for !early.Load() {
			select {
			case <-tick.C:
				early.Store(x.ari.OrdersWith("/snoop/", "-coach-b") > 0)
			case <-deadline:
				return
			}
		}
	}})
	second := media.Want{Base: media.Join{Room: "r2"}}
	x.Must(x.Do(a, second))
	x.begun("the end of the old ear", began)
	x.Must(x.Do(c, second))
	x.Must(supervisor.Hears(x.Within(), 440))
	x.Until("the new ear", func() bool { return x.ari.OrdersWith("/snoop/", "-coach-b") == 1 })
	if early.Load() {
		t.Error("the new ear was there before the old one had ended")
	}
}
