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

	"tandem/orchestrator/erlang"
	"tandem/orchestrator/insight"
)

// staffPlan is the answer: a row for each interval, and what was asked.
type staffPlan struct {
	labels []string
	each   erlang.Demand
	goal   erlang.Goal
	bot    float64 // share of the contacts that reach nobody, as it was said
	said   bool    // it was: what a file tells of it does not count
	bots   bool    // some contacts reach nobody
	by     string  // "": the formula
	rows   []staffRow
}

// staffRow is an interval as CSV and JSON have it; times in seconds, shares from 0 to 1.
type staffRow struct {
	labels    []string
	Label     map[string]string `json:"label,omitempty"`
	Contacts  float64           `json:"contacts"` // calls, and what the bot solves
	Bot       float64           `json:"bot"`
	Saved     int               `json:"saved"` // people whom the contacts would need beside, were all calls alike
	Calls     float64           `json:"calls"` // that reach people
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
		labels: c.labels, Contacts: c.contacts, Bot: c.contacts - c.demand.Calls, Calls: c.demand.Calls, Handle: c.demand.Handle.Seconds(), Load: c.demand.Load(),
		Agents: need.Agents, Rostered: need.Rostered, Abandons: need.Abandon * c.demand.Calls, Occupancy: need.Busy,
	}
	if c.demand.Calls > 0 {
		asa := need.ASA.Seconds()
		row.Level, row.ASA = &need.Within, &asa
	}
	return row
}

// split takes from the contacts what needs nobody: as it was said, or else as the file tells of each interval.
func (p *staffPlan) split(c *count) {
	if c.contacts == 0 {
		c.contacts = c.demand.Calls
	}
	if p.said || c.bot == 0 {
		c.bot = p.bot
	}
	c.demand.Calls = c.contacts * (1 - c.bot)
	p.bots = p.bots || c.bot > 0
}

// shortest writes a count to a thousandth.
func shortest(v float64) string { return strconv.FormatFloat(math.Round(v*1000)/1000, 'f', -1, 64) }

// columns are those of the answer.
func (p staffPlan) columns() []string {
	columns := slices.Clone(p.labels)
	if p.bots {
		columns = append(columns, "contacts", "bot", "saved")
	}
	return append(columns, staffColumns...)
}

// cells writes shares times scale; digits -1 is as many as there are.
func (r staffRow) cells(bot bool, scale float64, digits int, unit, none string) []string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', digits, 64) }
	share, asa := none, none
	if r.Level != nil {
		share, asa = number(scale**r.Level)+unit, number(*r.ASA)
	}
	cells := slices.Clone(r.labels)
	if bot {
		cells = append(cells, shortest(r.Contacts), shortest(r.Bot), strconv.Itoa(r.Saved))
	}
	return append(cells, shortest(r.Calls), number(r.Handle), number(r.Load), strconv.Itoa(r.Agents), strconv.Itoa(r.Rostered),
		share, asa, number(r.Abandons), number(scale*r.Occupancy)+unit)
}

// model names the formula: Erlang A when callers give up.
func (p staffPlan) model() string {
	if p.by != "" {
		return p.by
	}
	if p.each.Patience > 0 {
		return "Erlang A"
	}
	return "Erlang C"
}

var staffPrinters = map[string]func(out io.Writer, p staffPlan) error{
	"table": printStaff, "csv": printStaffCSV, "json": printStaffJSON, "svg": plotStaff,
}

func printStaff(out io.Writer, p staffPlan) error {
	gives := "nobody gives up"
	if p.each.Patience > 0 {
		gives = "patience " + p.each.Patience.String()
	}
	fmt.Fprintf(out, "%s, intervals of %s: %.4g %% answered within %s (%s), %s; occupancy at most %.4g %%, shrinkage %.4g %%\n\n", p.model(), p.each.Interval,
		100*p.goal.Answered, p.goal.Within, insight.SL3, gives, 100*p.goal.Occupancy, 100*p.goal.Shrinkage)
	if p.by != "" {
		fmt.Fprint(out, "what one interval leaves is taken into the next; occupancy is that of the whole day\n\n")
	}
	switch {
	case p.bot > 0:
		fmt.Fprintf(out, "%.4g %% of the contacts need nobody: calls = contacts × %.4g; the handle time is that of the calls that remain\n", 100*p.bot, 1-p.bot)
	case p.bots:
		fmt.Fprintln(out, "the bot is what the file tells of each interval; the handle time is that of the calls that remain")
	}
	if p.bots {
		fmt.Fprint(out, "saved: people whom the contacts would need beside, by the formula, were all as long as these calls\n\n")
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.ReplaceAll(strings.Join(p.columns(), "\t"), "_", " "))
	for _, r := range p.rows {
		fmt.Fprintln(w, strings.Join(r.cells(p.bots, 100, 1, " %", "-"), "\t"))
	}
	return w.Flush()
}

func printStaffCSV(out io.Writer, p staffPlan) error {
	w := csv.NewWriter(out)
	rows := [][]string{p.columns()}
	for _, r := range p.rows {
		rows = append(rows, r.cells(p.bots, 1, -1, "", ""))
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
		"within_s": p.goal.Within.Seconds(), "occupancy_at_most": p.goal.Occupancy, "shrinkage": p.goal.Shrinkage, "bot": p.bot, "rows": p.rows,
	})
}
