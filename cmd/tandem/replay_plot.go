package main

import (
	"io"
	"math"
	"time"

	"tandem/orchestrator/forecast"
	"tandem/orchestrator/plot"
	"tandem/orchestrator/simulate"
)

// plotSimulation draws the mean of the days of each scenario, by the hours since their beginning.
func plotSimulation(out io.Writer, scenarios []simulate.Scenario, ran [][]simulate.Day) error {
	every, n := simulate.Intervals(scenarios[0].Length)
	var labels []string
	for i := range n {
		labels = append(labels, plot.Span(time.Duration(i)*every))
	}
	var all []simulate.Drawn
	for k, s := range scenarios {
		all = append(all, simulate.Drawn{Name: s.Name, Scenario: s, Days: simulate.FatesOf(ran[k])})
	}
	p := plot.Picture{Title: scenarios[0].Name, Charts: simulate.Charts(labels, all...)}
	_, err := io.WriteString(out, p.SVG())
	return err
}

// plotReplay draws what was and what would have been, over the day.
func plotReplay(out io.Writer, r replayed, _ bool) error {
	_, err := io.WriteString(out, r.SVG())
	return err
}

// chartOfShare draws which part of a day's contacts flows will serve, with its band.
func (s said) chartOfShare(f forecast.Forecast, labels []string) plot.Chart {
	share := plot.Series{Name: "served by flows, nine of ten times", Values: make([]float64, len(f.Counts)), Low: make([]float64, len(f.Counts)), High: make([]float64, len(f.Counts))}
	for i, calls := range f.Counts {
		mean, low, high := s.grid.share.At(i, calls)
		share.Values[i], share.Low[i], share.High[i] = 100*mean, 100*low, 100*high
	}
	return plot.Chart{Title: f.Date.Format("Monday, 2006-01-02") + ": share that needs nobody", Unit: " %", Top: 100, Labels: labels, Series: []plot.Series{share}}
}

// plotForecast draws the days to come, each with its band.
func plotForecast(out io.Writer, s said) error {
	p := plot.Picture{Title: "Calls expected every " + plot.Span(s.grid.interval)}
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
		if s.grid.share != nil {
			p.Charts = append(p.Charts, s.chartOfShare(f, c.Labels))
		}
	}
	_, err := io.WriteString(out, p.SVG())
	return err
}
