package simulate

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tandem/orchestrator"
	"tandem/orchestrator/routing"
)

const sec = time.Second

func constant(d time.Duration) Distribution { return Distribution{Is: Constant, Mean: d} }

// small is one person, one line and calls at given times, so that everything can be worked out by hand.
func small(times ...time.Duration) Scenario {
	return Scenario{
		Length: 200 * sec, Days: 1, Target: 50 * sec,
		Queues: []Queue{{ID: "q", Arrivals: Arrivals{Times: times}, Service: constant(50 * sec), Wrap: constant(10 * sec), Patience: constant(55 * sec)}},
		Agents: []Group{{ID: "g", Count: 1, Queues: []orchestrator.QueueID{"q"}}},
	}.WithDefaults()
}

func day(t *testing.T, s Scenario) Day {
	t.Helper()
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	days, err := Run(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return days[0]
}

func TestByHand(t *testing.T) {
	// The second waits from 10 to 60 s, the third gives up at 75 s. The fourth comes 1 s before the end and is served after it.
	d := day(t, small(0, 10*sec, 20*sec, 199*sec))
	o := d.Queues[0]
	if o.Answered != 3 || o.Abandoned != 1 || o.AnsweredIn != 3 || o.AbandonedIn != 0 || o.Delayed != 2 ||
		o.WaitAnswered != 50*sec || o.WaitAll != 105*sec || o.LongestWait != 55*sec || o.Talk != 150*sec || o.Wrap != 30*sec || o.Handled != 3 {
		t.Errorf("%+v", o)
	}
	if w := d.People[0]; w.Contacts != 3 || w.Busy != 180*sec || w.There != 259*sec {
		t.Errorf("%+v", w)
	}
}

func TestShiftsEnd(t *testing.T) {
	s := small(0, 70*sec, 100*sec)
	s.Queues[0].Patience = Distribution{}
	s.Agents[0].Begin, s.Agents[0].End = 30*sec, 80*sec
	d := day(t, s)
	// One is taken when the shift begins, and finished after it has ended; two wait in vain.
	if o := d.Queues[0]; o.Answered != 1 || o.WaitAnswered != 30*sec || o.Expired != 2 {
		t.Errorf("%+v", o)
	}
	if w := d.People[0]; w.Busy != 60*sec || w.There != 60*sec {
		t.Errorf("%+v", w)
	}
}

func TestLinesAreBlocked(t *testing.T) {
	s := small(0, 1*sec, 2*sec)
	s.Lines = 2
	if o := day(t, s).Queues[0]; o.Blocked != 1 || o.Answered != 1 || o.Abandoned != 1 {
		t.Errorf("%+v", o)
	}
}

// After ten seconds the ring widens to somebody of another queue.
func TestRingsWidenInASimulation(t *testing.T) {
	s := small(0, 5*sec)
	s.Queues = append(s.Queues, Queue{ID: "other", Arrivals: Arrivals{Times: []time.Duration{100 * sec}}, Service: constant(sec)})
	s.Agents = append(s.Agents, Group{ID: "h", Count: 1, Queues: []orchestrator.QueueID{"other"}})
	s.Queues[0].Plan = routing.Plan{Steps: []routing.Step{{For: 10 * sec}, {Also: []orchestrator.QueueID{"other"}}}}
	if o := day(t, s.WithDefaults()).Queues[0]; o.WaitAnswered != 10*sec || o.Answered != 2 {
		t.Errorf("%+v", o)
	}
}

// Everybody who comes has one outcome, in any scenario; and the same scenario gives the same days.
func TestNobodyIsLost(t *testing.T) {
	shape := rapid.SampledFrom([]Distribution{
		{Is: Exponential, Mean: 100 * sec}, {Is: Lognormal, Mean: 100 * sec, CV: 1.5}, {Is: Erlang, Mean: 100 * sec, Stages: 3},
		{Is: Uniform, Low: sec, High: 200 * sec}, {Is: Samples, Samples: []time.Duration{sec, 300 * sec}},
	})
	rapid.Check(t, func(t *rapid.T) {
		s := Scenario{Length: time.Hour, Days: 1, Seed: rapid.Uint64().Draw(t, "seed"), Lines: rapid.IntRange(0, 10).Draw(t, "lines")}
		for i := range rapid.IntRange(1, 3).Draw(t, "queues") {
			q := Queue{ID: queue(i), Service: shape.Draw(t, "service"), Arrivals: Arrivals{Counts: []float64{20, 0, 60}, Every: 20 * time.Minute}}
			if rapid.Bool().Draw(t, "impatient") {
				q.Patience = shape.Draw(t, "patience")
			}
			s.Queues = append(s.Queues, q)
			s.Agents = append(s.Agents, Group{ID: string(q.ID), Count: rapid.IntRange(1, 3).Draw(t, "people"), Queues: []orchestrator.QueueID{q.ID, queue(0)}})
		}
		s = s.WithDefaults()
		days, err := Run(s, nil)
		again, _ := Run(s, nil)
		if err != nil || !reflect.DeepEqual(days, again) {
			t.Fatalf("the same scenario gives %+v and %+v, %v", days, again, err)
		}
		var busy, handled time.Duration
		for i, o := range days[0].Queues {
			q := s.Queues[i]
			came, c := int64(0), newSource(q.Arrivals, newChance(s.Seed, 0, uint64(i), 0), s.Length.Microseconds())
			for c.arrival() < s.Length.Microseconds() {
				came++
			}
			if o.Offered()+o.Blocked != came || o.Waited != o.Answered+o.Abandoned || o.Handled != o.Answered {
				t.Fatalf("%d came: %+v", came, o)
			}
			handled += o.Talk + o.Wrap
		}
		for _, w := range days[0].People {
			busy += w.Busy
		}
		if busy != handled {
			t.Fatalf("people were busy %s with calls of %s", busy, handled)
		}
	})
}

func TestStopped(t *testing.T) {
	if _, err := Run(small(0), func(float64) bool { return false }); !errors.Is(err, ErrStopped) {
		t.Errorf("stopped: %v", err)
	}
}

// Each error says where it is.
func TestScenariosAreChecked(t *testing.T) {
	for path, spoil := range map[string]func(*Scenario){
		"length":                       func(s *Scenario) { s.Length = 0 },
		"warm":                         func(s *Scenario) { s.Warm = sec },
		"short":                        func(s *Scenario) { s.Short = time.Hour },
		"queues":                       func(s *Scenario) { s.Queues = nil },
		"queues[0].arrivals.per_hour":  func(s *Scenario) { s.Queues[0].Arrivals.PerHour = 1 },
		"queues[0].arrivals.times[0]":  func(s *Scenario) { s.Queues[0].Arrivals.Times[0] = time.Hour },
		"queues[0].service":            func(s *Scenario) { s.Queues[0].Service.Is = ""; s.Queues[0].Service.Mean = 0 },
		"queues[0].patience.is":        func(s *Scenario) { s.Queues[0].Patience.Is = "gauss" },
		"queues[0].patience.cv":        func(s *Scenario) { s.Queues[0].Patience.Is = Lognormal },
		"queues[0].plan":               func(s *Scenario) { s.Queues[0].Plan.Strategy = "dice" },
		"queues[0].plan.steps[0].also": func(s *Scenario) { s.Queues[0].Plan.Steps = []routing.Step{{Also: []orchestrator.QueueID{"x"}}} },
		"queues[0].media":              func(s *Scenario) { s.Queues[0].Media = "fax" },
		"queues[1].id":                 func(s *Scenario) { s.Queues = append(s.Queues, s.Queues[0]) },
		"agents":                       func(s *Scenario) { s.Agents = nil },
		"agents[0].count":              func(s *Scenario) { s.Agents[0].Count = 0 },
		"agents[0].queues[0]":          func(s *Scenario) { s.Agents[0].Queues = []orchestrator.QueueID{"x"} },
		"agents[0].end":                func(s *Scenario) { s.Agents[0].End = time.Hour },
		"agents[0].skills":             func(s *Scenario) { s.Agents[0].Skills = []routing.Skill{{ID: "x", Level: 11}} },
		"agents[0].slots":              func(s *Scenario) { s.Agents[0].Slots = map[string]int{"fax": 1} },
		"days":                         func(s *Scenario) { s.Queues[0].Arrivals = Arrivals{PerHour: 1e12} },
	} {
		s := small(0)
		spoil(&s)
		var e *Error
		if err := s.Check(); !errors.As(err, &e) || e.Path != path || strings.TrimSpace(e.Say) == "" {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A day of thirty thousand calls, five hundred people, five queues.
func BenchmarkDay(b *testing.B) {
	s := Scenario{Length: 10 * time.Hour, Days: 1}
	for i := range 5 {
		s.Queues = append(s.Queues, Queue{
			ID: queue(i), Arrivals: Arrivals{PerHour: 600}, Service: Distribution{Is: Lognormal, Mean: 4 * time.Minute, CV: 1.2},
			Wrap: constant(30 * sec), Patience: Distribution{Is: Exponential, Mean: 3 * time.Minute},
		})
		s.Agents = append(s.Agents, Group{ID: string(queue(i)), Count: 50, Queues: []orchestrator.QueueID{queue(i), queue((i + 1) % 5)}})
	}
	s = s.WithDefaults()
	for range b.N {
		if _, err := Run(s, nil); err != nil {
			b.Fatal(err)
		}
	}
}
