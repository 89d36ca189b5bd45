package simulate

import (
	"fmt"
	"math"
	"slices"
	"time"
)

func (a Arrivals) check(day time.Duration) error {
	said := 0
	for _, is := range []bool{a.PerHour != 0, len(a.Counts) > 0, len(a.Times) > 0, len(a.Callers) > 0} {
		if is {
			said++
		}
	}
	switch {
	case said != 1:
		return at("per_hour", "say one of per_hour, counts, times and callers")
	case a.PerHour < 0 || math.IsInf(a.PerHour, 0) || math.IsNaN(a.PerHour):
		return at("per_hour", "is not a number above zero")
	case len(a.Counts) > 0 && a.Every <= 0:
		return at("every", "say how long an interval of counts is, such as 30m")
	case time.Duration(len(a.Counts))*a.Every > day:
		return at("counts", "%d intervals of %s are longer than the day", len(a.Counts), a.Every)
	}
	for i, n := range a.Counts {
		if n < 0 || math.IsInf(n, 0) || math.IsNaN(n) {
			return at(fmt.Sprintf("counts[%d]", i), "is not a number from zero")
		}
	}
	for i, t := range a.Times {
		if t < 0 || t >= day {
			return at(fmt.Sprintf("times[%d]", i), "is not within the day")
		}
	}
	return checkCallers(a.Callers, day)
}

// expected is how many come in a day.
func (a Arrivals) expected(day time.Duration) float64 {
	sum := a.PerHour*day.Hours() + float64(len(a.Times)+len(a.Callers))
	for _, n := range a.Counts {
		sum += n
	}
	return sum
}

// source tells one arrival after the other.
type source struct {
	Arrivals
	chance *chance
	length int64 // of a day, in microseconds
	day    int64 // beginning of the day in which it is
	last   int64 // of a constant rate: the last arrival
	load   float64
	next   int // of times
	caller *Caller
}

func newSource(a Arrivals, c *chance, length int64) *source {
	a.Times = slices.Clone(a.Times)
	slices.Sort(a.Times)
	for _, c := range a.Callers {
		a.Times = append(a.Times, c.At)
	}
	return &source{Arrivals: a, chance: c, length: length}
}

const (
	beyond = 1e18 // microseconds: nobody comes after so many thousand years
	rare   = 1e-4 // callers a day: fewer are nobody, so that the search for the next one ends
)

// arrival is when the next caller comes, and who it is where that was recorded. Rates and times begin anew each day.
func (s *source) arrival() int64 {
	switch {
	case s.PerHour > 0:
		next := float64(s.last) + s.chance.exponential()*float64(time.Hour.Microseconds())/s.PerHour
		if next > beyond {
			return math.MaxInt64
		}
		s.last = int64(math.Round(next))
		return s.last
	case len(s.Times) > 0:
		if s.next == len(s.Times) {
			s.next, s.day = 0, s.day+s.length
		}
		if s.next++; len(s.Callers) > 0 {
			s.caller = &s.Callers[s.next-1]
		}
		return s.day + s.Times[s.next-1].Microseconds()
	}
	// Time runs so that one caller comes per unit on average: a constant-rate stream there is the changing one here.
	total := s.expected(0)
	if total < rare {
		return math.MaxInt64
	}
	for s.load += s.chance.exponential(); s.load > total; s.load -= total {
		s.day += s.length
	}
	rest, i := s.load, 0
	for ; i < len(s.Counts)-1 && rest > s.Counts[i]; i++ {
		rest -= s.Counts[i]
	}
	share := 0.0
	if s.Counts[i] > 0 {
		share = rest / s.Counts[i]
	}
	return s.day + int64((float64(i)+share)*float64(s.Every.Microseconds()))
}
