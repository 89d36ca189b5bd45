package rules

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator/hours"
)

const clockedYAML = `zone: Asia/Shanghai
inputs: [tier, time, weekday, date, hours:main/office]
rows:
  - {when: {date: [2027-01-01, 2027-02-05/2027-02-11]}, queue: holiday}
  - {when: {time: 22:00-06:00}, queue: night}
  - {when: {weekday: [sat, sun]}, queue: weekend}
  - {when: {"hours:main/office": [closed, holiday]}, queue: away}
  - {when: {tier: "?"}, queue: unknown}
  - {when: {tier: gold}, queue: vip}
  - {queue: support}
`

const clockedCSV = `tier,time@Asia/Shanghai,weekday,date,hours:main/office,queue
,,,2027-01-01|2027-02-05/2027-02-11,,holiday
,22:00-06:00,,,,night
,,sat|sun,,,weekend
,,,,closed|holiday,away
?,,,,,unknown
gold,,,,,vip
,,,,,support
`

// TestTheClock decides the same by both formats, by the clock of the table's zone: eight hours ahead of UTC.
func TestTheClock(t *testing.T) {
	for format, text := range map[Format]string{YAML: clockedYAML, CSV: clockedCSV} {
		table := parse(t, format, text)
		if err := table.Check(Centre{Calendar: func(c Calendar) bool { return c == Calendar{"main", "office"} }}); err != nil || len(table.Notes()) > 0 {
			t.Errorf("%s: %v %v", format, err, table.Notes())
		}
		for _, c := range []struct {
			at, tier, queue string
			office          hours.State
		}{
			{"2027-01-01T04:00:00Z", "gold", "holiday", hours.Open},
			{"2026-12-31T15:59:59Z", "gold", "night", hours.Open}, // 23:59 there
			{"2026-12-31T16:00:00Z", "gold", "holiday", hours.Open},
			{"2027-02-11T15:59:00Z", "gold", "holiday", hours.Open},
			{"2027-03-01T13:59:59Z", "gold", "vip", hours.Open},
			{"2027-03-01T14:00:00Z", "gold", "night", hours.Open},
			{"2027-03-01T21:59:59Z", "gold", "night", hours.Open},
			{"2027-03-01T22:00:00Z", "gold", "vip", hours.Open},
			{"2027-03-06T04:00:00Z", "gold", "weekend", hours.Open},
			{"2027-03-01T04:00:00Z", "gold", "away", hours.Holiday},
			{"2027-03-01T04:00:00Z", "", "unknown", hours.Open},
			{"2027-03-01T04:00:00Z", "silver", "support", ""},
		} {
			at, err := time.Parse(time.RFC3339, c.at)
			if err != nil {
				t.Fatal(err)
			}
			m, _ := table.Match(table.At(map[string]string{"tier": c.tier, "time": "03:00"}, at, time.UTC, func(Calendar) hours.State { return c.office }))
			if string(m.Queue) != c.queue {
				t.Errorf("%s: %s, tier %q: %+v", format, c.at, c.tier, m)
			}
		}
	}
}

// TestAnOldTableIsReadAsItWasMeant: inputs of the moment and "?" are of the newest edition.
func TestAnOldTableIsReadAsItWasMeant(t *testing.T) {
	old, err := Read("t", CSV, 0, "time,queue\nmorning,a\n?,b\n")
	if err != nil || old.Clocked() {
		t.Fatalf("%v %v", old, err)
	}
	for value, want := range map[string]string{"morning": "a", "?": "b", "": ""} {
		if m, _ := old.Match(old.At(map[string]string{"time": value}, time.Now(), nil, nil)); string(m.Queue) != want {
			t.Errorf("%q: %+v", value, m)
		}
	}
	if _, err := Read("t", CSV, Edition+1, "queue\na\n"); err == nil || !strings.Contains(err.Error(), "newer program") {
		t.Errorf("got %v", err)
	}
}

// TestTheCheckerAgreesWithEveryMoment is TestTheCheckerAgreesWithTryingEverything for the clock: each hour of a fortnight, and
// every weekday of it, beside an attribute that may not be known.
func TestTheCheckerAgreesWithEveryMoment(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	begin := time.Date(2027, 1, 4, 0, 0, 0, 0, time.UTC)
	all, clock := []map[string]string{}, parse(t, CSV, "time,weekday,date,queue\n,,,q\n")
	for moment := begin; moment.Before(begin.AddDate(0, 0, 14)); moment = moment.Add(time.Hour) {
		for _, a := range []string{"", "x", "y"} {
			all = append(all, clock.At(map[string]string{"a": a}, moment, nil, nil))
		}
	}
	dead, gaps := 0, 0
	for range 100 {
		text := "a,time,weekday,date,queue\n"
		for range 1 + r.IntN(7) {
			text += fmt.Sprintf("%s,%s,%s,%s,q\n", pick(r, "", "", "x", "?", "x|?"), pick(r, "", "", "08:00-20:00", "20:00-08:00", "00:00-12:00|22:00-01:00", "12:00-24:00"),
				pick(r, "", "", "mon-fri", "sat|sun", "fri-mon"), pick(r, "", "", "2027-01-07", "2027-01-06/2027-01-12", "2027-01-09|2027-01-10"))
		}
		table := parse(t, CSV, text)
		decides, missing := map[int]bool{}, false
		for _, values := range all {
			m, ok := table.Match(values)
			decides[m.Row-1], missing = true, missing || !ok
		}
		told := ""
		if err := table.Check(Centre{}); err != nil {
			told = err.Error()
		}
		for n := range table.Rows {
			if says := strings.Contains(told, fmt.Sprintf("row %d: this row can never decide", n+1)); says == decides[n] {
				t.Fatalf("row %d decides something: %v; told: %q\n%s", n+1, decides[n], told, text)
			} else if says {
				dead++
			}
		}
		if notes := table.Notes(); (len(notes) > 0) != missing {
			t.Fatalf("something is missing: %v; told: %v\n%s", missing, notes, text)
		} else if missing {
			gaps++
			example := exampleOf(table)
			if example["a"] == notKnown {
				example["a"] = ""
			}
			if m, ok := table.Match(example); ok {
				t.Fatalf("the example %v has row %d\n%s", example, m.Row, text)
			}
		}
	}
	if dead < 40 || gaps < 40 {
		t.Errorf("only %d rows that never decide and %d gaps were met", dead, gaps)
	}
}

// TestManyMomentsAreTooMuchToTell, in little time, and the table is good all the same.
func TestManyMomentsAreTooMuchToTell(t *testing.T) {
	var text strings.Builder
	text.WriteString("time,date,queue\n")
	for n := range maxRows {
		day := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 2*n)
		fmt.Fprintf(&text, "%02d:%02d-%02d:30,%s,q\n", n%24, n%60, (n+5)%24, day.Format(time.DateOnly))
	}
	table := parse(t, CSV, text.String())
	if err := table.Check(Centre{}); err != nil {
		t.Errorf("got %.200v", err)
	}
	if notes := table.Notes(); len(notes) != 1 || !strings.Contains(notes.Error(), "too much to find out") {
		t.Errorf("got %v", notes)
	}
}
