package asterisk_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"tandem/adapters/asterisk"
	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator/media"
)

var join = media.Want{Base: media.Join{Room: "r1"}}

// held lets the next DELETE of a room wait on its way: began is closed when Asterisk has it, and release lets it be done.
func held(x *table) (began <-chan struct{}, release func()) {
	has, goOn := make(chan struct{}), make(chan struct{})
	x.ari.Break(fakeari.Break{Method: http.MethodDelete, Path: "/bridges/tandem-room-", Times: 1, Ahead: func() {
		close(has)
		<-goOn
	}})
	release = sync.OnceFunc(func() { close(goOn) })
	x.Cleanup(release)
	return has, release
}

func (x *table) begun(what string, signal <-chan struct{}) {
	x.Helper()
	select {
	case <-signal:
	case <-x.Within().Done():
		x.Fatalf("waited in vain for %s", what)
	}
}

// Who enters a room that is being taken down enters after its bridge is gone, and not into the bridge that goes.
func TestARoomIsEnteredWhileItIsTakenDown(t *testing.T) {
	t.Parallel()
	x := set(t, soon)
	a, caller := x.arrives()
	b, other := x.arrives()
	caller.Say(440)
	x.Must(x.Do(b, join))
	began, release := held(x)
	x.Must(x.Do(b, media.Want{Base: media.Music{}}))
	x.begun("the end of the empty room", began)

	entered := make(chan error, 2)
	for _, id := range []media.LegID{a, b} {
		go func() { entered <- x.Do(id, join) }()
	}
	select {
	case err := <-entered:
		t.Errorf("a leg has entered the room that is being taken down: %v", err)
		entered <- err
	case <-time.After(200 * time.Millisecond): // nothing tells that somebody waits; a machine that is slow hides the fault only
	}
	release()
	x.Must(<-entered)
	x.Must(<-entered)
	x.Must(other.Hears(x.Within(), 440))
}

// A room's end of which nobody knows whether Asterisk has done it may be done later, with others in the room by then: they are put back.
func TestARoomIsTakenDownLate(t *testing.T) {
	t.Parallel()
	x := set(t, func(c *asterisk.Config) { lossy(c); c.Timeout = 300 * time.Millisecond })
	a, caller := x.arrives()
	b, other := x.arrives()
	caller.Say(440)
	x.Must(x.Do(b, join))
	began, release := held(x)
	x.Must(x.Do(b, media.Want{Base: media.Music{}}))
	x.begun("the end of the empty room", began)
	x.Must(x.Do(a, join)) // when the end was given up
	x.Must(x.Do(b, join))
	x.Must(other.Hears(x.Within(), 440))
	release()
	x.Until("both are in a room again", func() bool { return x.ari.Orders("POST /bridges/tandem-room-r1/addChannel") >= 5 })
	x.Must(other.Hears(x.Within(), 440))
}

// The same, when the late end comes while a leg is just being put into the room: its leaving is not taken for one of our own making.
func TestARoomIsTakenDownWhileItIsEntered(t *testing.T) {
	t.Parallel()
	x := set(t, func(c *asterisk.Config) { lossy(c); c.Timeout = 300 * time.Millisecond })
	a, caller := x.arrives()
	b, other := x.arrives()
	caller.Say(440)
	x.Must(x.Do(b, join))
	began, release := held(x)
	x.Must(x.Do(b, media.Want{Base: media.Music{}}))
	x.begun("the end of the empty room", began)
	x.Must(x.Do(a, join)) // when the end was given up
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/addChannel", Times: 1, Meanwhile: func() {
		release()
		x.Until("the room's end", func() bool { _, rooms := x.ari.Count(); return rooms == 0 })
	}})
	x.Must(x.Do(b, join))
	x.Must(other.Hears(x.Within(), 440))
}

// Who is alone in a room leaves it before its bridge is deleted. Asterisk refuses the removal otherwise, throws the leg out a moment later, and
// never tells the end of a prompt that has begun meanwhile.
func TestARoomIsTakenDownWhenItIsLeft(t *testing.T) {
	t.Parallel()
	x := set(t, soon)
	a, _ := x.arrives()
	x.Must(x.Do(a, join))
	const end = "DELETE /bridges/tandem-room-r1"
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/removeChannel", Times: 1, Ahead: func() {
		over := time.After(200 * time.Millisecond) // nothing tells that somebody waits; a machine that is slow hides the fault only
		for x.ari.Orders(end) == 0 {
			select {
			case <-over:
				return
			case <-time.After(time.Millisecond):
			}
		}
		t.Error("the bridge is deleted while a leg is taken out of it")
	}})
	x.Must(x.Do(a, media.Want{Base: media.Music{}}))
	x.Until("the room's end", func() bool { return x.ari.Orders(end) == 1 })
}
