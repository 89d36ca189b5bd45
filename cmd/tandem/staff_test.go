package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// staffed is what "tandem staff" says with these arguments.
func staffed(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), append([]string{"staff"}, args...), &out, &bytes.Buffer{})
	return out.String(), err
}

// countsFile writes a file of counts.
func countsFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "counts.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestStaffOfOneInterval(t *testing.T) {
	said, err := staffed(t, strings.Fields("-calls 100 -interval 30m -handle 3m -answered 0.888 -within 20s -shrinkage 0.3")...)
	if fields := strings.Fields(said[strings.LastIndex(strings.TrimSpace(said), "\n")+1:]); err != nil || !strings.Contains(said, "Erlang C") ||
		strings.Join(fields, " ") != "100 180.0 10.0 14 20 88.8 % 7.8 0.0 71.4 %" {
		t.Errorf("10 erlang (%v):\n%s", err, said)
	}
	said, err = staffed(t, strings.Fields("-calls 100 -interval 30m -handle 3m -answered 0.888 -within 20s -patience 2m -occupancy 0.6")...)
	if err != nil || !strings.Contains(said, "Erlang A") || !strings.Contains(said, "patience 2m0s") || !strings.Contains(said, " 17 ") {
		t.Errorf("10 erlang at 60 %% with patience (%v):\n%s", err, said)
	}
}

// A file with the bank's columns keeps them; a row's own handle time goes before the flag's; CSV and JSON say the same.
func TestStaffOfAFile(t *testing.T) {
	file := countsFile(t, "\ufeffdate,slot,start_hhmm,Calls,AHT\n2003-03-03,1,07:00,100,180\n2003-03-03,2,07:30,100,\n2003-03-03,3,08:00,0,3m\n2003-03-04,1,07:00,97.5,4m10s\n")
	args := []string{"-interval", "30m", "-handle", "6m", "-patience", "90s", "-format"}
	said, err := staffed(t, append(args, "csv", file)...)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(said)).ReadAll()
	if err != nil || len(rows) != 5 || strings.Join(rows[0], ",") != "date,slot,start_hhmm,calls,handle_s,load_erlang,agents,rostered,SL-3,asa_s,abandons,occupancy" {
		t.Fatalf("%v: %v", err, rows)
	}
	said, err = staffed(t, append(args, "json", file)...)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Model string
		Rows  []struct {
			Label                                map[string]string
			Agents                               int
			Level                                *float64 `json:"SL-3"`
			Load                                 float64  `json:"load_erlang"`
			Calls, Handle_s, Abandons, Occupancy float64
		}
	}
	if err := json.Unmarshal([]byte(said), &doc); err != nil || doc.Model != "Erlang A" || len(doc.Rows) != 4 {
		t.Fatalf("%v: %s", err, said)
	}
	for i, load := range []float64{10, 20, 0, 97.5 * 250 / 1800} {
		r, c := doc.Rows[i], rows[i+1]
		if math.Abs(r.Load-load) > 1e-9 || c[6] != strconv.Itoa(r.Agents) || c[0] != r.Label["date"] || c[2] != r.Label["start_hhmm"] {
			t.Errorf("row %d: %v and %+v, want %v erlang", i, c, r, load)
		}
		if empty := load == 0; empty != (r.Level == nil) || empty != (c[8] == "") || empty != (r.Agents == 0) {
			t.Errorf("row %d, %v erlang: %v and %+v", i, load, c, r)
		}
		// Who calls is answered, which fills the agents, or gives up.
		if served := r.Occupancy * float64(r.Agents) * 1800; math.Abs(served-(r.Calls-r.Abandons)*r.Handle_s) > 1e-3 || r.Level != nil && *r.Level < .8 {
			t.Errorf("row %d: %+v", i, r)
		}
	}
}

func TestStaffTellsWhereItIsWrong(t *testing.T) {
	for _, x := range []struct{ text, flags, want string }{
		{"time,calls\n07:00,10\n07:30,many\n", "-handle 3m", `counts.csv:3: calls "many" is not a number`},
		{"time,calls\n07:00,-1\n", "-handle 3m", "counts.csv:2: calls -1"},
		{"time,calls\n07:00,NaN\n", "-handle 3m", "counts.csv:2: calls NaN"},
		{"time,calls\n07:00,10\n", "", "counts.csv:2: no handle time"},
		{"time,calls,aht\n07:00,10,soon\n", "", `counts.csv:2: handle time "soon"`},
		{"time,calls\n07:00,10\n07:30,10,10\n", "-handle 3m", "counts.csv:3: wrong number of fields: write as many"},
		{"time;calls\n07:00;10\n", "-handle 3m", "counts.csv:1: no column is called calls"},
		{"calls,offered\n1,2\n", "-handle 3m", "counts.csv:1: column \"calls\" is there twice"},
		{"agents,calls\n1,2\n", "-handle 3m", "rename \"agents\""},
		{"time,calls\n", "-handle 3m", "counts.csv: no counts"},
		{"day,time,calls\n1,07:00,10\n1,07:05,10\n", "-handle 3m", "counts.csv:3: 07:05 is 5m0s after the row before, but -interval is 30m"},
		{"time,calls\n07:00,9999999\n", "-handle 3m", "counts.csv:2: 1000000 erlang are more"},
		{"time,calls\n07:00,1\n", "-handle 3m -answered 80", "staff: answered 80"},
		{"time,calls\n07:00,1\n", "-handle 3m -calls 3", "either -calls or one file"},
		{"time,calls\n07:00,1\n", "-handle 3m -format pdf", "format \"pdf\""},
		{"time,calls\n07:00,1\n", "-handle 3m -interval 0s", "say with -interval"},
	} {
		args := append([]string{"-interval", "30m"}, strings.Fields(x.flags)...)
		if said, err := staffed(t, append(args, countsFile(t, x.text))...); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%q %s: %v, want %q; %s", x.text, x.flags, err, x.want, said)
		}
	}
	for _, flags := range []string{"-interval 30m -handle 3m", "-interval 30m -calls 3", "-interval 30m -calls -1 -handle 3m", "-interval 30m none.csv"} {
		if said, err := staffed(t, strings.Fields(flags)...); err == nil {
			t.Errorf("%s is accepted: %s", flags, said)
		}
	}
}

// What a file tells of the bot counts for each interval, unless -bot says otherwise; the picture has both.
func TestStaffByTheBotOfAFile(t *testing.T) {
	file := countsFile(t, "date,time,calls,contacts,bot,bot_low\n2026-11-23,08:00,70,100,0.3,0.2\n2026-11-23,08:30,150,150,0,0\n2026-11-24,08:00,50,100,0.5,0.4\n")
	for flags, want := range map[string]string{"": "2026-11-24,08:00,0.4,100,50,", "-bot 0.2": "2026-11-24,08:00,0.4,100,20,"} {
		said, err := staffed(t, append(strings.Fields("-interval 30m -handle 3m -format csv "+flags), file)...)
		if err != nil || !strings.Contains(said, want) || !strings.Contains(said, "bot_low,contacts,bot,saved,calls") {
			t.Errorf("%q: %v\n%s", flags, err, said)
		}
	}
	said, err := staffed(t, "-interval", "30m", "-handle", "3m", "-shrinkage", "0.3", "-format", "svg", file)
	if err != nil || !strings.HasPrefix(said, "<svg") || strings.Count(said, "without the bot") != 2 || strings.Count(said, "rostered") != 2 || !strings.Contains(said, "2026-11-24: people") {
		t.Errorf("%v\n%s", err, said)
	}
	for text, want := range map[string]string{
		"time,calls,bot\n08:00,1,0.3\n":             "contacts and bot belong together",
		"time,calls,contacts,bot\n08:00,1,1,1\n":    "is not a share",
		"time,calls,contacts,bot\n08:00,1,-1,0.1\n": "contacts \"-1\"",
	} {
		if said, err := staffed(t, "-interval", "30m", "-handle", "3m", countsFile(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q; %s", text, err, want, said)
		}
	}
}

// What a bot solves reaches nobody; by the simulator the day is staffed as a whole, and meets the goal in each interval.
func TestStaffWithABotAndByTheSimulator(t *testing.T) {
	file := countsFile(t, "time,calls\n08:00,100\n08:30,150\n09:00,0\n")
	said, err := staffed(t, "-interval", "30m", "-handle", "3m", "-bot", "0.3", "-format", "csv", file)
	if err != nil || !strings.HasPrefix(said, "time,contacts,bot,saved,calls,handle_s,") || !strings.Contains(said, "\n08:00,100,30,4,70,180,7,") {
		t.Errorf("%v\n%s", err, said)
	}
	if testing.Short() {
		t.Skip("hundred thousands of calls in one goroutine: nothing for the race detector; left out by -short")
	}
	said, err = staffed(t, "-interval", "30m", "-handle", "3m", "-by", "simulator", "-cv", "1.5", "-format", "json", file)
	var doc struct {
		Model string
		Rows  []staffRow
	}
	if err != nil || json.Unmarshal([]byte(said), &doc) != nil || doc.Model != "simulator" || len(doc.Rows) != 3 {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, r := range doc.Rows[:2] {
		if *r.Level < .8 || r.Agents < int(r.Load) || r.Agents > int(r.Load)+7 {
			t.Errorf("%+v", r)
		}
	}
	if doc.Rows[2].Agents != 0 || doc.Rows[2].Level != nil {
		t.Errorf("nobody calls: %+v", doc.Rows[2])
	}
	for want, args := range map[string][]string{
		"bot 1 is not":            {"-bot", "1"},
		"-by \"guess\" is not kn": {"-by", "guess"},
		"no highest occupancy":    {"-by", "simulator", "-occupancy", "0.9"},
		"-cv: write a number":     {"-by", "simulator", "-cv", "0"},
	} {
		if _, err := staffed(t, append([]string{"-interval", "30m", "-handle", "3m", "-calls", "10"}, args...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", args, err)
		}
	}
}
