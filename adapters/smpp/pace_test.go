package smpp_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/adapters/memory"
	"tandem/adapters/smpp/fakesmsc"
	"tandem/orchestrator/desk/notify"
)

// TestThrottling: a throttling error pauses the whole route; what comes meanwhile goes by the other route.
func TestThrottling(t *testing.T) {
	t.Parallel()
	s, other := centre(t), centre(t)
	store := memory.New(time.Now)
	r, second := up(t, config("a", s), newEar()), up(t, config("b", other), newEar())
	s.Script(fakesmsc.Answer{Status: fakesmsc.Throttled})
	queue(t, store, "k1")
	send(t, store, r, second)
	queue(t, store, "k2")
	send(t, store, r, second)
	if r.Up() || len(s.Taken()) != 0 || len(other.Taken()) != 2 {
		t.Errorf("up %v, taken %v and %v", r.Up(), s.Taken(), other.Taken())
	}
	eventually(t, "the pause ends", r.Up)
	queue(t, store, "k3")
	send(t, store, r, second)
	if len(s.Taken()) != 1 || r.Figures().Throttled != 1 {
		t.Errorf("after the pause taken %v, %+v", s.Taken(), r.Figures())
	}
}

// Throttled in the middle of a long text, the rest follows later and the phone shows the whole text once.
func TestThrottledBetweenParts(t *testing.T) {
	t.Parallel()
	s := centre(t)
	r := up(t, config("a", s), newEar())
	s.Script(fakesmsc.Answer{}, fakesmsc.Answer{Status: fakesmsc.QueueFull})
	long := strings.Repeat("0123456789", 40)
	m := text(1, "+4915112345", long)
	got := r.Send(t.Context(), m, yes)
	if got.Fate != notify.Later || len(got.Refs) != 1 || got.Wait <= 0 {
		t.Fatalf("throttled: %+v", got)
	}
	m.Refs, m.Parts, m.Route = got.Refs, 3, "a"
	eventually(t, "the pause ends", r.Up)
	if got = r.Send(t.Context(), m, yes); got.Fate != notify.Taken || fmt.Sprint(got.Refs) != "[1 2 3]" {
		t.Errorf("the rest: %+v", got)
	}
	if shown := s.Phone("4915112345"); len(shown) != 1 || shown[0] != long {
		t.Errorf("the phone shows %q", shown)
	}
}

// TestWindow: no more submits without an answer than the window has; the next one waits for a place.
func TestWindow(t *testing.T) {
	t.Parallel()
	s := centre(t)
	c := config("a", s)
	c.Window, c.Answer = 2, 5*time.Second
	r := up(t, c, newEar())
	s.Always(fakesmsc.Answer{Delay: 30 * time.Millisecond})
	var mu sync.Mutex
	out, most := 0, 0
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			got := r.Send(t.Context(), text(int64(i), "+4915112345", "x"), func(int) bool {
				mu.Lock()
				defer mu.Unlock()
				out++
				most = max(most, out)
				return true
			})
			mu.Lock()
			defer mu.Unlock()
			if out--; got.Fate != notify.Taken {
				t.Errorf("%+v", got)
			}
		})
	}
	wg.Wait()
	if most != 2 {
		t.Errorf("%d submits at once, want 2", most)
	}
}

// TestRate: parts leave no faster than the route allows.
func TestRate(t *testing.T) {
	t.Parallel()
	s := centre(t)
	c := config("a", s)
	c.Rate = 50
	r := up(t, c, newEar())
	began := time.Now()
	if got := r.Send(t.Context(), text(1, "+4915112345", strings.Repeat("x", 153*10)), yes); got.Fate != notify.Taken || len(got.Refs) != 10 {
		t.Fatal(got)
	}
	if took := time.Since(began); took < 9*20*time.Millisecond {
		t.Errorf("10 parts at 50 a second took %v", took)
	}
}
