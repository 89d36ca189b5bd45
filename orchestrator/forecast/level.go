package forecast

import (
	"math"
	"time"
)

// kind is something that makes a day other than its weekday does.
type kind string

const (
	afterClosed kind = "after a closed day"
	startMonth  kind = "start of the month"
	midMonth    kind = "middle of the month"
	endMonth    kind = "end of the month"
)

// kinds of a day, by the calendar and by which days were open; up to the day known, a day that is not in the history was closed.
func (f *Forecaster) kinds(t, known time.Time) []kind {
	var out []kind
	if f.afterClosed(t, known) {
		out = append(out, afterClosed)
	}
	switch d := t.Day(); {
	case d <= 3:
		out = append(out, startMonth)
	case d == 15 || d == 16:
		out = append(out, midMonth)
	case d >= 30:
		out = append(out, endMonth)
	}
	return out
}

// afterClosed says whether the last day on which one could expect to call was closed: a holiday, or missing from the history.
func (f *Forecaster) afterClosed(t, known time.Time) bool {
	if len(f.days) == 0 {
		return false
	}
	for before := t.AddDate(0, 0, -1); ; before = before.AddDate(0, 0, -1) {
		switch {
		case f.closed[dateOf(before)]:
			return true
		case !f.open[before.Weekday()]:
			continue
		}
		return before.After(f.days[0].when) && before.Before(known) && !f.has(before)
	}
}

func (f *Forecaster) has(t time.Time) bool {
	for i := len(f.days) - 1; i >= 0 && !f.days[i].when.Before(t); i-- {
		if f.days[i].when.Equal(t) {
			return true
		}
	}
	return false
}

// recent are the days of the last weeks before t. As many days as those weeks have open ones: a closed day does not shorten memory.
func (f *Forecaster) recent(t time.Time) []learnt {
	weekdays := 0
	for _, open := range f.open {
		if open {
			weekdays++
		}
	}
	end := len(f.days)
	for end > 0 && !f.days[end-1].when.Before(t) {
		end--
	}
	return f.days[max(0, end-f.Weeks*weekdays):end]
}

// effects are what kinds of days do, over the whole history, by days that are of one kind only.
func (f *Forecaster) effects() map[kind]float64 {
	sum, n := map[kind]float64{}, map[kind]float64{}
	for _, d := range f.days {
		if len(d.kinds) == 1 && d.effect != 0 {
			sum[d.kinds[0]] += d.effect
			n[d.kinds[0]]++
		}
	}
	out := map[kind]float64{}
	for k := range sum {
		out[k] = math.Exp(sum[k] / (n[k] + f.Few))
	}
	return out
}

// plain is how many would come on a day if kinds of days did nothing; false without history.
func (f *Forecaster) plain(t time.Time) (float64, bool) {
	recent := f.recent(t)
	if _, ok := f.shape(t, recent); !ok {
		return 0, false
	}
	return f.total(t, recent, nil, nil), true
}

// total is how many come on a day: level × weekday × kinds.
func (f *Forecaster) total(t time.Time, recent []learnt, kinds []kind, effects map[kind]float64) float64 {
	effect := func(kinds []kind) float64 {
		e := 1.0
		for _, k := range kinds {
			if v := effects[k]; v > 0 {
				e *= v
			}
		}
		return e
	}
	var sums, days [7]float64
	for _, d := range recent {
		sums[d.when.Weekday()] += d.total / effect(d.kinds)
		days[d.when.Weekday()]++
	}
	mean, weekdays := 0.0, 0.0
	for w := range sums {
		if days[w] > 0 {
			sums[w] /= days[w]
			mean += sums[w]
			weekdays++
		}
	}
	if mean == 0 {
		return 0
	}
	mean /= weekdays
	level := math.NaN()
	for _, d := range recent {
		usual := sums[d.when.Weekday()]
		if usual == 0 {
			continue // nobody ever comes on this weekday: it says nothing of the level
		}
		x := d.total / effect(d.kinds) / usual * mean
		if math.IsNaN(level) {
			level = x
		}
		level += f.Level * (x - level)
	}
	return level * sums[t.Weekday()] / mean * effect(kinds)
}

// shape is how a weekday is spread over its intervals: shares that add up to 1. A weekday on which nobody came has an even one.
func (f *Forecaster) shape(t time.Time, recent []learnt) ([]float64, bool) {
	var shape []float64
	total := 0.0
	for _, d := range recent {
		if d.when.Weekday() != t.Weekday() {
			continue
		}
		if shape == nil {
			shape = make([]float64, len(d.counts))
		}
		for i, n := range d.counts {
			shape[i] += n
			total += n
		}
	}
	for i := range shape {
		if total > 0 {
			shape[i] /= total
		} else {
			shape[i] = 1 / float64(len(shape))
		}
	}
	return shape, shape != nil
}
