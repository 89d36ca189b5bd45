package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"tandem/orchestrator/erlang"
	"tandem/orchestrator/insight"
)

// staffPlan is the answer: a row for each interval, and what was asked.
type staffPlan struct {
	labels []string
	each   erlang.Demand
	goal   erlang.Goal
	rows   []staffRow
}

// staffRow is an interval as CSV and JSON have it; times in seconds, shares from 0 to 1.
type staffRow struct {
	labels    []string
	Label     map[string]string `json:"label,omitempty"`
	Calls     float64           `json:"calls"`
	Handle    float64           `json:"handle_s"`
	Load      float64           `json:"load_erlang"`
	Agents    int               `json:"agents"`
	Rostered  int               `json:"rostered"`
	Level     *float64          `json:"SL-3"`  // null if nobody calls
	ASA       *float64          `json:"asa_s"` // likewise
	Abandons  float64           `json:"abandons"`
	Occupancy float64           `json:"occupancy"`
}

// staffColumns are the columns of a row, in the order of cells.
var staffColumns = []string{"calls", "handle_s", "load_erlang", "agents", "rostered", string(insight.SL3), "asa_s", "abandons", "occupancy"}

func newStaffRow(c count, need erlang.Need) staffRow {
	row := staffRow{
		labels: c.labels, Calls: c.demand.Calls, Handle: c.demand.Handle.Seconds(), Load: c.demand.Load(),
		Agents: need.Agents, Rostered: need.Rostered, Abandons: need.Abandon * c.demand.Calls, Occupancy: need.Busy,
	}
	if c.demand.Calls > 0 {
		asa := need.ASA.Seconds()
		row.Level, row.ASA = &need.Within, &asa
	}
	return row
}

// cells writes shares times scale; digits -1 is as many as there are.
func (r staffRow) cells(scale float64, digits int, unit, none string) []string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', digits, 64) }
	share, asa := none, none
	if r.Level != nil {
		share, asa = number(scale**r.Level)+unit, number(*r.ASA)
	}
	return append(append([]string(nil), r.labels...),
		strconv.FormatFloat(r.Calls, 'f', -1, 64), number(r.Handle), number(r.Load), strconv.Itoa(r.Agents), strconv.Itoa(r.Rostered),
		share, asa, number(r.Abandons), number(scale*r.Occupancy)+unit)
}

// model names the formula: Erlang A when callers give up.
func (p staffPlan) model() string {
	if p.each.Patience > 0 {
		return "Erlang A"
	}
	return "Erlang C"
}

var staffPrinters = map[string]func(out io.Writer, p staffPlan) error{
	"table": printStaff, "csv": printStaffCSV, "json": printStaffJSON,
}

func printStaff(out io.Writer, p staffPlan) error {
	gives := "nobody gives up"
	if p.each.Patience > 0 {
		gives = "patience " + p.each.Patience.String()
	}
	fmt.Fprintf(out, "%s, intervals of %s: %.4g %% answered within %s (%s), %s; occupancy at most %.4g %%, shrinkage %.4g %%\n\n", p.model(), p.each.Interval,
		100*p.goal.Answered, p.goal.Within, insight.SL3, gives, 100*p.goal.Occupancy, 100*p.goal.Shrinkage)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.ReplaceAll(strings.Join(append(append([]string(nil), p.labels...), staffColumns...), "\t"), "_", " "))
	for _, r := range p.rows {
		fmt.Fprintln(w, strings.Join(r.cells(100, 1, " %", "-"), "\t"))
	}
	return w.Flush()
}

func printStaffCSV(out io.Writer, p staffPlan) error {
	w := csv.NewWriter(out)
	rows := [][]string{append(append([]string(nil), p.labels...), staffColumns...)}
	for _, r := range p.rows {
		rows = append(rows, r.cells(1, -1, "", ""))
	}
	return w.WriteAll(rows)
}

func printStaffJSON(out io.Writer, p staffPlan) error {
	for i := range p.rows {
		p.rows[i].Label = map[string]string{}
		for j, name := range p.labels {
			p.rows[i].Label[name] = p.rows[i].labels[j]
		}
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(map[string]any{
		"model": p.model(), "interval_s": p.each.Interval.Seconds(), "patience_s": p.each.Patience.Seconds(), "answered": p.goal.Answered,
		"within_s": p.goal.Within.Seconds(), "occupancy_at_most": p.goal.Occupancy, "shrinkage": p.goal.Shrinkage, "rows": p.rows,
	})
}
