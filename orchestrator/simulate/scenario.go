// Package simulate runs days of a contact centre in virtual time, deciding by the very code that decides in the real one
// (orchestrator/routing): what if there were two more people, another skill, another priority?
//
//	Scenario ──Run──> one Day per repetition ──Report──> measures with confidence intervals
//
// It is pure: the same scenario gives the same days, and two scenarios with the same seed and queues meet the same callers, who would
// talk as long and wait as long. What differs is then what was changed.
package simulate

import (
	"errors"
	"fmt"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/routing"
)

// Scenario is a centre, its callers, and how long to look.
type Scenario struct {
	Name   string        `yaml:"name"`
	Length time.Duration `yaml:"length"` // of one day
	Days   int           `yaml:"days"`   // repetitions; 10 if not said. Two and more give intervals
	Seed   uint64        `yaml:"seed"`
	Steady bool          `yaml:"steady"` // the days follow each other without a break: batch means of one long run
	Warm   time.Duration `yaml:"warm"`   // with steady: how long before the first day, unmeasured
	Target time.Duration `yaml:"target"` // of the service levels; 20 s if not said
	Short  time.Duration `yaml:"short"`  // an abandon within this is a short one; 5 s if not said
	Lines  int           `yaml:"lines"`  // the most calls at once, talking and waiting; one more is blocked. 0: no limit
	Queues []Queue       `yaml:"queues"`
	Agents []Group       `yaml:"agents"`
	Keep   bool          `yaml:"-"` // the fate of every caller, in Day.Fates
}

// Queue is a line and those who call it.
type Queue struct {
	ID       orchestrator.QueueID `yaml:"id"`
	Arrivals Arrivals             `yaml:"arrivals"`
	Service  Distribution         `yaml:"service"`  // talk and hold
	Wrap     Distribution         `yaml:"wrap"`     // after-call work
	Ring     Distribution         `yaml:"ring"`     // how long the phone rings before it is answered; none: at once
	Patience Distribution         `yaml:"patience"` // none: nobody gives up
	Media    string               `yaml:"media"`    // voice, chat, message or mail; voice if not said
	Ahead    time.Duration        `yaml:"ahead"`    // head start that its priority is worth
	Plan     routing.Plan         `yaml:"plan"`     // callers are strangers: a step for the last or the dedicated agent is passed over
}

// Arrivals says when callers come: at a rate, at rates that change, at given times, or as they were recorded.
type Arrivals struct {
	PerHour float64         `yaml:"per_hour"` // Poisson
	Counts  []float64       `yaml:"counts"`   // Poisson: expected number in each interval from the beginning of the day
	Every   time.Duration   `yaml:"every"`    // length of an interval of counts
	Times   []time.Duration `yaml:"times"`    // exactly these, since the beginning of the day
	Callers []Caller        `yaml:"callers"`  // exactly these, with all that is known of them
}

// Group is people who are alike.
type Group struct {
	ID     string                 `yaml:"id"`
	Count  int                    `yaml:"count"`  // not said with people
	People []Person               `yaml:"people"` // with names and shifts of their own, instead of begin and end
	Queues []orchestrator.QueueID `yaml:"queues"`
	Skills []routing.Skill        `yaml:"skills"`
	Pace   float64                `yaml:"pace"`   // their service and wrap-up take so many times as long; 1 if not said
	Weight int                    `yaml:"weight"` // of strategy weighted
	Begin  time.Duration          `yaml:"begin"`  // of the shift, since the beginning of the day
	End    time.Duration          `yaml:"end"`    // 0: the end of the day. Who is busy finishes first
	Slots  map[string]int         `yaml:"slots"`  // per media class; only voice: 1 if not said
}

// Error is what is wrong with a scenario, and where: "queues[1].service.mean".
type Error struct{ Path, Say string }

func (e *Error) Error() string { return e.Path + ": " + e.Say }

func at(path, format string, args ...any) error { return &Error{path, fmt.Sprintf(format, args...)} }

// in puts a path before that of an error.
func in(path string, err error) error {
	var e *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return &Error{path + "." + e.Path, e.Say}
	}
	return &Error{path, err.Error()}
}
