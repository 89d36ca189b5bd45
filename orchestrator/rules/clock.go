package rules

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/hours"
)

// kind is what an input is of.
type kind int

const (
	given     kind = iota // known of the customer or the concern
	timeOfDay             // "09:15"
	weekday               // "mon"
	date                  // "2027-01-01"
	calendar              // "open"
)

var (
	clockKinds = map[string]kind{"time": timeOfDay, "weekday": weekday, "date": date}
	states     = []string{string(hours.Closed), string(hours.Holiday), string(hours.Open)} // sorted
	hoursForm  = regexp.MustCompile(`^hours:([a-z0-9][a-z0-9_-]{0,62})/([a-z0-9][a-z0-9_-]{0,62})$`)
)

// Calendar names opening hours: those of a flow, in its version that is in force.
type Calendar struct {
	Flow orchestrator.FlowID
	Name string
}

func kindOf(input string) kind {
	if k, is := clockKinds[input]; is {
		return k
	}
	if hoursForm.MatchString(input) {
		return calendar
	}
	return given
}

// Calendars lists the calendars that a table goes by.
func (t *Table) Calendars() []Calendar {
	var out []Calendar
	for i, input := range t.Inputs {
		if t.kinds[i] == calendar {
			m := hoursForm.FindStringSubmatch(input)
			out = append(out, Calendar{orchestrator.FlowID(m[1]), m[2]})
		}
	}
	return out
}

// Clocked says whether a table goes by the moment at which it is asked.
func (t *Table) Clocked() bool {
	return slices.ContainsFunc(t.kinds, func(k kind) bool { return k != given })
}

// In is the zone by whose clock a table goes in a centre; nil is UTC.
func (t *Table) In(centre *time.Location) *time.Location {
	switch {
	case t.Zone != nil:
		return t.Zone
	case centre != nil:
		return centre
	}
	return time.UTC
}

// At adds to values those of a moment by the clock of the table's zone, the centre's when it has none. stands tells how a calendar
// stands; "" is one that is not there.
func (t *Table) At(values map[string]string, moment time.Time, centre *time.Location, stands func(Calendar) hours.State) map[string]string {
	if !t.Clocked() {
		return values
	}
	out := maps.Clone(values)
	if out == nil {
		out = map[string]string{}
	}
	local := moment.In(t.In(centre))
	for i, input := range t.Inputs {
		switch t.kinds[i] {
		case timeOfDay:
			out[input] = local.Format("15:04")
		case weekday:
			out[input] = strings.ToLower(local.Format("Mon"))
		case date:
			out[input] = local.Format(time.DateOnly)
		}
	}
	for _, c := range t.Calendars() {
		out["hours:"+string(c.Flow)+"/"+c.Name] = string(stands(c))
	}
	return out
}

// holdsTime says whether a time of day, as At writes it, is within the hours of a cell; those after midnight belong to the hours that began before it.
func (c cell) holdsTime(value string) bool {
	if len(value) != len("15:04") {
		return false
	}
	minute := 600*int(value[0]-'0') + 60*int(value[1]-'0') + 10*int(value[3]-'0') + int(value[4]-'0')
	return slices.ContainsFunc(c.times, func(s hours.Span) bool {
		return s.From <= minute && minute < s.To || minute+24*60 < s.To
	})
}
