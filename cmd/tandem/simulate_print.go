package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"tandem/orchestrator/insight"
	"tandem/orchestrator/simulate"
)

// printers write reports in each format.
var printers = map[string]func(out io.Writer, reports []simulate.Report, agents bool) error{
	"table": printTables, "csv": printCSV, "json": printJSON,
}

// columns of the table of callers; service levels carry the names of their formulas.
var columns = []string{
	"offered", "answered", "abandoned_share", "blocked_share", "asa_s", "wait_s", "longest_wait_s", "aht_s",
	string(insight.SL1), string(insight.SL2), string(insight.SL3), string(insight.SL4), string(insight.SL5),
}

func printTables(out io.Writer, reports []simulate.Report, agents bool) error {
	for _, r := range reports {
		s := r.Scenario
		fmt.Fprintf(out, "%s: %d days of %s, seed %d; service levels within %s, short abandons within %s; %s %% confidence\n\n",
			s.Name, s.Days, s.Length, s.Seed, s.Target, s.Short, strconv.FormatFloat(100*r.Level, 'g', 4, 64))
		if err := printTable(out, r, columns, simulate.Total, simulate.OfQueue); err != nil {
			return err
		}
		if borrows(r) {
			if err := printTable(out, r, []string{"loans", "lent_hours", "recalls"}, simulate.OfQueue); err != nil {
				return err
			}
		}
		scopes := []simulate.Scope{simulate.OfGroup, simulate.OfSkill}
		if agents {
			scopes = append(scopes, simulate.OfAgent)
		}
		if err := printTable(out, r, []string{"occupancy", "contacts_each"}, scopes...); err != nil {
			return err
		}
	}
	return nil
}

// borrows says whether any queue of a report borrows people.
func borrows(r simulate.Report) bool {
	return slices.ContainsFunc(r.Rows, func(row simulate.Row) bool { return row.Measure == "loans" })
}

// printTable writes one line for each thing of the scopes, with the columns that any of them has.
func printTable(out io.Writer, r simulate.Report, columns []string, scopes ...simulate.Scope) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for i, measure := range append([]string{""}, columns...) {
		if i > 0 {
			fmt.Fprint(w, "\t")
		}
		fmt.Fprint(w, strings.TrimSuffix(strings.ReplaceAll(measure, "_", " "), " share"))
	}
	fmt.Fprintln(w)
	for _, scope := range scopes {
		for _, name := range r.Names(scope) {
			fmt.Fprintf(w, "%s", strings.TrimSpace(string(scope)+" "+name))
			for _, measure := range columns {
				fmt.Fprintf(w, "\t%s", figure(measure, r.Find(scope, name, measure)))
			}
			fmt.Fprintln(w)
		}
	}
	fmt.Fprintln(w)
	return w.Flush()
}

// figure writes a mean with its half width: shares in percent, numbers and seconds as they are.
func figure(measure string, e simulate.Estimate) string {
	scale, digits, unit := 1.0, 1, ""
	if strings.HasSuffix(measure, "_share") || strings.HasPrefix(measure, "SL-") || measure == "occupancy" {
		scale, digits, unit = 100, 2, " %"
	}
	if math.IsNaN(e.Mean) {
		return "-"
	}
	said := strconv.FormatFloat(scale*e.Mean, 'f', digits, 64)
	if !math.IsNaN(e.Half) {
		said += " ± " + strconv.FormatFloat(scale*e.Half, 'f', digits, 64)
	}
	return said + unit
}

// printed is a row as CSV and JSON have it; times in seconds, shares from 0 to 1.
type printed struct {
	Scenario string         `json:"scenario"`
	Scope    simulate.Scope `json:"scope"`
	Name     string         `json:"name,omitempty"`
	Measure  string         `json:"measure"`
	Mean     float64        `json:"mean"`
	Low      *float64       `json:"low"` // null with fewer than two days
	High     *float64       `json:"high"`
	Days     int            `json:"days"` // on which it could be measured
}

func rowsOf(reports []simulate.Report) []printed {
	var rows []printed
	for _, r := range reports {
		for _, row := range r.Rows {
			p := printed{r.Scenario.Name, row.Scope, row.Name, row.Measure, row.Mean, nil, nil, row.Days}
			if !math.IsNaN(row.Half) {
				low, high := row.Mean-row.Half, row.Mean+row.Half
				p.Low, p.High = &low, &high
			}
			rows = append(rows, p)
		}
	}
	return rows
}

func printJSON(out io.Writer, reports []simulate.Report, _ bool) error {
	s := reports[0].Scenario
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(map[string]any{
		"days": s.Days, "length_s": s.Length.Seconds(), "seed": s.Seed, "target_s": s.Target.Seconds(), "short_s": s.Short.Seconds(),
		"level": reports[0].Level, "rows": rowsOf(reports),
	})
}

func printCSV(out io.Writer, reports []simulate.Report, _ bool) error {
	w := csv.NewWriter(out)
	if err := w.Write([]string{"scenario", "scope", "name", "measure", "mean", "low", "high", "days"}); err != nil {
		return err
	}
	for _, p := range rowsOf(reports) {
		number := func(v *float64) string {
			if v == nil {
				return ""
			}
			return strconv.FormatFloat(*v, 'g', -1, 64)
		}
		if err := w.Write([]string{p.Scenario, string(p.Scope), p.Name, p.Measure, number(&p.Mean), number(p.Low), number(p.High), strconv.Itoa(p.Days)}); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
