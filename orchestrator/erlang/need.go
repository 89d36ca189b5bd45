package erlang

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Demand is what one interval asks for. Each interval is taken alone, as if it had gone on for ever: right where intervals are long
// against handle times and the line is empty at their borders.
type Demand struct {
	Calls    float64       // expected in the interval; a forecast has fractions
	Interval time.Duration // its length
	Handle   time.Duration // AHT: talk, hold and wrap-up
	Patience time.Duration // mean; 0 is callers who never give up
}

// Load is the offered load in erlang.
func (d Demand) Load() float64 { return d.Calls * d.Handle.Seconds() / d.Interval.Seconds() }

const (
	maxLoad     = 10_000 // erlang
	maxPatience = 20     // handle times; beyond, Erlang A is close to Erlang C and takes long to compute
	maxWithin   = 5      // handle times, with a patience; likewise
)

// Check tells what of the demand cannot be computed, and what to write instead.
func (d Demand) Check() error {
	switch {
	case !(d.Calls >= 0) || math.IsInf(d.Calls, 1):
		return fmt.Errorf("calls %v: write how many arrive in the interval, 0 or more", d.Calls)
	case d.Interval <= 0:
		return fmt.Errorf("interval %s: write the time that the count covers, such as 30m", d.Interval)
	case d.Handle <= 0:
		return fmt.Errorf("handle time %s: write the mean time that a call takes an agent, wrap-up included, such as 4m10s", d.Handle)
	case d.Patience < 0:
		return fmt.Errorf("patience %s: write how long callers wait before they give up on average, such as 90s", d.Patience)
	case d.Patience > maxPatience*d.Handle:
		return fmt.Errorf("patience %s is more than %d handle times: leave it out, then nobody gives up", d.Patience, maxPatience)
	case d.Load() > maxLoad:
		return fmt.Errorf("%.0f erlang are more than %d: look at calls, handle time (%s) and interval (%s)", d.Load(), maxLoad, d.Handle, d.Interval)
	}
	return nil
}

// Goal is what the staff must reach.
type Goal struct {
	Answered  float64       // least share of all calls that are answered within Within: SL-3, which counts abandons against
	Within    time.Duration // the target
	Occupancy float64       // at most, above 0; 1 is no limit
	Shrinkage float64       // share of the rostered time in which people are not at work: breaks, training, illness
}

// Check tells what of the goal cannot be reached by anybody, and what to write instead.
func (g Goal) Check() error {
	switch {
	case !(g.Answered > 0 && g.Answered < 1):
		return fmt.Errorf("answered %v is not a share between 0 and 1: write 0.8 for 80 %%; all of them needs endless people", g.Answered)
	case g.Within < 0:
		return fmt.Errorf("within %s: write a time of 0 or more, such as 20s", g.Within)
	case !(g.Occupancy > 0 && g.Occupancy <= 1):
		return fmt.Errorf("occupancy %v is not above 0 and at most 1: write 0.88 for 88 %%", g.Occupancy)
	case !(g.Shrinkage >= 0 && g.Shrinkage < 1):
		return fmt.Errorf("shrinkage %v is not from 0 to below 1: write 0.3 for 30 %%", g.Shrinkage)
	}
	return nil
}

// Need is the staff of an interval, and what the callers get with it.
type Need struct {
	Agents   int // at work
	Rostered int // so that Agents are at work after shrinkage
	Line         // with Agents; all zero if nobody calls
}

// hair keeps rounding of the last digit from costing a person.
const hair = 1e-9

// Staff is the least staff that reaches the goal.
func (g Goal) Staff(d Demand) (Need, error) {
	if err := errors.Join(g.Check(), d.Check()); err != nil {
		return Need{}, err
	}
	if d.Patience > 0 && g.Within > maxWithin*d.Handle {
		return Need{}, fmt.Errorf("within %s is more than %d handle times: leave patience out, or shorten it", g.Within, maxWithin)
	}
	a := d.Load()
	if a == 0 {
		return Need{}, nil
	}
	if d.Patience > 0 && work(a, d.Handle, d.Patience, g.Within, g.Answered) > maxWork {
		return Need{}, fmt.Errorf("%.0f erlang with a patience of %s and a target of %s take too long to compute: shorten patience or within, or leave patience out", a, d.Patience, g.Within)
	}
	n := Staff(a, d.Handle, d.Patience, g.Within, g.Answered)
	calm := func(n int) bool { return lineOf(n, a, d.Handle, d.Patience, g.Within).Busy <= g.Occupancy+hair }
	if n > 0 && !calm(n) {
		n = least(n, int(math.Ceil(a/g.Occupancy)), calm)
	}
	if n < 0 {
		return Need{}, fmt.Errorf("%d people are not enough for answered %v within %s at occupancy %v: ask for less", maxServers, g.Answered, g.Within, g.Occupancy)
	}
	return Need{
		Agents:   n,
		Rostered: int(math.Ceil(float64(n)/(1-g.Shrinkage) - hair)),
		Line:     lineOf(n, a, d.Handle, d.Patience, g.Within),
	}, nil
}
