package simulate

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/routing"
)

// recorded is one person, known callers, and nothing left to chance.
func recorded(callers ...Caller) Scenario {
	s := small(0)
	s.Queues[0].Arrivals = Arrivals{Callers: callers}
	s.Agents[0] = Group{ID: "g", Queues: []orchestrator.QueueID{"q"}, People: []Person{{ID: "ann", Shifts: []Shift{{End: 300 * sec}}}}}
	s.Keep = true
	return s.WithDefaults()
}

func TestRecordedCallers(t *testing.T) {
	d := day(t, recorded(
		Caller{At: 0, Ring: 5 * sec, Talk: 30 * sec, Wrap: 4 * sec, Stayed: 5 * sec},
		Caller{At: 10 * sec, Tries: []Try{{Ring: 8 * sec, Free: 1 * sec}}, Ring: 3 * sec, Talk: 20 * sec, Stayed: 41 * sec},
		Caller{At: 60 * sec, GaveUp: 16 * sec, RingOver: 5 * sec, Free: 1 * sec}, // rings from 71 s on, gives up at 76 s
		Caller{At: 80 * sec, GaveUp: 7 * sec, LedOut: true, RingOver: 7 * sec},
	))
	// Ann: rings 0–5, talks 5–35, works until 39; the second rings 39–47 in vain, again from 48 to 51, and talks until 71.
	want := []Fate{
		{Ending: Answered, Agent: "ann", Wait: 5 * sec, Talk: 30 * sec, Wrap: 4 * sec, Offers: 1},
		{Caller: 1, At: 10 * sec, Ending: Answered, Agent: "ann", Wait: 41 * sec, Talk: 20 * sec, Offers: 2},
		{Caller: 2, At: 60 * sec, Ending: Abandoned, Wait: 16 * sec, Offers: 1},
		{Caller: 3, At: 80 * sec, Ending: FlowedOut, Wait: 7 * sec, Offers: 1},
	}
	if !slices.Equal(d.Fates, want) {
		t.Errorf("%+v\nnot\n%+v", d.Fates, want)
	}
	// Her phone rang for 5, 8+1, 3, 5+1 and 7 s.
	if w := d.People[0]; w != (Work{Agent: "ann", Contacts: 2, Busy: 54 * sec, Rung: 30 * sec, There: 270 * sec}) {
		t.Errorf("%+v", w)
	}
	if o := d.Queues[0]; o.FlowedOut != 1 || o.Abandoned != 1 || o.Talk != 50*sec || o.Wrap != 4*sec || o.Offered() != 4 {
		t.Errorf("%+v", o)
	}
	if again, have := Tell(recorded(), want, nil).Queues[0], d.Queues[0]; again != have {
		t.Errorf("told by its fates it is %+v, not %+v", again, have)
	}
}

// Pauses: nobody is offered a call in one, and whoever comes back from a pause counts as idle from then on; a phone that was away
// changes nothing about that.
func TestPeopleComeAndGo(t *testing.T) {
	s := recorded(Caller{At: 50 * sec, Talk: sec}, Caller{At: 100 * sec, Talk: sec}, Caller{At: 150 * sec, Talk: sec})
	s.Agents[0].People = []Person{
		{ID: "ann", Shifts: []Shift{{End: 60 * sec, Rested: 9 * sec}, {Begin: 70 * sec, End: 80 * sec, Back: true}, {Begin: 90 * sec, End: 200 * sec}}},
		{ID: "bob", Shifts: []Shift{{End: 70 * sec, Rested: 5 * sec}, {Begin: 80 * sec, End: 120 * sec, Back: true}}},
	}
	s.Agents[0].Count = 2
	var who []orchestrator.AgentID
	for _, f := range day(t, s).Fates {
		who = append(who, f.Agent)
	}
	// Ann has rested longest, then Bob has worked never; in the end there is only Ann.
	if want := []orchestrator.AgentID{"ann", "bob", "ann"}; !slices.Equal(who, want) {
		t.Errorf("%v, not %v", who, want)
	}
}

func TestWhatIsNotKnownIsDrawn(t *testing.T) {
	s := recorded(Caller{At: 0, GaveUp: time.Millisecond, RingOver: time.Microsecond}, Caller{At: 10 * sec, Stayed: 20 * sec})
	s.Queues[0].Ring = constant(2 * sec)
	s.Queues[0].Patience = Distribution{Is: Points, Points: []Point{{30 * sec, .5}}, Mean: 10 * sec}
	s.Agents[0].People[0].Shifts[0].Begin = 190 * sec
	for seed := range uint64(50) {
		s.Seed = seed
		d := day(t, s)
		if f := d.Fates[1]; f.Ending != Abandoned || f.Wait <= 20*sec {
			t.Fatalf("somebody who had stayed 20 s gave up after %s", f.Wait)
		}
	}
}

// Kaplan and Meier by hand: of 5, one gives up at 10 s; one is answered at 20; of the 3 left, one gives up at 30; the others stay.
func TestSurvival(t *testing.T) {
	d := Survival([]time.Duration{30 * sec, 10 * sec}, []time.Duration{20 * sec, 40 * sec, 50 * sec})
	if len(d.Points) != 2 || d.Points[0].At != 10*sec || math.Abs(d.Points[0].Share-.2) > 1e-12 || d.Points[1].At != 30*sec ||
		math.Abs(d.Points[1].Share-(1-.8*2/3)) > 1e-12 || d.Mean != 75*sec {
		t.Errorf("%+v", d)
	}
	if none := Survival(nil, []time.Duration{sec}); none.Is != "" {
		t.Errorf("nobody gave up: %+v", none)
	}
	c, n, below := newChance(1), 20_000, 0
	sum := 0.0
	for range n {
		v := time.Duration(d.draw(c)) * time.Microsecond
		sum += v.Seconds()
		if v <= 30*sec {
			below++
		}
		if a := d.drawAbove(c, 25*sec); a < (25 * sec).Microseconds() {
			t.Fatalf("%d µs is not above 25 s", a)
		}
	}
	if share := float64(below) / float64(n); math.Abs(share-d.Points[1].Share) > .02 {
		t.Errorf("%.3f of the values are up to 30 s, not %.3f", share, d.Points[1].Share)
	}
	if mean := sum / float64(n); math.Abs(mean-d.Expected().Seconds()) > 1.5 {
		t.Errorf("the mean is %.2f s, not %s", mean, d.Expected())
	}
}

// A fit of what was seen in full keeps the mean.
func TestSeen(t *testing.T) {
	var times []time.Duration
	c, sum := newChance(3), time.Duration(0)
	for range 12_345 {
		times = append(times, time.Duration(1e9*c.exponential()*100))
		sum += times[len(times)-1]
	}
	d := Seen(times)
	if mean := sum / time.Duration(len(times)); len(d.Samples) != maxSamples || (d.Expected()-mean).Abs() > mean/500 {
		t.Errorf("%d samples with a mean of %s, not %s", len(d.Samples), d.Expected(), mean)
	}
}

func TestCallersAreChecked(t *testing.T) {
	for path, spoil := range map[string]func(*Scenario){
		"queues[0].arrivals.callers[1].at":      func(s *Scenario) { s.Queues[0].Arrivals.Callers[0].At = 2 * sec },
		"queues[0].arrivals.callers[0].at":      func(s *Scenario) { s.Queues[0].Arrivals.Callers[0].Talk = -sec },
		"queues[0].arrivals.callers[1].stayed":  func(s *Scenario) { s.Queues[0].Arrivals.Callers[1].GaveUp = sec },
		"queues[0].arrivals.callers[0].led_out": func(s *Scenario) { s.Queues[0].Arrivals.Callers[0].LedOut = true },
		"queues[0].patience.points": func(s *Scenario) {
			s.Queues[0].Patience = Distribution{Is: Points, Points: []Point{{sec, .5}, {sec, .6}}}
		},
		"queues[0].patience.mean": func(s *Scenario) { s.Queues[0].Patience = Distribution{Is: Points, Points: []Point{{sec, .5}}} },
		"queues[0].ring.mean":     func(s *Scenario) { s.Queues[0].Ring = Distribution{Is: Constant} },
		"agents[0].count":         func(s *Scenario) { s.Agents[0].Count = 2 },
		"agents[0].people[0].id":  func(s *Scenario) { s.Agents[0].People[0].ID = "" },
		"agents[0].people[0].shifts[1].end": func(s *Scenario) {
			p := &s.Agents[0].People[0]
			p.Shifts = append(p.Shifts, Shift{sec, 2 * sec, 0, false})
		},
	} {
		s := recorded(Caller{At: 0}, Caller{At: sec, Stayed: sec})
		spoil(&s)
		var e *Error
		if err := s.Check(); !errors.As(err, &e) || e.Path != path {
			t.Errorf("%s: %v", path, err)
		}
	}
	if s := recorded(Caller{}); s.Check() != nil || s.Queues[0].Plan.Strategy != routing.Strategy("") {
		t.Error("a good one is refused")
	}
}
