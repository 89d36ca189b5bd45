package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// quarters are five weeks of quarter hours from 08:00 to 10:00, Monday to Friday; the last day ends at 09:00.
func quarters(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("Date, Start, Calls\n")
	day := time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)
	for n := range 5 * 7 {
		for quarter := range 8 {
			d := day.AddDate(0, 0, n)
			if w := d.Weekday(); w == time.Saturday || w == time.Sunday || n == 32 && quarter >= 4 {
				continue
			}
			fmt.Fprintf(&text, "%s, %02d:%02d, %d\n", d.Format(time.DateOnly), 8+quarter/4, quarter%4*15, 10*(quarter+1))
		}
	}
	return written(t, text.String())
}

func TestForecastTells(t *testing.T) {
	file := quarters(t)
	var doc struct {
		Days int `json:"days_learnt"`
		Rows []foretold
	}
	if err := json.Unmarshal([]byte(says(t, "forecast", "-days", "2", "-closed", "2026-05-11", "-format", "json", file)), &doc); err != nil {
		t.Fatal(err)
	}
	// Friday, May 8 has begun; Monday is a holiday; Tuesday and Wednesday follow.
	if doc.Days != 24 || len(doc.Rows) != 12 || !doc.Rows[1].Came || doc.Rows[2].Came || doc.Rows[2].Date != "2026-05-08" || doc.Rows[4].Date != "2026-05-12" || doc.Rows[8].Date != "2026-05-13" {
		t.Fatalf("%+v", doc)
	}
	if r := doc.Rows[3]; r.Time != "09:30" || math.Abs(r.Calls-150) > 1 || r.Low >= r.Calls || r.High <= r.Calls {
		t.Errorf("%+v", r)
	}
	said := says(t, "forecast", "-days", "1", "-format", "csv", file)
	if want := "date,time,calls,low,high\n2026-05-08,09:00,110.00,"; !strings.HasPrefix(said, want) {
		t.Errorf("%s", said)
	}
	if staff := says(t, "staff", "-interval", "30m", "-handle", "3m", written(t, said)); !strings.Contains(staff, "2026-05-11  09:30") {
		t.Errorf("staff cannot read it:\n%s", staff)
	}
	if errors := says(t, "forecast", "-test", "5", file); !strings.Contains(errors, "this forecast, a day ahead             0.00 %") {
		t.Errorf("%s", errors)
	}
}

// The journal is counted in the days of the centre: 23:30 UTC is the next morning in Shanghai.
func TestForecastOfTheJournal(t *testing.T) {
	counts := tallied{}
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	date, clock := local(time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC), shanghai)
	if date.Format(time.DateOnly) != "2026-03-02" || clock != 7*time.Hour+30*time.Minute {
		t.Errorf("%s %s", date, clock)
	}
	if _, err := counts.grid(time.Minute, time.Hour, false); err == nil {
		t.Error("a grid of nothing")
	}
	g, err := gridOfJournal(t.Context(), Config{}, counting{file: aJournal, zone: "UTC", channel: "voice", interval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, n := range g.begun.Counts { // the journal ends at four in the afternoon
		sum += n
	}
	if sum < 98 || sum > 100 || len(g.days) != 0 || len(g.begun.Counts) != 16 {
		t.Errorf("%v of 100 callers, %+v", sum, g)
	}
}

// countedFacts reads facts as the lines of a journal.
func countedFacts(t *testing.T, want counting, facts ...fact.Entry) (grid, error) {
	t.Helper()
	var text strings.Builder
	for n, e := range facts {
		kind, body, _, err := fact.Encode(e.Fact)
		if err != nil {
			t.Fatal(err)
		}
		line, err := json.Marshal(map[string]any{"seq": n + 1, "at": e.At, "about": e.About, "kind": kind, "fact": json.RawMessage(body)})
		if err != nil {
			t.Fatal(err)
		}
		text.Write(append(line, '\n'))
	}
	want.file, want.zone, want.interval = written(t, text.String()), "UTC", 12*time.Hour
	return gridOfJournal(t.Context(), Config{}, want)
}

// TestTheJournalIsCountedByChannel: a text is no call. Who is served by a flow to the end asks for nobody; who hung up in it, was closed
// out or handed to the switch is no contact of either.
func TestTheJournalIsCountedByChannel(t *testing.T) {
	monday := time.Date(2026, 3, 2, 13, 0, 0, 0, time.UTC)
	var all []fact.Entry
	on := func(days int, id string, facts ...fact.Fact) {
		for _, f := range facts {
			at := monday.AddDate(0, 0, days)
			if x, is := f.(fact.ItemQueued); is {
				x.Since = at
				f = x
			}
			all = append(all, fact.Entry{At: at, About: orchestrator.InteractionID(id + fmt.Sprint(days)), Fact: f})
		}
	}
	call, in, done := fact.InteractionArrived{Switch: "s", Leg: "l"}, fact.FlowEntered{Flow: "f"}, fact.InteractionEnded{}
	ended := func(state orchestrator.ItemState, reason string) fact.ItemEnded {
		return fact.ItemEnded{State: state, Reason: reason}
	}
	for day := range 8 {
		for n := range 10 {
			on(day, fmt.Sprint("served", n), call, in, ended(orchestrator.ItemDone, "told"), done)
			on(day, fmt.Sprint("person", n), call, in, fact.ItemQueued{Queue: "q"}, fact.QueueLeft{Queue: "q"}, fact.ItemQueued{Queue: "r"}, ended(orchestrator.ItemDone, ""), done)
		}
		on(day, "direct", call, fact.ItemQueued{Queue: "q"}, ended(orchestrator.ItemAbandoned, "hangup"), done)
		on(day, "hung", call, in, ended(orchestrator.ItemAbandoned, "hangup"), done)
		on(day, "closed", call, in, ended(orchestrator.ItemDone, "closed"), done)
		on(day, "away", call, in, fact.CallTransferred{Extension: "1"}, ended(orchestrator.ItemFlowedOut, "transfer"), done)
		for n := range 3 {
			on(day, fmt.Sprint("chat", n), fact.InteractionOpened{Channel: "chat", Queue: "q"}, fact.ItemQueued{Queue: "q"}, ended(orchestrator.ItemDone, ""), done)
		}
	}
	for channel, want := range map[orchestrator.Channel]float64{"voice": 11, "chat": 3} {
		g, err := countedFacts(t, counting{channel: channel}, all...)
		if err != nil || len(g.days) != 7 || g.days[3].Counts[1] != want {
			t.Errorf("%s: %v %+v", channel, err, g)
		}
	}
	g, err := countedFacts(t, counting{channel: "voice", bot: true, unserved: "closed,nobody"}, all...)
	if err != nil || g.share.Days() != 7 {
		t.Fatalf("%v %+v", err, g)
	}
	if mean, low, high := g.share.At(1, 11); math.Abs(mean-10./21) > 1e-9 || low <= 0 || low >= mean || high <= mean {
		t.Errorf("%v between %v and %v", mean, low, high)
	}
	if !strings.Contains(g.notes[len(g.notes)-1], "8 callers hung up within a flow") {
		t.Errorf("%q", g.notes)
	}
	for says, want := range map[string]counting{"by channel email": {channel: "email"}, "-channel \"fax\"": {channel: "fax"}, "leave -queue": {channel: "voice", bot: true, queue: "q"}} {
		if _, err := countedFacts(t, want, all...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %q", want, err, says)
		}
	}
	s, err := foretell(g, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, print := range forecastPrinters {
		var out bytes.Buffer
		if err := print(&out, s); err != nil || name == "csv" && !strings.Contains(out.String(), "11.00,") || name != "svg" && !strings.Contains(out.String(), "bot") {
			t.Errorf("%s: %v\n%s", name, err, out.String())
		}
	}
}

func TestForecastRefuses(t *testing.T) {
	file := quarters(t)
	for want, args := range map[string][]string{
		"either one file":          {},
		"give either":              {"-journal", file},
		"does not divide the day":  {"-interval", "7m", file},
		"cannot be put":            {"-interval", "10m", file},
		"\"Easter\" is no date":    {"-closed", "Easter", file},
		"-zone \"Moon\"":           {"-journal", "-file", aJournal, "-zone", "Moon"},
		"no whole day":             {"-journal", "-file", aJournal},
		"line of queue \"sails\"":  {"-journal", "-file", aJournal, "-queue", "sails"},
		"it needs date, time and":  {written(t, "when,calls\n1,2\n")},
		":2: \"noon\" is no time":  {written(t, "date,time,calls\n2026-01-05,noon,2\n")},
		":2: \"-1\" is not a numb": {written(t, "date,time,calls\n2026-01-05,12:00,-1\n")},
		":3: 2026-01-05 12:00 sta": {written(t, "date,time,calls\n2026-01-05,12:00,1\n2026-01-05,12:00,1\n")},
		"leave some to learn":      {"-test", "24", file},
	} {
		err := run(t.Context(), append([]string{"forecast"}, args...), &bytes.Buffer{}, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
}
