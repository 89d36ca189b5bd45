package switchboard_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

func key(text string) media.Event { return media.Event{Kind: media.Key, Text: text} }

// What the switch and the commands bring is told in the order in which it came, also what was queued before the line was lost, and
// nothing that comes afterwards.
func TestPumpTellsInOrderUntilTheLoss(t *testing.T) {
	l := switchboard.NewLine[string](t.Context(), 100, func(int) {})
	l.Hear("1")
	l.Post(func() []media.Event { return []media.Event{key("2"), key("3")} })
	l.Hear("4")
	lost := errors.New("the far end is gone")
	l.Lose(lost)
	l.Lose(errors.New("later"))
	if l.Hear("5") {
		t.Error("a line that is over takes an event")
	}
	var told []string
	var state sync.Mutex
	l.Pump(&state, func(text string) []media.Event {
		if state.TryLock() {
			t.Error("the state is not held while an event is heard")
		}
		return []media.Event{key(text)}
	}, func(e media.Event) {
		if !state.TryLock() {
			t.Error("the state is held while is told")
			return
		}
		state.Unlock()
		told = append(told, e.Text)
	})
	if !slices.Equal(told, []string{"1", "2", "3", "4"}) {
		t.Errorf("told were %q", told)
	}
	if why := context.Cause(l.Ctx); why != lost {
		t.Errorf("the line was lost because of %v", why)
	}
}

// An engine that is too far behind costs the line, and what waited is counted and thrown away.
func TestBacklogCostsTheLine(t *testing.T) {
	dropped := 0
	l := switchboard.NewLine[string](t.Context(), 2, func(items int) { dropped += items })
	if !l.Hear("1") || !l.Hear("2") || l.Hear("3") || l.Hear("4") {
		t.Error("two of four were to be taken")
	}
	if dropped != 2 || l.Ctx.Err() == nil {
		t.Errorf("%d were dropped, the line: %v", dropped, l.Ctx.Err())
	}
	l.Pump(&sync.Mutex{}, func(text string) []media.Event { t.Errorf("%s is heard", text); return nil }, func(media.Event) {})
}

// The pause between two lines doubles up to sixteen times as long, and begins anew after a line that was up.
func TestKeepPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var pauses []time.Duration
		last, lives := time.Now(), 0
		err := switchboard.Keep(ctx, time.Second, func() (bool, error) {
			if n := len(pauses); n > 0 {
				if waited := time.Since(last); waited < pauses[n-1]/2 || waited > pauses[n-1] {
					t.Errorf("waited %v of %v", waited, pauses[n-1])
				}
			}
			if lives++; lives == 9 {
				stop()
			}
			return lives == 7, errors.New("away")
		}, func(_ error, pause time.Duration) { pauses, last = append(pauses, pause), time.Now() })
		want := []time.Duration{1, 2, 4, 8, 16, 16, 1, 2}
		for i := range want {
			want[i] *= time.Second
		}
		if !errors.Is(err, context.Canceled) || !slices.Equal(pauses, want) {
			t.Errorf("%v after pauses of %v", err, pauses)
		}
	})
}

// Nobody works on a line that is lost or taken away; those who do are waited for.
func TestPresent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p switchboard.Present[*int]
		if _, _, ok := p.Enter(); ok || !p.Away() {
			t.Error("there is no line yet")
		}
		ctx, lose := context.WithCancel(t.Context())
		line := new(int)
		p.Set(ctx, line)
		on, leave, ok := p.Enter()
		if !ok || on != line || p.Away() || p.Line() != line {
			t.Fatal("the line can't be worked on")
		}
		ran := 0
		p.Later(time.Minute, func(*int) { ran++ })
		gate := make(chan struct{})
		p.Follow(func(*int) { <-gate; ran++ })
		lose()
		if _, _, ok := p.Enter(); ok {
			t.Error("a lost line is entered")
		}
		p.Leave()
		waited := false
		go func() { p.Wait(); waited = true }()
		close(gate)
		synctest.Wait()
		if waited {
			t.Error("one who still works is not waited for")
		}
		leave()
		synctest.Wait()
		if !waited || ran != 1 {
			t.Errorf("waited: %v, %d follow-ups ran", waited, ran)
		}
		time.Sleep(time.Hour) // of the bubble
		if ran != 1 {
			t.Error("a timer runs without a line")
		}
	})
}

// A sign lets all go on that wait for it, once, whichever of theirs comes first.
func TestSigns(t *testing.T) {
	var s switchboard.Signs
	both, one, other := s.Expect("a", "b"), s.Expect("a"), s.Expect("c")
	s.Give("a")
	s.Give("b")
	for name, sign := range map[string]<-chan struct{}{"both": both, "one": one} {
		if !switchboard.Await(t.Context(), sign, time.Minute) {
			t.Errorf("%s goes on waiting", name)
		}
	}
	s.Forget()
	s.Give("c")
	if switchboard.Await(t.Context(), other, 0) {
		t.Error("what was forgotten is given")
	}
}
