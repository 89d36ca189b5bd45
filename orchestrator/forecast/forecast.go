// Package forecast says how many will come: per interval of a day ahead, and for the rest of a day that has begun.
//
//	days that were ──Add──> Forecaster ──Ahead(date)──> Forecast ──Update(what came so far)──> the rest of the day
//
// A day is a level times a weekday times what kind of day it is, spread over its intervals:
//
//   - the level is the number of callers of a usual day, smoothed exponentially over the days of the last ten weeks;
//   - the weekday is its share of that, by the mean of its days in the same weeks;
//   - the kind is start, middle or end of the month, and the first open day after a closed one: by how much such days were above the
//     forecast without it, over the whole history, drawn towards nothing while they are few;
//   - the shape is how the same weekday was spread in the same weeks.
//
// The update multiplies what is left by what came over what was expected: near intervals by the last ones, far ones by the whole day.
//
// It is pure. Its parameters were chosen on the first hundred days of a bank (docs/planning.md), never on those it is tested on.
package forecast

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Day is what came on one day that was open.
type Day struct {
	Date   time.Time // any moment of it; only the date counts
	Counts []float64 // per interval, as many for every day
}

// Parameters are how a Forecaster learns.
type Parameters struct {
	Weeks int     // of history that level, weekday and shape are made of
	Level float64 // weight of the newest day in the level
	Few   float64 // effects of kinds of days are drawn to none as if so many days without one had been seen
	Near  float64 // of the update: weight that an interval keeps for the next one
	Far   float64 // of the update: what remains of the difference between the last intervals and the day with each interval ahead
	Usual float64 // of the update: so many usual intervals without a surprise stand against what came
}

// Defaults were chosen on a bank's days from March to July 2003 (Weinberg, Brown and Stroud 2007).
func Defaults() Parameters {
	return Parameters{Weeks: 10, Level: .6, Few: 3, Near: .5, Far: .95, Usual: .5}
}

// Forecaster learns from days in the order of their dates.
type Forecaster struct {
	Parameters
	closed map[date]bool // days on which nobody can call although the weekday is an open one, known beforehand
	days   []learnt
	open   [7]bool // weekdays that ever were
}

// date is a day of the calendar.
type date struct {
	year  int
	month time.Month
	day   int
}

func dateOf(t time.Time) date {
	y, m, d := t.Date()
	return date{y, m, d}
}

// learnt is a day with what was thought of it before.
type learnt struct {
	when   time.Time
	counts []float64
	total  float64
	kinds  []kind
	effect float64   // the logarithm of total over the forecast without kinds; 0 when there was none
	ratios []float64 // of each interval: what came over the forecast, less 1; nil when there was none
}

// New begins without history. Closed are days, past or to come, on which an open weekday is closed: holidays.
func New(p Parameters, closed ...time.Time) *Forecaster {
	f := &Forecaster{Parameters: p, closed: map[date]bool{}}
	for _, t := range closed {
		f.closed[dateOf(t)] = true
	}
	return f
}

// Add learns a day, later than those before.
func (f *Forecaster) Add(d Day) error {
	if n := len(f.days); n > 0 {
		last := f.days[n-1]
		switch {
		case !midnight(d.Date).After(last.when):
			return fmt.Errorf("%s does not follow %s: give the days in order, each once", d.Date.Format(time.DateOnly), last.when.Format(time.DateOnly))
		case len(d.Counts) != len(last.counts):
			return fmt.Errorf("%s has %d intervals and %s has %d: give every day the same", d.Date.Format(time.DateOnly), len(d.Counts), last.when.Format(time.DateOnly), len(last.counts))
		}
	}
	l := learnt{when: midnight(d.Date), counts: d.Counts}
	for i, n := range d.Counts {
		if !(n >= 0) || math.IsInf(n, 0) {
			return fmt.Errorf("%s: interval %d: %v is not a number from zero", d.Date.Format(time.DateOnly), i+1, n)
		}
		l.total += n
	}
	l.kinds = f.kinds(l.when, l.when)
	if total, ok := f.plain(l.when); ok && total > 0 && l.total > 0 {
		l.effect = math.Log(l.total / total)
	}
	if said, err := f.Ahead(l.when); err == nil {
		l.ratios = make([]float64, len(d.Counts))
		for i, p := range said.Counts {
			if p > 0 {
				l.ratios[i] = d.Counts[i]/p - 1
			}
		}
	}
	f.days = append(f.days, l)
	f.open[l.when.Weekday()] = true
	return nil
}

// ErrClosed says that a day is a holiday, or a weekday on which nobody ever called.
var ErrClosed = errors.New("it is a holiday, or a weekday on which nobody has ever called")

// Forecast is how many are expected on a day.
type Forecast struct {
	Date   time.Time
	Counts []float64
	Low    []float64 // with High: nine of ten times what comes lies between them
	High   []float64
	p      Parameters
	spread []float64 // of each interval, relative
}

// Ahead forecasts a day that has not begun. It is an error when nothing is known of such a day.
func (f *Forecaster) Ahead(t time.Time) (Forecast, error) {
	t = midnight(t)
	if f.closed[dateOf(t)] || !f.open[t.Weekday()] {
		return Forecast{}, fmt.Errorf("%s: %w", t.Format(time.DateOnly), ErrClosed)
	}
	recent := f.recent(t)
	shape, ok := f.shape(t, recent)
	if !ok {
		return Forecast{}, fmt.Errorf("%s: no %s among the last %d weeks: nothing is known of it", t.Format(time.DateOnly), t.Weekday(), f.Weeks)
	}
	known := time.Time{}
	if n := len(f.days); n > 0 {
		known = f.days[n-1].when
	}
	total := f.total(t, recent, f.kinds(t, known), f.effects())
	out := Forecast{Date: t, p: f.Parameters, spread: f.spread(len(shape))}
	for _, s := range shape {
		out.Counts = append(out.Counts, total*s)
	}
	out.band()
	return out, nil
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
