package switchboard_test

import (
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

type leg struct {
	id   media.LegID
	turn sync.Mutex
}

func turnOf(g *leg) sync.Locker { return &g.turn }

// Turns are taken in the order of names, whatever the order of the wants, and given back.
func TestOrdersTakeTurnsByName(t *testing.T) {
	legs := map[media.LegID]*leg{"c": {id: "c"}, "a": {id: "a"}, "b": {id: "b"}}
	wants := map[media.LegID]media.Want{"c": {}, "a": {Mute: true}, "nobody": {}, "b": {}}
	var asked []media.LegID
	orders, release := switchboard.Orders(wants, func(id media.LegID, _ media.Want) *leg {
		asked = append(asked, id)
		return legs[id]
	}, turnOf)
	if !slices.Equal(asked, []media.LegID{"a", "b", "c", "nobody"}) || len(orders) != 3 || !orders[0].Want.Mute {
		t.Errorf("asked for %v, %d orders", asked, len(orders))
	}
	for id, g := range legs {
		if g.turn.TryLock() {
			t.Errorf("the turn of %s is not held", id)
		}
	}
	release()
	for id, g := range legs {
		if !g.turn.TryLock() {
			t.Errorf("the turn of %s is still held", id)
		}
	}
}

// Each step is said to all legs before the next; one that fails does not end the others, a line that is away does.
func TestCarryOut(t *testing.T) {
	a, b, gone := &leg{id: "a"}, &leg{id: "b"}, &leg{id: "gone"}
	orders := []switchboard.Order[*leg]{{Leg: a}, {Leg: gone}, {Leg: b}}
	var said []string
	settled := map[media.LegID]bool{}
	away := error(nil)
	work := switchboard.Work[*leg, string]{
		Reachable: func(g *leg) bool { return g != gone },
		Say: func(step string, o switchboard.Order[*leg]) (bool, error) {
			said = append(said, step+" "+string(o.Leg.id))
			return step == "stop" && o.Leg == b, away
		},
		Settled: func(g *leg, failed bool) { settled[g.id] = failed },
	}
	if err := switchboard.CarryOut(orders, []string{"stop", "join"}, work); err != nil {
		t.Error(err)
	}
	if want := []string{"stop a", "stop b", "join a", "join b"}; !slices.Equal(said, want) {
		t.Errorf("said were %q", said)
	}
	if want := map[media.LegID]bool{"a": false, "b": true, "gone": false}; !reflect.DeepEqual(settled, want) {
		t.Errorf("settled are %v", settled)
	}
	away, said = errors.New("away"), nil
	clear(settled)
	if err := switchboard.CarryOut(orders, []string{"stop", "join"}, work); !errors.Is(err, away) || len(said) != 1 || len(settled) != 0 {
		t.Errorf("%v after %q, settled %v", err, said, settled)
	}
}

// What becomes of a want for a leg that never was.
func TestStranger(t *testing.T) {
	at := time.Now()
	if born, _ := switchboard.Stranger("a", media.Want{Base: media.Dial{To: "ann"}}, at); !born {
		t.Error("a Dial makes no leg")
	}
	for kind, base := range map[string]media.Base{media.Gone: media.Drop{Why: media.CauseNoAnswer}, media.Refused: media.Music{}} {
		born, e := switchboard.Stranger("a", media.Want{Base: base}, at)
		if born || e.Kind != kind || e.Leg != "a" || e.At != at || kind == media.Gone && e.Why != media.CauseNoAnswer {
			t.Errorf("%T: %v %+v", base, born, e)
		}
	}
}

// A want that fails is tried again, costs the line once, and then is tried by growing pauses.
func TestTries(t *testing.T) {
	var tries switchboard.Tries
	type next struct {
		out   switchboard.Outcome
		after time.Duration
	}
	again := func(n time.Duration) next { return next{switchboard.Again, n * time.Second} }
	for i, want := range []next{again(1), again(1), again(1), {switchboard.GiveUp, 0}, again(1), again(2), again(4), again(8), again(16), again(16)} {
		out, after := tries.Settle(true, time.Second)
		if out != want.out || after != want.after {
			t.Errorf("after try %d: %v %v, want %v", i+1, out, after, want)
		}
		if out == switchboard.Again {
			if out, _ := tries.Settle(true, time.Second); out != switchboard.Settled {
				t.Error("a second try is planned beside the first")
			}
			if !tries.Due() {
				t.Error("the try that was planned is not due")
			}
		}
	}
	var after switchboard.Tries
	after.Inherit(tries) // the leg on the next line
	for range 6 {
		if out, _ := after.Settle(true, time.Second); out == switchboard.GiveUp {
			t.Error("one leg costs a second line")
		}
		after.Due()
	}
	after.Settle(false, time.Second)
	if after.Due() || after.Failed() != 0 {
		t.Error("a want that was carried out is tried again")
	}
}

// Keys end an ask by their number or by a finishing key.
func TestPress(t *testing.T) {
	ask := media.Task{Do: media.Ask, End: "#", Max: 3}
	all := ""
	for _, c := range []struct {
		key, all string
		over     bool
	}{{"1", "1", false}, {"#", "1", true}, {"2", "12", false}, {"3", "123", true}} {
		var over bool
		if all, over = switchboard.Press(ask, all, c.key); all != c.all || over != c.over {
			t.Errorf("after %s: %q %v", c.key, all, over)
		}
	}
}
