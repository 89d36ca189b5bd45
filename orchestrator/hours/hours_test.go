package hours_test

import (
	"testing"
	"time"

	"tandem/orchestrator/hours"
)

// office is open on weekdays from nine to six in Berlin, Fridays through the night, with a holiday and a day of its own.
func office(t *testing.T) *hours.Calendar {
	t.Helper()
	zone, err := hours.ParseZone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	c := &hours.Calendar{Zone: zone, Days: map[string][]hours.Span{"2026-12-24": {span(t, "09:00-12:00")}, "2026-12-23": nil}}
	days, err := hours.ParseDays("mon-thu")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range days {
		c.Week[d] = []hours.Span{span(t, "09:00-12:30"), span(t, "13:30-18:00")}
	}
	c.Week[time.Friday] = []hours.Span{span(t, "22:00-06:00")}
	c.Week[time.Sunday] = []hours.Span{span(t, "00:00-24:00")}
	holiday, err := hours.ParseRange("2026-12-24/2026-12-26")
	if err != nil {
		t.Fatal(err)
	}
	c.Holidays = []hours.Range{holiday}
	return c
}

func span(t *testing.T, text string) hours.Span {
	t.Helper()
	s, err := hours.ParseSpan(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAt(t *testing.T) {
	c := office(t)
	for moment, want := range map[string]hours.State{
		"2026-11-23T08:59:59+01:00": hours.Closed, // Monday
		"2026-11-23T09:00:00+01:00": hours.Open,
		"2026-11-23T08:00:00Z":      hours.Open, // the same moment in another zone
		"2026-11-23T12:30:00+01:00": hours.Closed,
		"2026-11-23T17:59:59+01:00": hours.Open,
		"2026-11-23T18:00:00+01:00": hours.Closed,
		"2026-11-27T21:59:00+01:00": hours.Closed, // Friday
		"2026-11-27T23:00:00+01:00": hours.Open,
		"2026-11-28T05:59:00+01:00": hours.Open, // still Friday's
		"2026-11-28T06:00:00+01:00": hours.Closed,
		"2026-11-29T23:59:59+01:00": hours.Open, // Sunday, all day
		"2026-11-30T00:00:00+01:00": hours.Closed,
		"2026-12-23T10:00:00+01:00": hours.Closed, // a day of its own without hours
		"2026-12-24T10:00:00+01:00": hours.Open,   // a day of its own goes over the holiday
		"2026-12-24T13:00:00+01:00": hours.Closed,
		"2026-12-25T23:00:00+01:00": hours.Holiday, // a Friday
		"2026-12-26T01:00:00+01:00": hours.Holiday,
		"2026-07-06T09:00:00+02:00": hours.Open, // summer time: nine by the clock
		"2026-07-06T08:30:00+02:00": hours.Closed,
		"2026-10-25T02:30:00+02:00": hours.Open, // the hour that comes twice
		"2026-10-25T02:30:00+01:00": hours.Open,
	} {
		at, err := time.Parse(time.RFC3339, moment)
		if err != nil {
			t.Fatal(err)
		}
		if have := c.At(at); have != want {
			t.Errorf("at %s it is %s, want %s", moment, have, want)
		}
	}
	if have := (&hours.Calendar{}).At(time.Unix(0, 0)); have != hours.Closed {
		t.Errorf("without hours it is %s", have)
	}
}

func TestRefused(t *testing.T) {
	for _, text := range []string{"", "9-18", "09:00", "09:00-25:00", "24:00-25:00", "24:00-06:00", "09:60-10:00", "09:00-24:01", " 09:00-18:00"} {
		if s, err := hours.ParseSpan(text); err == nil {
			t.Errorf("hours %q are %v", text, s)
		}
	}
	for _, text := range []string{"", "Mon", "monday", "mon-", "mon-xyz", "-fri"} {
		if d, err := hours.ParseDays(text); err == nil {
			t.Errorf("days %q are %v", text, d)
		}
	}
	for _, text := range []string{"", "2026-02-30", "2026-1-1", "2026-12-26/2026-12-24", "2026-12-24/", "24.12.2026"} {
		if r, err := hours.ParseRange(text); err == nil {
			t.Errorf("days %q are %v", text, r)
		}
	}
	for _, name := range []string{"", "Local", "Mars/Base", "../etc/passwd"} {
		if z, err := hours.ParseZone(name); err == nil {
			t.Errorf("zone %q is %v", name, z)
		}
	}
	if days, err := hours.ParseDays("sat-mon"); err != nil || len(days) != 3 || days[2] != time.Monday {
		t.Errorf("sat-mon are %v, %v", days, err)
	}
}
