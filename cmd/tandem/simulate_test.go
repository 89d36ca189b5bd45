package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// simulated is what "tandem simulate" prints with these arguments.
func simulated(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), append([]string{"simulate"}, args...), &out, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const aDay = "testdata/day.yaml"

func TestSimulateTells(t *testing.T) {
	said := simulated(t, "-agents", aDay)
	for _, want := range []string{"as it is: 10 days of 10h0m0s, seed 7", "SL-3", "95 % confidence", "queue sales ", "skill technical ", "agent helpers-7 ", " ± "} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing of %q in\n%s", want, said)
		}
	}
	if again := simulated(t, "-agents", aDay); again != said {
		t.Error("the same scenario tells something else")
	}
	if other := simulated(t, "-seed", "8", "-agents", aDay); other == said {
		t.Error("another seed tells the same")
	}
	if one := simulated(t, "-days", "1", aDay); strings.Contains(one, "±") || strings.Contains(one, "NaN") {
		t.Errorf("one day has intervals:\n%s", one)
	}
}

// Loans stand in the table, as they do in CSV and JSON, where a queue borrows; elsewhere nothing is said of them.
func TestSimulateTellsOfLoans(t *testing.T) {
	if said := simulated(t, "-days", "1", aDay); strings.Contains(said, "loans") {
		t.Errorf("nobody borrows, and loans are told:\n%s", said)
	}
	file := filepath.Join(t.TempDir(), "lending.yaml")
	scenario := "days: 2\nlength: 2h\nqueues:\n" +
		"  - {id: sales, arrivals: {per_hour: 120}, service: {is: exponential, mean: 3m}, patience: {is: exponential, mean: 5m}, plan: {borrow: [{from: [support], when: {waiting: 1}, recall: {waiting: 2}, hold: 30s}]}}\n" +
		"  - {id: support, arrivals: {per_hour: 40}, service: {is: exponential, mean: 3m}, patience: {is: exponential, mean: 5m}}\n" +
		"agents:\n  - {id: sellers, count: 3, queues: [sales]}\n  - {id: helpers, count: 5, queues: [support]}\n"
	if err := os.WriteFile(file, []byte(scenario), 0o600); err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile(`(?m)^ +loans +lent hours +recalls\n(?:.*\n)?queue sales +[1-9]`)
	if said := simulated(t, file); !table.MatchString(said) {
		t.Errorf("the table does not tell of the loans:\n%s", said)
	}
	for _, format := range []string{"csv", "json"} {
		said := simulated(t, "-format", format, file)
		for _, measure := range []string{"loans", "lent_hours", "recalls"} {
			if !strings.Contains(said, measure) {
				t.Errorf("%s says nothing of %s", format, measure)
			}
		}
	}
}

// CSV and JSON say the same, and service levels keep the order that the glossary proves.
func TestSimulateFormatsAgree(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(simulated(t, "-format", "csv", aDay))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Rows []struct {
			Scope, Name, Measure string
			Mean, Low, High      float64
		}
	}
	if err := json.Unmarshal([]byte(simulated(t, "-format", "json", aDay)), &doc); err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(doc.Rows)+1 {
		t.Fatalf("%d rows of CSV, %d of JSON", len(rows)-1, len(doc.Rows))
	}
	level := map[string]float64{}
	for i, r := range doc.Rows {
		c := rows[i+1]
		if mean, err := strconv.ParseFloat(c[4], 64); err != nil || c[1] != r.Scope || c[2] != r.Name || c[3] != r.Measure || mean != r.Mean || r.Low > mean || r.High < mean {
			t.Errorf("row %d: %v and %+v", i, c, r)
		}
		if r.Scope == "total" {
			level[r.Measure] = r.Mean
		}
	}
	if !(level["SL-3"] < level["SL-5"] && level["SL-5"] < level["SL-4"] && level["SL-4"] < min(level["SL-1"], level["SL-2"])) {
		t.Errorf("service levels: %v", level)
	}
}

// One more helper: the same callers come, and the gain shows above its interval.
func TestSimulateAgainst(t *testing.T) {
	text, err := os.ReadFile(aDay)
	if err != nil {
		t.Fatal(err)
	}
	more := filepath.Join(t.TempDir(), "more.yaml")
	if err := os.WriteFile(more, []byte(strings.NewReplacer("as it is", "more", "count: 7", "count: 8").Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(simulated(t, "-format", "csv", "-against", aDay, more))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, r := range rows {
		low, _ := strconv.ParseFloat(r[5], 64)
		switch strings.Join(r[:4], " ") {
		case "more less as it is total  offered":
			found++
			if r[4] != "0" {
				t.Errorf("other callers came: %v", r)
			}
		case "more less as it is total  SL-3":
			found++
			if low <= 0 {
				t.Errorf("no gain: %v", r)
			}
		}
	}
	if found != 2 {
		t.Errorf("the difference is not told: %v", rows[len(rows)-1])
	}
}

// What is wrong is told with its place.
func TestSimulateTellsWhereItIsWrong(t *testing.T) {
	text, err := os.ReadFile(aDay)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ old, new, want string }{
		{"mean: 300s", "mean: 0s", "x.yaml:16:38: queues[1].service.mean: must be above zero"},
		{"mean: 300s", "mean: soon", "line 16"},
		{"mean: 300s", "maen: 300s", "line 16: field maen is not known"},
		{"queues: [sales], ", "queues: [slaes], ", "x.yaml:21:38: agents[0].queues[0]: there is no queue \"slaes\""},
		{"also: [service]", "also: [nowhere]", "queues[0].plan.steps[1].also: there is no queue"},
		{"level: 8", "level: 80", "agents[0].skills: skill english: level 80"},
		{"agents:", "agents: []\nqueus:", "line 21"},
		{string(text), "", "is empty"},
		{string(text), "{", "did not find expected"},
		{string(text), "3", "line 1"},
	} {
		_, err := parseScenario("x.yaml", []byte(strings.Replace(string(text), x.old, x.new, 1)))
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("with %q: %v, want something with %q", x.new, err, x.want)
		}
	}
	for _, args := range [][]string{{}, {aDay, aDay}, {"-format", "pdf", aDay}, {"-level", "2", aDay}, {"none.yaml"}, {"-against", aDay, "-days", "-1", aDay}} {
		if err := run(t.Context(), append([]string{"simulate"}, args...), &bytes.Buffer{}, &bytes.Buffer{}); err == nil {
			t.Errorf("simulate %v is accepted", args)
		}
	}
}

// Whoever gives up waiting is obeyed.
func TestSimulateEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, []string{"simulate", aDay}, &bytes.Buffer{}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("it goes on: %v", err)
	}
}
