package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"tandem/orchestrator/simulate"
)

var replayPrinters = map[string]func(out io.Writer, r replayed, agents bool) error{
	"table": printReplay, "csv": printReplayCSV, "json": printReplayJSON, "svg": plotReplay,
}

func printReplay(out io.Writer, r replayed, agents bool) error {
	const form = "2006-01-02 15:04:05"
	fmt.Fprintf(out, "%s to %s UTC: %d callers, of %d of whom the talk time is not known and drawn where they would have been answered\n",
		r.From.Format(form), r.To.Format(form), len(r.Recording.Was.Fates), r.Unknown())
	fmt.Fprintf(out, "would have been: %s, %d times with seed %d, %s %% confidence; service levels within %s, short abandons within %s\n",
		r.Other.Name, r.Other.Days, r.Other.Seed, strconv.FormatFloat(100*r.Would.Level, 'g', 4, 64), r.Other.Target, r.Other.Short)
	if r.Compared > 0 {
		fmt.Fprintf(out, "%d of %d callers would have had the very same: answered or not, by whom, and when\n", r.Compared-r.differing, r.Compared)
	}
	if said := r.Moved.String(); said != "" {
		fmt.Fprintln(out, said)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(out, "note: %s\n", n)
	}
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\t\twas\twould have been\tdifference")
	for _, row := range r.Would.Rows {
		if row.Scope == simulate.OfAgent && !agents || row.Measure == "blocked" || row.Measure == "blocked_share" {
			continue
		}
		was := r.Was.Find(row.Scope, row.Name, row.Measure)
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", strings.TrimSpace(string(row.Scope)+" "+row.Name), strings.TrimSuffix(strings.ReplaceAll(row.Measure, "_", " "), " share"),
			figure(row.Measure, was), figure(row.Measure, row.Estimate), signed(row.Measure, r.Less.Find(row.Scope, row.Name, row.Measure)))
	}
	if err := w.Flush(); err != nil || len(r.Different) == 0 {
		return err
	}
	fmt.Fprintln(out, "\nfor whom it would have been otherwise, the first time:")
	for _, d := range r.Different {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\twould: %s\n", d.At.Format(form), d.ID, d.Queue, fate(d.Was), fate(d.Would))
	}
	return w.Flush()
}

func fate(f simulate.Fate) string {
	said := fmt.Sprintf("%s after %s", strings.ReplaceAll(string(f.Ending), "_", " "), f.Wait.Round(100*time.Millisecond))
	if f.Agent != "" {
		said += " by " + string(f.Agent)
	}
	return said
}

// signed writes a difference with its sign.
func signed(measure string, e simulate.Estimate) string {
	said := figure(measure, e)
	if e.Mean > 0 && said != "-" {
		said = "+" + said
	}
	return said
}

// compared is a row as CSV and JSON have it; times in seconds, shares from 0 to 1. What is not known is null.
type compared struct {
	Scope      simulate.Scope `json:"scope"`
	Name       string         `json:"name,omitempty"`
	Measure    string         `json:"measure"`
	Was        *float64       `json:"was"`
	Would      *float64       `json:"would"`
	Low        *float64       `json:"low"`
	High       *float64       `json:"high"`
	Difference *float64       `json:"difference"`
}

func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func (r replayed) rows() []compared {
	var rows []compared
	for _, row := range r.Would.Rows {
		was := r.Was.Find(row.Scope, row.Name, row.Measure)
		rows = append(rows, compared{
			row.Scope, row.Name, row.Measure, known(was.Mean), known(row.Mean), known(row.Mean - row.Half), known(row.Mean + row.Half),
			known(r.Less.Find(row.Scope, row.Name, row.Measure).Mean),
		})
	}
	return rows
}

func printReplayCSV(out io.Writer, r replayed, _ bool) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"scope", "name", "measure", "was", "would", "low", "high", "difference"}}
	number := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', -1, 64)
	}
	for _, c := range r.rows() {
		rows = append(rows, []string{string(c.Scope), c.Name, c.Measure, number(c.Was), number(c.Would), number(c.Low), number(c.High), number(c.Difference)})
	}
	return w.WriteAll(rows)
}

// became is a fate as JSON has it.
type became struct {
	Ending simulate.Ending `json:"ending"`
	Agent  string          `json:"agent,omitempty"`
	Wait   float64         `json:"wait_s"`
}

func newBecame(f simulate.Fate) became { return became{f.Ending, string(f.Agent), f.Wait.Seconds()} }

func printReplayJSON(out io.Writer, r replayed, _ bool) error {
	type caller struct {
		ID    string    `json:"id"`
		Queue string    `json:"queue"`
		At    time.Time `json:"at"`
		Was   became    `json:"was"`
		Would became    `json:"would"`
	}
	different := []caller{}
	for _, d := range r.Different {
		different = append(different, caller{string(d.ID), string(d.Queue), d.At, newBecame(d.Was), newBecame(d.Would)})
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(map[string]any{
		"from": r.From, "to": r.To, "callers": len(r.Recording.Was.Fates), "unknown_talk": r.Unknown(), "scenario": r.Other.Name, "days": r.Other.Days,
		"seed": r.Other.Seed, "level": r.Would.Level, "target_s": r.Other.Target.Seconds(), "short_s": r.Other.Short.Seconds(),
		"compared": r.Compared, "same": r.Compared - r.differing, "different": different, "notes": r.Notes, "rows": r.rows(),
	})
}
