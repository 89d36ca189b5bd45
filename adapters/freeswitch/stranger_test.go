package freeswitch_test

import (
	"sync/atomic"
	"testing"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// A caller from outside who says to be an agent's phone is no phone, and does not make it busy: a name proves nothing (SECURITY A18).
func TestStrangerNamedLikeAPhone(t *testing.T) {
	x := set(t, nil)
	strangerNamedLikeAPhone(t, x.Switch, x.Told, x.esl.NewPhone("ann").Name(), func(name string) { x.esl.Call(name, "", nil, false) })
}

func TestRealStrangerNamedLikeAPhone(t *testing.T) {
	n := real(t)
	b := &realBench{Cable: mediatest.NewCable(t, n.esl), named: n, used: &atomic.Int64{}}
	sw := b.Open(t)
	told := mediatest.Watch(t, sw)
	told.Wait(t, "the first Up", func(e media.Event) bool { return e.Kind == media.Up })
	strangerNamedLikeAPhone(t, sw, told, b.Phone(t).Name(), func(name string) { b.Call(t, name, "") })
}

func strangerNamedLikeAPhone(t *testing.T, sw media.Switch, told *mediatest.Log, name string, call func(name string)) {
	if err := sw.Phones(t.Context(), []string{name}); err != nil {
		t.Fatal(err)
	}
	state := func(mark int) media.Cause {
		return told.WaitAfter(t, mark, "the phone", func(e media.Event) bool { return e.Kind == media.Phone }).Why
	}
	if why := state(0); why != media.PhoneRegistered {
		t.Fatalf("the phone is %s", why)
	}
	mark := told.Mark()
	call(name)
	arrived := told.WaitAfter(t, mark, "the arrival", func(e media.Event) bool { return e.Kind == media.Arrived })
	if l := arrived.Legs[0]; l.From != name || l.Endpoint != "" {
		t.Errorf("a stranger arrives as %+v", l)
	}
	if err := sw.Do(t.Context(), map[media.LegID]media.Want{arrived.Leg: {Base: media.Music{}}}); err != nil {
		t.Fatal(err)
	}
	// Read anew it is the same: the first that is told of the phone says so.
	if err := sw.Phones(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	again := told.Mark()
	if err := sw.Phones(t.Context(), []string{name}); err != nil {
		t.Fatal(err)
	}
	if why := state(again); why != media.PhoneRegistered {
		t.Errorf("a stranger makes the phone %s", why)
	}
	for _, e := range told.All()[mark:] {
		if e.Kind == media.Phone && e.Why != media.PhoneRegistered {
			t.Errorf("a stranger makes the phone %s", e.Why)
		}
	}
	if err := sw.Do(t.Context(), map[media.LegID]media.Want{arrived.Leg: {Base: media.Drop{}}}); err != nil {
		t.Fatal(err)
	}
	told.Leg(t, media.Gone, arrived.Leg)
}
