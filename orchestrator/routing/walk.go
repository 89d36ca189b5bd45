package routing

import (
	"fmt"
	"time"

	"tandem/orchestrator"
)

// Walk is where an item stands in its plan.
type Walk struct {
	Step    int
	Entered time.Time            // this step
	Ahead   time.Duration        // gained so far
	Only    orchestrator.AgentID // whom the step is for; "" is anybody
}

// Ties are the people whom a customer knows; "" is nobody.
type Ties struct {
	Last, Dedicated orchestrator.AgentID
}

func (t Ties) who(o Only) orchestrator.AgentID {
	switch o {
	case LastAgent:
		return t.Last
	case Dedicated:
		return t.Dedicated
	}
	return ""
}

// Sight is what a condition may look at, for the items of one step.
type Sight struct {
	Free    int // people who could take one at this moment
	Staffed int // people who could take one if they had nothing else to do
	Waiting int // items of the queue
}

// Condition compares one figure of a Sight with a number.
type Condition struct {
	Figure Figure     `json:"figure" yaml:"figure"`
	Is     Comparison `json:"is" yaml:"is"`
	Than   int        `json:"than" yaml:"than"`
}

// Figure names a number of a Sight.
type Figure string

// The figures.
const (
	Free    Figure = "free"
	Staffed Figure = "staffed"
	Waiting Figure = "waiting"
)

// Comparison is one of "<" and ">=".
type Comparison string

// The comparisons; the two are each other's opposite, so that every condition can be written.
const (
	Less    Comparison = "<"
	AtLeast Comparison = ">="
)

func (c Condition) check() error {
	if c.Figure != Free && c.Figure != Staffed && c.Figure != Waiting {
		return fmt.Errorf("skip_if: figure %q is not known; use free, staffed or waiting", c.Figure)
	}
	if c.Is != Less && c.Is != AtLeast {
		return fmt.Errorf("skip_if: comparison %q is not known; use < or >=", c.Is)
	}
	return nil
}

func (c Condition) holds(s Sight) bool {
	n := map[Figure]int{Free: s.Free, Staffed: s.Staffed, Waiting: s.Waiting}[c.Figure]
	return (n < c.Than) == (c.Is == Less)
}

// Begin enters the first step that is not skipped. Look tells what there is to see of a step.
func (p Plan) Begin(now time.Time, ties Ties, look func(Walk) Sight) Walk {
	return p.enter(Walk{Step: -1}, now, ties, look)
}

// Next goes on to the step after, once the time of this one is over (Until). In the last step it changes nothing.
func (p Plan) Next(w Walk, now time.Time, ties Ties, look func(Walk) Sight) Walk {
	if w.Step >= len(p.Steps)-1 {
		return w
	}
	return p.enter(w, now, ties, look)
}

func (p Plan) enter(w Walk, now time.Time, ties Ties, look func(Walk) Sight) Walk {
	w.Entered, w.Only = now, ""
	for w.Step++; w.Step < len(p.Steps)-1; w.Step++ {
		s := p.Steps[w.Step]
		w.Only = ties.who(s.Only)
		if s.Only == Anybody || w.Only != "" {
			if !s.skipped(w, look) {
				break
			}
		}
		w.Only = ""
	}
	if w.Step < len(p.Steps) {
		w.Ahead += p.Steps[w.Step].Ahead
	}
	return w
}

func (s Step) skipped(w Walk, look func(Walk) Sight) bool {
	if len(s.SkipIf) == 0 {
		return false
	}
	sight := look(w)
	for _, c := range s.SkipIf {
		if c.holds(sight) {
			return true
		}
	}
	return false
}

// Until is when the time of the step is over; zero is never.
func (p Plan) Until(w Walk) time.Time {
	if w.Step >= len(p.Steps)-1 {
		return time.Time{}
	}
	return w.Entered.Add(p.Steps[w.Step].For)
}
