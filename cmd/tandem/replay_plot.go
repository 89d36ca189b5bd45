package main

import (
	"io"
	"math"
	"strings"
	"time"

	"tandem/orchestrator/plot"
	"tandem/orchestrator/simulate"
)

// brief writes a time without the zeros at its end: 30m, not 30m0s.
func brief(d time.Duration) string {
	said := d.String()
	if strings.HasSuffix(said, "m0s") {
		said = strings.TrimSuffix(said, "0s")
	}
	if strings.HasSuffix(said, "h0m") {
		said = strings.TrimSuffix(said, "0m")
	}
	return said
}

// curve is what is drawn of callers, interval by interval.
type curve struct {
	came, answeredIn, asked []float64 // asked: answered or abandoned, what the service level is of
	wait, answered          []float64
}

// curveOf adds up fates by the interval in which they came.
func curveOf(n int, every, target time.Duration, days ...[]simulate.Fate) curve {
	c := curve{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
	for _, fates := range days {
		for _, f := range fates {
			i := min(int(f.At/every), n-1)
			c.came[i] += 1 / float64(len(days))
			switch f.Ending {
			case simulate.Answered:
				c.asked[i]++
				c.answered[i]++
				c.wait[i] += f.Wait.Seconds()
				if f.Wait <= target {
					c.answeredIn[i]++
				}
			case simulate.Abandoned:
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
func atWork(s simulate.Scenario, n int, every time.Duration) []float64 {
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

// intervalsOf are half hours, or longer where there are too many for a picture.
func intervalsOf(length time.Duration) (every time.Duration, n int) {
	every = 30 * time.Minute
	for length/every > 96 {
		every *= 2
	}
	return every, int((length + every - 1) / every)
}

// plotSimulation draws the mean of the days of each scenario, by the hours since their beginning.
func plotSimulation(out io.Writer, scenarios []simulate.Scenario, ran [][]simulate.Day) error {
	every, n := intervalsOf(scenarios[0].Length)
	var labels []string
	for i := range n {
		labels = append(labels, brief(time.Duration(i)*every))
	}
	p := plot.Picture{Title: scenarios[0].Name, Charts: []plot.Chart{
		{Title: "Callers, every " + brief(every)},
		{Title: "Service level SL-3 within " + brief(scenarios[0].Target), Unit: " %", Top: 100},
		{Title: "Average speed of answer", Unit: " s"},
		{Title: "People at work"},
	}}
	for k, s := range scenarios {
		var days [][]simulate.Fate
		for _, d := range ran[k] {
			days = append(days, d.Fates)
		}
		c := curveOf(n, every, s.Target, days...)
		for i, values := range [][]float64{c.came, over(c.answeredIn, c.asked, 100), over(c.wait, c.answered, 1), atWork(s, n, every)} {
			p.Charts[i].Labels = labels
			p.Charts[i].Series = append(p.Charts[i].Series, plot.Series{Name: s.Name, Values: values, Dashed: k > 0})
		}
	}
	_, err := io.WriteString(out, p.SVG())
	return err
}

// plotReplay draws what was and what would have been, over the day.
func plotReplay(out io.Writer, r replayed, _ bool) error {
	every, n := intervalsOf(r.Other.Length)
	var labels []string
	for i := range n {
		labels = append(labels, r.From.Add(time.Duration(i)*every).Format("15:04"))
	}
	var days [][]simulate.Fate
	for _, d := range r.Days {
		days = append(days, d.Fates)
	}
	was, would := curveOf(n, every, r.Other.Target, r.Recording.Was.Fates), curveOf(n, every, r.Other.Target, days...)
	both := func(a, b []float64) []plot.Series {
		return []plot.Series{{Name: "was", Values: a}, {Name: "would have been", Values: b, Dashed: true}}
	}
	p := plot.Picture{
		Title: r.From.Format("2006-01-02 15:04") + " UTC as it was, and as it would have been: " + r.Other.Name,
		Charts: []plot.Chart{
			{Title: "Callers who entered a line, every " + brief(every), Labels: labels, Series: both(was.came, would.came)},
			{Title: "Service level SL-3 within " + brief(r.Other.Target), Unit: " %", Top: 100, Labels: labels, Series: both(over(was.answeredIn, was.asked, 100), over(would.answeredIn, would.asked, 100))},
			{Title: "Average speed of answer", Unit: " s", Labels: labels, Series: both(over(was.wait, was.answered, 1), over(would.wait, would.answered, 1))},
			{Title: "People at work", Labels: labels, Series: both(atWork(r.Recording.Scenario, n, every), atWork(r.Other, n, every))},
		},
	}
	_, err := io.WriteString(out, p.SVG())
	return err
}

// plotForecast draws the days to come, each with its band.
func plotForecast(out io.Writer, s said) error {
	p := plot.Picture{Title: "Calls expected every " + brief(s.grid.interval)}
	for n, f := range s.forecasts[:min(len(s.forecasts), 14)] {
		c := plot.Chart{Title: f.Date.Format("Monday, 2006-01-02")}
		for i := range f.Counts {
			c.Labels = append(c.Labels, s.grid.at(i))
		}
		c.Series = []plot.Series{{Name: "expected, with what comes nine of ten times", Values: f.Counts, Low: f.Low, High: f.High}}
		if n == 0 && s.begun > 0 {
			came := make([]float64, len(f.Counts))
			for i := range came {
				came[i] = math.NaN()
			}
			copy(came, f.Counts[:s.begun])
			c.Series = append(c.Series, plot.Series{Name: "came", Values: came, Dashed: true})
		}
		p.Charts = append(p.Charts, c)
	}
	_, err := io.WriteString(out, p.SVG())
	return err
}
