package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"
)

var forecastPrinters = map[string]func(out io.Writer, s said) error{
	"table": printForecast, "csv": printForecastCSV, "json": printForecastJSON, "svg": plotForecast,
}

// foretold is one interval; low and high hold nine of ten times.
type foretold struct {
	Date  string  `json:"date"`
	Time  string  `json:"time"`
	Calls float64 `json:"calls"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Came  bool    `json:"came,omitempty"` // it is over: this is what came
	*foretoldShare
}

// foretoldShare is what flows will serve without a person, beside the calls.
type foretoldShare struct {
	Contacts float64 `json:"contacts"` // calls, and what flows serve
	Bot      float64 `json:"bot"`      // share of the contacts; low and high hold nine of ten times
	BotLow   float64 `json:"bot_low"`
	BotHigh  float64 `json:"bot_high"`
}

func (s said) rows() []foretold {
	var rows []foretold
	for n, f := range s.forecasts {
		for i, calls := range f.Counts {
			row := foretold{f.Date.Format(time.DateOnly), s.grid.at(i), calls, f.Low[i], f.High[i], n == 0 && i < s.begun, nil}
			if s.grid.share != nil {
				mean, low, high := s.grid.share.At(i, calls)
				row.foretoldShare = &foretoldShare{calls / (1 - mean), mean, low, high}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func printForecast(out io.Writer, s said) error {
	last := s.grid.days[len(s.grid.days)-1].Date
	fmt.Fprintf(out, "by %d days up to %s, intervals of %s; what comes lies between low and high nine of ten times\n\n", len(s.grid.days), last.Format(time.DateOnly), s.grid.interval)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := "date\ttime\tcalls\tlow\thigh\t"
	if s.grid.share != nil {
		head += "contacts\tbot\tlow\thigh\t"
	}
	fmt.Fprintln(w, head)
	total, day := 0.0, ""
	for _, r := range append(s.rows(), foretold{}) {
		if r.Date != day && day != "" {
			fmt.Fprintf(w, "%s\tall day\t%.0f\t\t\t\n", day, total)
			total = 0
		}
		if day = r.Date; day == "" {
			break
		}
		total += r.Calls
		if r.Came {
			fmt.Fprintf(w, "%s\t%s\t%.0f\tcame\t\t\n", r.Date, r.Time, r.Calls)
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%.1f\t%.1f\t%.1f\t", r.Date, r.Time, r.Calls, r.Low, r.High)
		if b := r.foretoldShare; b != nil {
			fmt.Fprintf(w, "%.1f\t%.1f %%\t%.1f %%\t%.1f %%\t", b.Contacts, 100*b.Bot, 100*b.BotLow, 100*b.BotHigh)
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

// printForecastCSV leaves out what is over, so that "tandem staff" can read it.
func printForecastCSV(out io.Writer, s said) error {
	rows := [][]string{{"date", "time", "calls", "low", "high"}}
	if s.grid.share != nil {
		rows[0] = append(rows[0], "contacts", "bot", "bot_low", "bot_high")
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
	share := func(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }
	for _, r := range s.rows() {
		if !r.Came {
			row := []string{r.Date, r.Time, number(r.Calls), number(r.Low), number(r.High)}
			if b := r.foretoldShare; b != nil {
				row = append(row, number(b.Contacts), share(b.Bot), share(b.BotLow), share(b.BotHigh))
			}
			rows = append(rows, row)
		}
	}
	return csv.NewWriter(out).WriteAll(rows)
}

func printForecastJSON(out io.Writer, s said) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(map[string]any{"interval_s": s.grid.interval.Seconds(), "days_learnt": len(s.grid.days), "rows": s.rows()})
}
