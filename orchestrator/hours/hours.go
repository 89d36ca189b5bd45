// Package hours says when a centre is open: weekly hours in a time zone, holidays, and days with hours of their own. It is pure:
// the moment comes in as an argument.
//
//	a day of its own  >  a holiday  >  the week
//
// Hours are half open: 09:00-18:00 is open at 09:00:00 and no longer at 18:00:00. They are wall-clock times of the zone, so that a
// change of the clocks moves them along. Hours that end at or before their beginning go on into the next day (22:00-06:00) and
// belong to the day on which they begin.
package hours

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// State is how the centre stands at a moment.
type State string

// The states of a calendar.
const (
	Open    State = "open"
	Closed  State = "closed"
	Holiday State = "holiday"
)

// Span is a part of a day in minutes after its midnight; To is beyond 24 h when it goes on into the next day.
type Span struct{ From, To int }

// Range is a row of days, both ends included, as "2006-01-02".
type Range struct{ From, To string }

// Calendar is a set of opening hours. Make one with the Parse functions; the zero one is always closed.
type Calendar struct {
	Zone     *time.Location
	Week     [7][]Span // by time.Weekday
	Holidays []Range
	Days     map[string][]Span // days with hours of their own; none is closed
}

// At says how the calendar stands at a moment.
func (c *Calendar) At(moment time.Time) State {
	if c.Zone != nil {
		moment = moment.In(c.Zone)
	}
	minute := moment.Hour()*60 + moment.Minute()
	today := time.Date(moment.Year(), moment.Month(), moment.Day(), 12, 0, 0, 0, time.UTC) // at noon: no clock changes its day
	spans, holiday := c.of(today)
	if slices.ContainsFunc(spans, func(s Span) bool { return s.From <= minute && minute < s.To }) {
		return Open
	}
	before, _ := c.of(today.AddDate(0, 0, -1))
	if slices.ContainsFunc(before, func(s Span) bool { return minute+24*60 < s.To }) {
		return Open
	}
	if holiday {
		return Holiday
	}
	return Closed
}

// of returns the hours that begin on a day, and whether it is a holiday.
func (c *Calendar) of(day time.Time) (spans []Span, holiday bool) {
	name := day.Format(time.DateOnly)
	if own, ok := c.Days[name]; ok {
		return own, false
	}
	if slices.ContainsFunc(c.Holidays, func(r Range) bool { return r.From <= name && name <= r.To }) {
		return nil, true
	}
	return c.Week[day.Weekday()], false
}

var (
	spanForm = regexp.MustCompile(`^([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])$`)
	weekdays = map[string]time.Weekday{
		"mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
		"sun": time.Sunday,
	}
)

// ParseSpan reads "09:00-18:00"; "00:00-24:00" is the whole day.
func ParseSpan(text string) (Span, error) {
	m := spanForm.FindStringSubmatch(text)
	if m == nil {
		return Span{}, fmt.Errorf("%q are no hours; write them as 09:00-18:00", text)
	}
	s := Span{minutes(m[1], m[2]), minutes(m[3], m[4])}
	if s.From >= 24*60 || s.To > 24*60 {
		return Span{}, fmt.Errorf("%q: a day ends at 24:00 and hours begin before it", text)
	}
	if s.To <= s.From {
		s.To += 24 * 60
	}
	return s, nil
}

func minutes(hour, minute string) int {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	return h*60 + m
}

// ParseDays reads a weekday or a row of them: "sat", "mon-fri", "fri-mon".
func ParseDays(text string) ([]time.Weekday, error) {
	first, last, row := strings.Cut(text, "-")
	if !row {
		last = first
	}
	from, ok := weekdays[first]
	to, also := weekdays[last]
	if !ok || !also {
		return nil, fmt.Errorf("%q are no days of the week; write mon, tue, wed, thu, fri, sat, sun, or a row such as mon-fri", text)
	}
	days := []time.Weekday{from}
	for from != to {
		from = (from + 1) % 7
		days = append(days, from)
	}
	return days, nil
}

// ParseDate reads one day, "2027-01-01".
func ParseDate(text string) (string, error) {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", fmt.Errorf("%q is no day; write it as 2027-01-01", text)
	}
	return text, nil
}

// ParseRange reads one day or a row of days with a slash between: "2027-02-05/2027-02-11".
func ParseRange(text string) (Range, error) {
	first, last, row := strings.Cut(text, "/")
	if !row {
		last = first
	}
	for _, day := range []string{first, last} {
		if _, err := ParseDate(day); err != nil {
			return Range{}, err
		}
	}
	if last < first {
		return Range{}, fmt.Errorf("%q ends before it begins", text)
	}
	return Range{first, last}, nil
}

// ParseZone finds a time zone by its name in the tz database, such as "Asia/Shanghai". "Local" is refused: it would mean something
// else on every machine.
func ParseZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fmt.Errorf("there is no time zone %q; use a name such as Asia/Shanghai, Europe/Berlin or UTC", name)
	}
	return zone, nil
}
