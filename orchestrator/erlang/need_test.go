package erlang_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator/erlang"
)

// The ASA of Erlang A, another way: the wait of those answered is what is missing from "answered within t" until all of them are,
// added up over t.
func TestASAOfThoseAnswered(t *testing.T) {
	const unit, step = time.Hour, time.Hour / 200
	for _, x := range []struct {
		n        int
		a, theta float64
	}{{10, 10, .5}, {50, 55, .5}, {5, 4, 3}} {
		at := func(target time.Duration) erlang.Line {
			return erlang.Impatient(x.n, x.a, unit, time.Duration(float64(unit)/x.theta), target)
		}
		all := 1 - at(0).Abandon
		sum := (all - at(0).Within) / 2 // trapezia
		for target := step; target < 4*unit; target += step {
			sum += all - at(target).Within
		}
		near(t, "ASA", at(0).ASA.Hours(), sum*step.Hours()/all, 1e-4)
	}
	endless := erlang.Impatient(14, 10, 180*time.Second, 1e9*time.Second, 0)
	near(t, "ASA with endless patience", endless.ASA.Seconds(), 7.836, 1e-3)
}

// The reference values, asked the other way round: who wants what n people reach needs n people.
func TestNeedMeetsTheReferences(t *testing.T) {
	for _, x := range []struct {
		n           int
		a, lvl, asa float64
	}{{10, 8, .67235, 36.826}, {14, 10, .88835, 7.836}, {55, 50, .77937, 13.844}, {100, 90, .92859, 3.905}} {
		d := erlang.Demand{Calls: 10 * x.a, Interval: 30 * time.Minute, Handle: 180 * time.Second}
		g := erlang.Goal{Answered: x.lvl - 6e-6, Within: 20 * time.Second, Occupancy: 1}
		need, err := g.Staff(d)
		if err != nil || need.Agents != x.n || need.Rostered != x.n {
			t.Errorf("%v erlang: %+v (%v), want %d people", x.a, need, err, x.n)
		}
		near(t, "SL", need.Within, x.lvl, 6e-6)
		near(t, "ASA", need.ASA.Seconds(), x.asa, 1e-3)
		g.Answered += 12e-6
		if more, err := g.Staff(d); err != nil || more.Agents != x.n+1 {
			t.Errorf("%v erlang, a hair more wanted: %+v (%v), want %d people", x.a, more, err, x.n+1)
		}
	}
	// Erlang A: the occupancy that n people reach, (1 - P(Ab))·a/n, asks for n people.
	for _, x := range []struct {
		n            int
		a, theta, ab float64
	}{{10, 10, .5, .10391}, {50, 55, .5, .10208}, {100, 95, 1, .02017}} {
		d := erlang.Demand{Calls: x.a, Interval: time.Hour, Handle: time.Hour, Patience: time.Duration(float64(time.Hour) / x.theta)}
		need, err := erlang.Goal{Answered: .01, Within: time.Second, Occupancy: (1-x.ab)*x.a/float64(x.n) + 1e-5}.Staff(d)
		if err != nil || need.Agents != x.n {
			t.Errorf("%v erlang with patience: %+v (%v), want %d people", x.a, need, err, x.n)
		}
		near(t, "P(Ab)", need.Abandon, x.ab, 5e-6)
	}
}

// Far more callers than people: the weights of the line would grow beyond any number. All are busy, the rest gives up.
func TestOverloadDoesNotOverflow(t *testing.T) {
	for _, patience := range []time.Duration{time.Minute, 4 * time.Minute} {
		line := erlang.Impatient(3000, 5000, time.Minute, patience, time.Second)
		near(t, "P(Ab)", line.Abandon, .4, 1e-9)
		near(t, "occupancy", line.Busy, 1, 1e-9)
		near(t, "SL", line.Within, 0, 1e-9)
	}
}

func TestNeedOfOccupancyAndShrinkage(t *testing.T) {
	d := erlang.Demand{Calls: 220, Interval: 30 * time.Minute, Handle: 180 * time.Second} // 22 erlang
	g := erlang.Goal{Answered: .5, Within: time.Minute, Occupancy: .88, Shrinkage: .3}
	if need, err := g.Staff(d); err != nil || need.Agents != 25 || need.Rostered != 36 || math.Abs(need.Busy-.88) > 1e-9 {
		t.Errorf("22 erlang at 88 %%: %+v (%v), want 25 at work, 36 rostered", need, err)
	}
	d, g = erlang.Demand{Calls: 120, Interval: 30 * time.Minute, Handle: 250 * time.Second}, erlang.Goal{Answered: .8, Within: 20 * time.Second, Occupancy: 1, Shrinkage: .3}
	if need, err := g.Staff(d); err != nil || need.Agents != 21 || need.Rostered != 30 { // 21/(1-.3) is a hair above 30 in floating point
		t.Errorf("rounding costs a person: %+v (%v), want 21 at work, 30 rostered", need, err)
	}
	d.Calls = 0
	if need, err := g.Staff(d); err != nil || need != (erlang.Need{}) {
		t.Errorf("nobody calls: %+v (%v)", need, err)
	}
}

func TestNeedTellsWhatIsWrong(t *testing.T) {
	for want, change := range map[string]func(*erlang.Demand, *erlang.Goal){
		"calls NaN":       func(d *erlang.Demand, _ *erlang.Goal) { d.Calls = math.NaN() },
		"calls -1":        func(d *erlang.Demand, _ *erlang.Goal) { d.Calls = -1 },
		"interval 0s":     func(d *erlang.Demand, _ *erlang.Goal) { d.Interval = 0 },
		"handle time 0s":  func(d *erlang.Demand, _ *erlang.Goal) { d.Handle = 0 },
		"patience -1s":    func(d *erlang.Demand, _ *erlang.Goal) { d.Patience = -time.Second },
		"patience 24h":    func(d *erlang.Demand, _ *erlang.Goal) { d.Patience = 24 * time.Hour },
		"more than 10000": func(d *erlang.Demand, _ *erlang.Goal) { d.Calls = 1e6 },
		"answered 80":     func(_ *erlang.Demand, g *erlang.Goal) { g.Answered = 80 },
		"endless":         func(_ *erlang.Demand, g *erlang.Goal) { g.Answered = 1 },
		"within 16m":      func(d *erlang.Demand, g *erlang.Goal) { d.Patience, g.Within = time.Minute, 16*time.Minute },
		"within -1s":      func(_ *erlang.Demand, g *erlang.Goal) { g.Within = -time.Second },
		"occupancy 0":     func(_ *erlang.Demand, g *erlang.Goal) { g.Occupancy = 0 },
		"shrinkage 1":     func(_ *erlang.Demand, g *erlang.Goal) { g.Shrinkage = 1 },
		"not enough":      func(_ *erlang.Demand, g *erlang.Goal) { g.Occupancy = 1e-6 },
	} {
		d := erlang.Demand{Calls: 100, Interval: 30 * time.Minute, Handle: 3 * time.Minute}
		g := erlang.Goal{Answered: .8, Within: 20 * time.Second, Occupancy: 1}
		change(&d, &g)
		if need, err := g.Staff(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v %+v: %+v (%v), want an error with %q", d, g, need, err, want)
		}
	}
}

// Where the exact answer would take minutes, there is an error and no waiting; where it is short of that, it comes within seconds.
func TestEdgeOfWhatIsComputed(t *testing.T) {
	if testing.Short() {
		t.Skip("long sums in one goroutine: nothing for the race detector; left out by -short")
	}
	ask := func(load float64, within time.Duration) (erlang.Need, error) {
		d := erlang.Demand{Calls: load, Interval: 3 * time.Minute, Handle: 3 * time.Minute, Patience: time.Hour}
		return erlang.Goal{Answered: .8, Within: within, Occupancy: 1}.Staff(d)
	}
	if need, err := ask(10_000, 15*time.Minute); err == nil || !strings.Contains(err.Error(), "too long to compute") {
		t.Errorf("at the edge of all limits: %+v (%v)", need, err)
	}
	// A line as long as this is a fluid: it is as long as it must be for the surplus to give up, and everybody in it is served within the
	// target who does not.
	if need, err := ask(1000, 15*time.Minute); err != nil || need.Agents != 801 {
		t.Errorf("1000 erlang: %+v (%v), want 801", need, err)
	}
	if need, err := ask(10_000, 20*time.Second); err != nil || need.Agents != 9965 {
		t.Errorf("10 000 erlang: %+v (%v), want 9965", need, err)
	}
}
