package simulate

import (
	"fmt"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/routing"
)

// Caller is somebody who really called, with what is known of them. What nobody could know is drawn from the distributions of the
// queue: how long somebody who gave up would have talked, how long somebody who was answered would still have waited. A zero is not
// known, except where it says otherwise.
type Caller struct {
	At       time.Duration `yaml:"at"`        // since the beginning of the day
	Tries    []Try         `yaml:"tries"`     // offers that nobody answered, in order; none is none
	Ring     time.Duration `yaml:"ring"`      // of the phone that was answered
	RingOver time.Duration `yaml:"ring_over"` // of the phone that rang when they gave up: it would have rung longer than this
	Free     time.Duration `yaml:"free"`      // after they gave up, until the person whose phone rang was free again; 0 is at once
	Talk     time.Duration `yaml:"talk"`
	Wrap     time.Duration `yaml:"wrap"`    // until the person was free again; known, also as 0, where talk is
	GaveUp   time.Duration `yaml:"gave_up"` // after so long: their patience
	Stayed   time.Duration `yaml:"stayed"`  // they were still there after so long: their patience is longer
	LedOut   bool          `yaml:"led_out"` // at gave_up they did not hang up, but were led out of the line

	Ahead time.Duration `yaml:"ahead"` // head start beside that of the queue; below zero is behind
	Need  routing.Need  `yaml:"need"`  // skills beside those of the plan, such as "billing>=7 english>=5"

	Last      orchestrator.AgentID `yaml:"last"`      // who had spoken with them last, for steps of a plan that are for that person alone
	Dedicated orchestrator.AgentID `yaml:"dedicated"` // their account manager, likewise
}

// Try is an offer that nobody answered.
type Try struct {
	Ring time.Duration `yaml:"ring"`
	Free time.Duration `yaml:"free"` // after that, until the person was free again
}

// Person is somebody with a name and shifts of their own.
type Person struct {
	ID     orchestrator.AgentID `yaml:"id"`
	Shifts []Shift              `yaml:"shifts"`
}

// Shift is a time at work: from a sign-in to the next pause. Who is busy at its end finishes first.
type Shift struct {
	Begin  time.Duration `yaml:"begin"` // since the beginning of the day
	End    time.Duration `yaml:"end"`
	Rested time.Duration `yaml:"rested"` // how long they had been without work when it began
	Back   bool          `yaml:"back"`   // the time without work counts on from before: only the phone had been away
}

// checkCallers wants them in the order of their coming, within a day.
func checkCallers(callers []Caller, day time.Duration) error {
	for i, c := range callers {
		field := func(name string) string { return fmt.Sprintf("callers[%d].%s", i, name) }
		switch {
		case c.At < 0 || c.At >= day:
			return at(field("at"), "is not within the day")
		case i > 0 && c.At < callers[i-1].At:
			return at(field("at"), "is before that of the caller before; write them in the order of their coming")
		case min(c.Ring, c.RingOver, c.Free, c.Talk, c.Wrap, c.GaveUp, c.Stayed) < 0:
			return at(field("at"), "one of the times of this caller is below zero")
		case c.GaveUp > 0 && c.Stayed > 0:
			return at(field("stayed"), "goes without gave_up: one of them is the end of the wait")
		case c.LedOut && c.GaveUp == 0:
			return at(field("led_out"), "goes with gave_up, the time at which it happened")
		}
		if _, err := c.Need.Skills(); err != nil {
			return at(field("need"), "%s", err)
		}
		for j, t := range c.Tries {
			if t.Ring < 0 || t.Free < 0 {
				return at(field(fmt.Sprintf("tries[%d].ring", j)), "is below zero")
			}
		}
	}
	return nil
}

// maxLate is how long after the end of a day somebody may still be at work.
const maxLate = 24 * time.Hour

func (s Scenario) checkPeople(g Group, before []Group) error {
	known := map[orchestrator.AgentID]bool{}
	for _, o := range before {
		for _, p := range o.People {
			known[p.ID] = true
		}
	}
	for i, p := range g.People {
		field := func(name string) string { return fmt.Sprintf("people[%d].%s", i, name) }
		if p.ID == "" || known[p.ID] {
			return at(field("id"), "every person has an id of their own; %q does not do", p.ID)
		}
		known[p.ID] = true
		end := time.Duration(0)
		for j, shift := range p.Shifts {
			switch {
			case shift.Begin < end || shift.End <= shift.Begin || shift.End > s.Length+maxLate:
				return at(field(fmt.Sprintf("shifts[%d].end", j)), "shifts follow each other, and each ends after it begins")
			case shift.Rested < 0:
				return at(field(fmt.Sprintf("shifts[%d].rested", j)), "is below zero")
			case s.Steady:
				return at(field(fmt.Sprintf("shifts[%d].begin", j)), "in a steady scenario everybody is always there")
			}
			end = shift.End
		}
	}
	return nil
}

// Shifts are those of one person of the group, from 0; by default the one of the group.
func (g Group) Shifts(number int) []Shift {
	if len(g.People) > 0 {
		return g.People[number].Shifts
	}
	return []Shift{{Begin: g.Begin, End: g.End, Back: g.Begin == 0}}
}

// name is the id of one person of the group.
func (g Group) name(number int) orchestrator.AgentID {
	if len(g.People) > 0 {
		return g.People[number].ID
	}
	return orchestrator.AgentID(fmt.Sprintf("%s-%d", g.ID, number+1))
}
