package routing

import (
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
	return s.skips != nil && s.skips.Holds(look(w).env())
}

// Until is when the time of the step is over; zero is never.
func (p Plan) Until(w Walk) time.Time {
	if w.Step >= len(p.Steps) || p.Steps[w.Step].For == 0 {
		return time.Time{}
	}
	return w.Entered.Add(p.Steps[w.Step].For)
}

// Exit is the queue to which an item goes on when the time of its step is over; "" is none: it goes to the next step.
func (p Plan) Exit(step int) orchestrator.QueueID {
	if step >= len(p.Steps) {
		return ""
	}
	return p.Steps[step].Exit
}
