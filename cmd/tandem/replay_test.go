package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// aJournal is what "tandem journal show" printed of a day of a hundred callers: one and a half people, some who do not answer.
const aJournal = "testdata/journal.jsonl"

// says runs a command and returns what it prints.
func says(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), args, &out, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// written puts a text into a file.
func written(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// With nothing changed it is as it was, also when the day goes through a scenario file.
func TestReplayOfWhatWas(t *testing.T) {
	scenario := written(t, says(t, "scenario", "-file", aJournal))
	for _, args := range [][]string{{}, {scenario}} {
		said := says(t, append([]string{"replay", "-file", aJournal, "-days", "2"}, args...)...)
		for _, want := range []string{"100 of 100 callers would have had the very same", "100 callers, of 17 of whom", "SL-5", "group service-sales", "queue sales"} {
			if !strings.Contains(said, want) {
				t.Errorf("replay %v says nothing of %q:\n%s", args, want, said)
			}
		}
	}
	simulated(t, "-days", "2", written(t, says(t, "scenario", "-file", aJournal, "-random", "1h"))) // it is a whole scenario
}

// Other decision tables are asked about those whom a table was asked about: here nobody, so that it is as it was.
func TestReplayByOtherTables(t *testing.T) {
	table := filepath.Join(t.TempDir(), "other.csv")
	if err := os.WriteFile(table, []byte("tier,queue\ngold,sales\n,service\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	said := says(t, "replay", "-file", aJournal, "-days", "2", "-table", "who="+table)
	for _, want := range []string{"100 of 100 callers would have had the very same", "other tables and flows: 0 callers to another queue", "would have been: other tables and flows"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing of %q:\n%s", want, said)
		}
	}
	for flag, want := range map[string]string{"who": "write the id of a decision table and its file", "who=none.csv": "none.csv", "who=" + written(t, "inputs: [a]\n"): "rows is missing"} {
		if err := run(t.Context(), []string{"replay", "-file", aJournal, "-table", flag}, &bytes.Buffer{}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", flag, err, want)
		}
	}
}

// With more people it is otherwise; table, CSV and JSON say the same.
func TestReplayOfAChange(t *testing.T) {
	change := written(t, "name: three more\nagents:\n  - {id: more, count: 3, queues: [sales, service]}\n")
	args := []string{"replay", "-file", aJournal, "-change", change, "-differences", "2"}
	if said := says(t, args...); !strings.Contains(said, "group more") || strings.Count(said, "would: ") != 2 || !strings.Contains(said, "three more") {
		t.Errorf("%s", said)
	}
	var doc struct {
		Callers, Compared, Same int
		Different               []struct{ ID string }
		Rows                    []struct {
			Scope, Name, Measure        string
			Was, Would, Low, Difference *float64
		}
	}
	if err := json.Unmarshal([]byte(says(t, append(args, "-format", "json")...)), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Callers != 100 || doc.Compared != 100 || doc.Same > 95 || len(doc.Different) != 2 {
		t.Errorf("%+v", doc)
	}
	rows, err := csv.NewReader(strings.NewReader(says(t, append(args, "-format", "csv")...))).ReadAll()
	if err != nil || len(rows) != len(doc.Rows)+1 {
		t.Fatalf("%d rows of CSV, %d of JSON (%v)", len(rows), len(doc.Rows), err)
	}
	for i, r := range doc.Rows {
		if have := rows[i+1]; have[0] != r.Scope || have[1] != r.Name || have[2] != r.Measure || (have[3] == "") != (r.Was == nil) {
			t.Errorf("CSV says %v where JSON says %+v", have, r)
		}
		if r.Scope == "total" && r.Measure == "SL-3" && !(*r.Difference > .1 && *r.Was+*r.Difference-*r.Would < 1e-9) {
			t.Errorf("SL-3: was %v, would be %v, difference %v", *r.Was, *r.Would, *r.Difference)
		}
	}
}

// The picture has a chart for callers, service level, speed of answer and people, each with both days.
func TestReplayDrawn(t *testing.T) {
	said := says(t, "replay", "-file", aJournal, "-days", "2", "-format", "svg")
	if strings.Count(said, ">would have been</text>") != 4 || !strings.Contains(said, ">100 %<") || !strings.Contains(said, "every 30m<") {
		t.Errorf("%s", said)
	}
	if both := simulated(t, "-days", "2", "-format", "svg", "-against", aDay, aDay); strings.Count(both, ">as it is</text>") != 9 || !strings.Contains(both, ">9h30m<") && !strings.Contains(both, ">9h<") {
		t.Errorf("%s", both)
	}
	if drawn := says(t, "forecast", "-days", "1", "-format", "svg", quarters(t)); !strings.Contains(drawn, "<polygon") || !strings.Contains(drawn, ">came</text>") {
		t.Errorf("%s", drawn)
	}
}

func TestReplayRefuses(t *testing.T) {
	lines, err := os.ReadFile(aJournal)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(lines), "\n")
	for want, args := range map[string][]string{
		"is no time":                     {"-from", "yesterday"},
		"-from must be before -to":       {"-from", "2026-03-03", "-to", "2026-03-02"},
		"choose another with -from":      {"-from", "2027-01-01", "-to", "2027-01-02"},
		":1: line 2 of the journal":      {"-file", written(t, rest)},
		":1: this is no line of":         {"-file", written(t, "{\n")},
		"leave length and steady out":    {"-change", written(t, "length: 5h\n")},
		":1:10: queues[0].id: every":     {"-change", written(t, "queues: [{ring: {is: constant, mean: 3s}}]\n")},
		"line 1: field peoples is not k": {"-change", written(t, "peoples: 4\n")},
		"give one scenario or -change":   {"-change", "a", "b"},
		"format \"pdf\" is not known":    {"-format", "pdf"},
	} {
		var out bytes.Buffer
		err := run(t.Context(), append([]string{"replay", "-file", aJournal}, args...), &out, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
}
