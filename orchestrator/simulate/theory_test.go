package simulate

import (
	"fmt"
	"math"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/erlang"
	"tandem/orchestrator/routing"
)

// steady is a line with n people and a load of a erlang; patience 0 is without end. Each of the days has about calls calls.
func steady(n int, a float64, service, patience time.Duration, calls int) Scenario {
	perHour := a * float64(time.Hour) / float64(service)
	s := Scenario{
		Steady: true, Days: 20, Seed: 1, Length: time.Duration(float64(calls) / perHour * float64(time.Hour)), Warm: 20 * service,
		Queues: []Queue{{ID: "q", Arrivals: Arrivals{PerHour: perHour}, Service: Distribution{Is: Exponential, Mean: service}}},
		Agents: []Group{{ID: "g", Count: n, Queues: []orchestrator.QueueID{"q"}}},
	}
	if patience > 0 {
		s.Queues[0].Patience = Distribution{Is: Exponential, Mean: patience}
	}
	return s.WithDefaults()
}

// long says that a test simulates hundreds of thousands of calls.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("hundreds of thousands of calls in one goroutine: nothing for the race detector; left out by -short")
	}
}

// report runs a scenario and tells of it with 99 % intervals.
func report(t *testing.T, s Scenario) Report {
	t.Helper()
	long(t)
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	days, err := Run(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return NewReport(s, days, 0.99)
}

// holds wants the exact value in the interval, and the interval narrow enough to mean something.
func holds(t *testing.T, what string, e Estimate, exact, narrow float64) {
	t.Helper()
	t.Logf("%-14s exact %.5f, simulated %.5f ± %.5f", what, exact, e.Mean, e.Half)
	if !(math.Abs(e.Mean-exact) <= e.Half) {
		t.Errorf("%s: %.5f lies outside %.5f ± %.5f", what, exact, e.Mean, e.Half)
	}
	if !(e.Half <= narrow*exact) {
		t.Errorf("%s: an interval of ± %.5f around %.5f says little", what, e.Half, e.Mean)
	}
}

// M/M/c is Erlang C.
func TestIsErlangC(t *testing.T) {
	for _, x := range []struct {
		n     int
		a     float64
		calls int
	}{{2, 1, 5000}, {10, 8, 10_000}, {14, 10, 10_000}, {55, 50, 15_000}, {100, 90, 20_000}} {
		t.Run(fmt.Sprintf("%d people, %v erlang", x.n, x.a), func(t *testing.T) {
			const service, target = 180 * time.Second, 20 * time.Second
			r := report(t, steady(x.n, x.a, service, 0, x.calls))
			want := erlang.Waiting(x.n, x.a, service, target)
			holds(t, "P(wait)", r.Find(Total, "", "delayed_share"), want.Waits, .2)
			holds(t, "ASA", r.Find(Total, "", "asa_s"), want.Wait.Seconds(), .3)
			holds(t, "SL", r.Find(Total, "", "SL-3"), want.Within, .05)
			holds(t, "occupancy", r.Find(OfGroup, "g", "occupancy"), want.Busy, .02)
		})
	}
}

// M/M/c/c is Erlang B: as many lines as people, and nobody can wait.
func TestIsErlangB(t *testing.T) {
	for _, x := range []struct {
		n     int
		a     float64
		calls int
		exact float64 // of the tables
	}{{10, 8, 5000, .12166}, {100, 90, 15_000, .02696}} {
		t.Run(fmt.Sprintf("%d lines, %v erlang", x.n, x.a), func(t *testing.T) {
			s := steady(x.n, x.a, 180*time.Second, 0, x.calls)
			s.Lines = x.n
			if b := erlang.B(x.n, x.a); math.Abs(b-x.exact) > 5e-6 {
				t.Errorf("the formula says %.5f, the table %.5f", b, x.exact)
			}
			holds(t, "blocking", report(t, s).Find(Total, "", "blocked_share"), x.exact, .1)
		})
	}
}

// The busiest line of the table takes millions of calls until it is known: make bench-theory.
func BenchmarkErlangCOf500(b *testing.B) {
	s := steady(500, 480, 180*time.Second, 0, 400_000)
	for range b.N {
		days, err := Run(s, nil)
		if err != nil {
			b.Fatal(err)
		}
		e := NewReport(s, days, 0.99).Find(Total, "", "delayed_share")
		b.Logf("P(wait) exact .26651, simulated %.5f ± %.5f", e.Mean, e.Half)
		if math.Abs(e.Mean-.26651) > e.Half {
			b.Error("outside its interval")
		}
	}
}

// M/M/c+M is Erlang A.
func TestIsErlangA(t *testing.T) {
	for _, x := range []struct {
		n        int
		a, theta float64
		calls    int
	}{{10, 10, .5, 5000}, {50, 55, .5, 10_000}, {100, 95, 1, 15_000}} {
		t.Run(fmt.Sprintf("%d people, %v erlang, theta %v", x.n, x.a, x.theta), func(t *testing.T) {
			const service = 180 * time.Second
			patience := time.Duration(float64(service) / x.theta)
			r := report(t, steady(x.n, x.a, service, patience, x.calls))
			want := erlang.Impatient(x.n, x.a, service, patience, 20*time.Second)
			holds(t, "P(W>0)", r.Find(Total, "", "delayed_share"), want.Waits, .1)
			holds(t, "P(Ab)", r.Find(Total, "", "abandoned_share"), want.Abandon, .15)
			holds(t, "E[W]", r.Find(Total, "", "wait_s"), want.Wait.Seconds(), .2)
			holds(t, "within 20 s", r.Find(Total, "", "SL-3"), want.Within, .15)
			holds(t, "occupancy", r.Find(OfGroup, "g", "occupancy"), want.Busy, .02)
		})
	}
}

// skilled is the centre of Wallace and Whitt (2005): six types of calls, 90 people, 120 lines, 84 erlang of ten minutes. Each person
// is best at one type and has as many more as said, spread evenly.
func skilled(skills int) Scenario {
	const types, each, service = 6, 15, 10 * time.Minute
	s := Scenario{Steady: true, Days: 20, Seed: 1, Length: 25 * time.Hour, Warm: 5 * time.Hour, Lines: 120}
	for q := range types {
		s.Queues = append(s.Queues, Queue{
			ID: queue(q), Arrivals: Arrivals{PerHour: 84. / types * 6}, Service: Distribution{Is: Exponential, Mean: service},
			Plan: routing.Plan{Strategy: routing.BestSkill, Steps: []routing.Step{{Preferred: []routing.Skill{{ID: skill(q), Level: 10}}}}},
		})
	}
	for i := range types * each {
		g := Group{ID: fmt.Sprint("g", i), Count: 1}
		for k := range skills {
			q := i % types
			if k > 0 {
				q = (i%types + 1 + (i/types+k-1)%(types-1)) % types
			}
			g.Queues = append(g.Queues, queue(q))
			g.Skills = append(g.Skills, routing.Skill{ID: skill(q), Level: max(10-k, 1)})
		}
		s.Agents = append(s.Agents, g)
	}
	return s.WithDefaults()
}

func queue(q int) orchestrator.QueueID { return orchestrator.QueueID(fmt.Sprint("q", q)) }
func skill(q int) routing.SkillID      { return routing.SkillID(fmt.Sprint("s", q)) }

// Two skills for each person are nearly as good as all six.
func TestTwoSkillsAreNearlyAll(t *testing.T) {
	blocked := func(skills int) Estimate {
		e := report(t, skilled(skills)).Find(Total, "", "blocked_share")
		t.Logf("%d skills: blocking %.3f %% ± %.3f", skills, 100*e.Mean, 100*e.Half)
		return e
	}
	// With all skills it is M/M/90/120, known exactly.
	weight, sum := 1.0, 1.0
	for k := 1; k <= 120; k++ {
		weight *= 84 / float64(min(k, 90))
		sum += weight
	}
	holds(t, "M/M/90/120", blocked(6), weight/sum, .5)
	if one := blocked(1); one.Mean-one.Half < .03 {
		t.Errorf("one skill blocks %.4f: too good to be true", one.Mean)
	}
	if two := blocked(2); two.Mean+two.Half > .006 {
		t.Errorf("two skills block %.4f ± %.4f, more than 0.6 %%", two.Mean, two.Half)
	}
}

// Where people are alike, who takes a call changes nothing for the callers: longest idle, round robin and the rest are one.
func TestStrategiesAreAlikeForTheCallers(t *testing.T) {
	long(t)
	s := steady(10, 8, 180*time.Second, 5*time.Minute, 5000)
	s.Days = 2
	var first Outcome
	for i, strategy := range routing.Strategies {
		s.Queues[0].Plan.Strategy = strategy
		days, err := Run(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = days[1].total()
		} else if o := days[1].total(); o.WaitAll != first.WaitAll || o.Abandoned != first.Abandoned || o.AnsweredIn != first.AnsweredIn {
			t.Errorf("%s: %+v, not %+v", strategy, o, first)
		}
	}
}

// Where some are faster, giving them more makes everybody wait less. Both meet the same callers, so that the days are compared in pairs.
func TestFastestFirstIsBetter(t *testing.T) {
	long(t)
	s := steady(10, 7, 180*time.Second, 0, 10_000)
	fast, slow := s.Agents[0], s.Agents[0]
	fast.ID, fast.Count, fast.Pace = "fast", 5, .8
	slow.ID, slow.Count, slow.Pace = "slow", 5, 1.2
	s.Agents = []Group{slow, fast}
	asa := func(by routing.Strategy) (values []float64) {
		s.Queues[0].Plan.Strategy = by
		days, err := Run(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range days {
			v, _ := d.total().ASA()
			values = append(values, v.Seconds())
		}
		return values
	}
	idle, fastest := asa(routing.LongestIdle), asa(routing.FastestFirst)
	gain := make([]float64, len(idle))
	for i := range gain {
		gain[i] = 1 - fastest[i]/idle[i]
	}
	e := newEstimator(0.99).estimate(gain)
	t.Logf("ASA %.1f %% ± %.1f shorter", 100*e.Mean, 100*e.Half)
	if e.Mean-e.Half <= 0 {
		t.Error("fastest first is not better")
	}
}
