package erlang_test

import (
	"math"
	"testing"
	"time"

	"tandem/orchestrator/erlang"
)

func near(t *testing.T, what string, have, want, within float64) {
	t.Helper()
	if !(math.Abs(have-want) <= within) {
		t.Errorf("%s is %.6f, want %.6f", what, have, want)
	}
}

func TestB(t *testing.T) {
	near(t, "B(10, 8)", erlang.B(10, 8), .12166, 5e-6)
	near(t, "B(100, 90)", erlang.B(100, 90), .02696, 5e-6)
	near(t, "B(0, 3)", erlang.B(0, 3), 1, 0)
	near(t, "B(5, 0)", erlang.B(5, 0), 0, 0)
}

// The reference values of Erlang C with calls of 180 s: P(wait), ASA in seconds, share answered within 20 s.
func TestC(t *testing.T) {
	for _, x := range []struct {
		n                  int
		a, waits, asa, lvl float64
	}{
		{2, 1, .33333, 60, -1},
		{10, 8, .40918, 36.826, .67235},
		{14, 10, .17413, 7.836, .88835},
		{55, 50, .38455, 13.844, .77937},
		{100, 90, .21694, 3.905, .92859},
		{500, 480, .26651, -1, -1},
	} {
		l := erlang.Waiting(x.n, x.a, 180*time.Second, 20*time.Second)
		near(t, "P(wait)", l.Waits, x.waits, 5e-6)
		if x.asa > 0 {
			near(t, "ASA", l.Wait.Seconds(), x.asa, 1e-3)
		}
		if x.lvl > 0 {
			near(t, "SL", l.Within, x.lvl, 6e-6)
		}
		near(t, "occupancy", l.Busy, x.a/float64(x.n), 1e-9)
	}
	if l := erlang.Waiting(8, 8, time.Minute, time.Second); l.Waits != 1 || l.Within != 0 {
		t.Errorf("a load that cannot be carried: %+v", l)
	}
}

// The reference values of Erlang A, in units of the service time; θ is the patience rate relative to service.
func TestA(t *testing.T) {
	const unit = time.Hour
	for _, x := range []struct {
		n                         int
		a, theta, waits, ab, wait float64
	}{
		{10, 10, .5, .61966, .10391, .20783},
		{50, 55, .5, .86623, .10208, .20416},
		{100, 95, 1, .31736, .02017, .02017},
	} {
		patience := time.Duration(float64(unit) / x.theta)
		l := erlang.Impatient(x.n, x.a, unit, patience, unit/100)
		near(t, "P(W>0)", l.Waits, x.waits, 5e-6)
		near(t, "P(Ab)", l.Abandon, x.ab, 5e-6)
		near(t, "E[W]", l.Wait.Hours(), x.wait, 5e-6)
		near(t, "P(Ab) = θ·E[W]", l.Abandon, x.theta*l.Wait.Hours(), 1e-9)
		near(t, "throughput", l.Busy*float64(x.n), x.a*(1-l.Abandon), 1e-9)
		// Given time enough, everybody is served or has given up; given none, who did not wait.
		near(t, "within a long time", erlang.Impatient(x.n, x.a, unit, patience, 20*unit).Within, 1-l.Abandon, 1e-8)
		near(t, "within no time", erlang.Impatient(x.n, x.a, unit, patience, 0).Within, 1-l.Waits, 1e-9)
	}
}

// With endless patience Erlang A is Erlang C; with none it is Erlang B.
func TestAMeetsCAndB(t *testing.T) {
	c := erlang.Waiting(14, 10, 180*time.Second, 20*time.Second)
	a := erlang.Impatient(14, 10, 180*time.Second, 1e9*time.Second, 20*time.Second)
	near(t, "P(wait)", a.Waits, c.Waits, 1e-5)
	near(t, "SL", a.Within, c.Within, 1e-5)
	near(t, "ASA", a.Wait.Seconds(), c.Wait.Seconds(), 1e-3)
	b := erlang.Impatient(10, 8, 180*time.Second, time.Millisecond, time.Second)
	near(t, "P(Ab)", b.Abandon, erlang.B(10, 8), 1e-4)
}

func TestStaff(t *testing.T) {
	for _, patience := range []time.Duration{0, 2 * time.Minute} {
		for _, a := range []float64{.5, 10, 95, 480} {
			n := erlang.Staff(a, 180*time.Second, patience, 20*time.Second, .8)
			level := func(n int) float64 {
				if patience > 0 {
					return erlang.Impatient(n, a, 180*time.Second, patience, 20*time.Second).Within
				}
				return erlang.Waiting(n, a, 180*time.Second, 20*time.Second).Within
			}
			if level(n) < .8 || level(n-1) >= .8 {
				t.Errorf("load %v, patience %s: %d people give %.3f, one less %.3f", a, patience, n, level(n), level(n-1))
			}
		}
	}
	if n := erlang.Staff(10, time.Minute, 0, 0, 1); n != -1 {
		t.Errorf("nobody ever waits with %d people", n)
	}
}
