package simulate

import (
	"math"
	"time"

	"tandem/orchestrator/plot"
)

// Drawn is days of a scenario that are to be drawn: their mean.
type Drawn struct {
	Name     string
	Scenario Scenario
	Days     [][]Fate
}

// FatesOf are those of each day; it must have been run with Keep.
func FatesOf(days []Day) [][]Fate {
	var out [][]Fate
	for _, d := range days {
		out = append(out, d.Fates)
	}
	return out
}

// Intervals are those of a picture of a day: half hours, or longer where there are too many.
func Intervals(length time.Duration) (every time.Duration, n int) {
	every = 30 * time.Minute
	for length/every > 96 {
		every *= 2
	}
	return every, int((length + every - 1) / every)
}

// Charts draw callers, service level, speed of answer and people at work over the day; all but the first are dashed. A label stands
// for each interval.
func Charts(labels []string, all ...Drawn) []plot.Chart {
	first := all[0].Scenario
	every, n := Intervals(first.Length)
	charts := []plot.Chart{
		{Title: "Callers, every " + plot.Span(every)},
		{Title: "Service level SL-3 within " + plot.Span(first.Target), Unit: " %", Top: 100},
		{Title: "Average speed of answer", Unit: " s"},
		{Title: "People at work"},
	}
	for k, d := range all {
		c := curveOf(n, every, first.Target, d.Days...)
		for i, values := range [][]float64{c.came, over(c.answeredIn, c.asked, 100), over(c.wait, c.answered, 1), d.Scenario.atWork(n, every)} {
			charts[i].Labels = labels
			charts[i].Series = append(charts[i].Series, plot.Series{Name: d.Name, Values: values, Dashed: k > 0})
		}
	}
	return charts
}

// curve is what is drawn of callers, interval by interval.
type curve struct {
	came, answeredIn, asked []float64 // asked: answered or abandoned, what the service level is of
	wait, answered          []float64
}

// curveOf adds up fates by the interval in which they came.
func curveOf(n int, every, target time.Duration, days ...[]Fate) curve {
	c := curve{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
	for _, fates := range days {
		for _, f := range fates {
			i := min(int(f.At/every), n-1)
			c.came[i] += 1 / float64(len(days))
			switch f.Ending {
			case Answered:
				c.asked[i]++
				c.answered[i]++
				c.wait[i] += f.Wait.Seconds()
				if f.Wait <= target {
					c.answeredIn[i]++
				}
			case Abandoned:
				c.asked[i]++
			}
		}
	}
	return c
}

// over divides; where nobody was there is a gap.
func over(up, down []float64, scale float64) []float64 {
	out := make([]float64, len(up))
	for i := range up {
		out[i] = math.NaN()
		if down[i] > 0 {
			out[i] = scale * up[i] / down[i]
		}
	}
	return out
}

// atWork is how many people are at work in each interval, on average.
func (s Scenario) atWork(n int, every time.Duration) []float64 {
	out := make([]float64, n)
	for _, g := range s.Agents {
		for number := range g.Count {
			for _, shift := range g.Shifts(number) {
				for i := range out {
					from, to := time.Duration(i)*every, time.Duration(i+1)*every
					out[i] += max(0, min(shift.End, to)-max(shift.Begin, from)).Seconds() / every.Seconds()
				}
			}
		}
	}
	return out
}
