package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator/hours"
)

// maxMoments bounds how many kinds of moments a table may tell apart, times its rows.
const maxMoments = 100_000

// moments is the column of all inputs of the clock as one, since they hang together: a date has its weekday. Its parts are days that
// no row tells apart from others, each with times of day that no row tells apart; ok is false when there are too many.
func (t *Table) moments() (c dimension, ok bool) {
	days, ok := t.classes(t.days(), date, weekday)
	minutes, also := t.classes(t.minutes(), timeOfDay)
	if !ok || !also || len(days)*len(minutes)*len(t.Rows) > maxMoments {
		return c, false
	}
	c.parts = len(days) * len(minutes)
	c.of = func(row int) []bool {
		out := make([]bool, 0, c.parts)
		for _, d := range days {
			for _, m := range minutes {
				out = append(out, d.rows[row] && m.rows[row])
			}
		}
		return out
	}
	c.example = func(part int) []string {
		return t.tell(days[part/len(minutes)].value, minutes[part%len(minutes)].value)
	}
	return c, true
}

// class is a day or a time of day that stands for all others for which the same rows hold.
type class struct {
	value map[kind]string
	rows  []bool
}

// classes puts those together that no row tells apart by inputs of some kinds.
func (t *Table) classes(all []map[kind]string, of ...kind) (out []class, ok bool) {
	if len(all)*len(t.Rows) > maxMoments {
		return nil, false
	}
	seen := map[string]bool{}
	for _, value := range all {
		c, key := class{value, slices.Repeat([]bool{true}, len(t.Rows))}, make([]byte, len(t.Rows))
		for i, k := range t.kinds {
			if !slices.Contains(of, k) {
				continue
			}
			for n, is := range c.rows {
				c.rows[n] = is && t.Rows[n].cells[i].holds(value[k])
			}
		}
		for n, is := range c.rows {
			if is {
				key[n] = 1
			}
		}
		if !seen[string(key)] {
			seen[string(key)] = true
			out = append(out, c)
		}
	}
	return out, true
}

// days lists one of each kind of day that cells could tell apart: before, between and after the ends of their ranges, a week of each
// as far as there is one.
func (t *Table) days() []map[kind]string {
	var ends []string // each begins a stretch of days
	t.each(func(c cell) {
		for _, r := range c.dates {
			ends = append(ends, r.From, after(r.To, 1))
		}
	})
	if len(ends) == 0 {
		ends = []string{"2027-01-04"} // a Monday like every other
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	var out []map[kind]string
	add := func(day string) {
		moment, _ := time.Parse(time.DateOnly, day)
		out = append(out, map[kind]string{date: day, weekday: strings.ToLower(moment.Format("Mon"))})
	}
	for n := range 7 {
		add(after(ends[0], n-7))
	}
	for i, begin := range ends {
		for n := range 7 {
			if day := after(begin, n); i == len(ends)-1 || day < ends[i+1] {
				add(day)
			}
		}
	}
	return out
}

// minutes lists one of each kind of time of day.
func (t *Table) minutes() []map[kind]string {
	begins := []int{0}
	t.each(func(c cell) {
		for _, s := range c.times {
			begins = append(begins, s.From, s.To%(24*60))
		}
	})
	slices.Sort(begins)
	var out []map[kind]string
	for _, m := range slices.Compact(begins) {
		out = append(out, map[kind]string{timeOfDay: fmt.Sprintf("%02d:%02d", m/60, m%60)})
	}
	return out
}

func (t *Table) each(look func(cell)) {
	for _, row := range t.Rows {
		for _, c := range row.cells {
			look(c)
		}
	}
}

// tell says the inputs of a moment that the table has.
func (t *Table) tell(values ...map[kind]string) []string {
	var out []string
	for i, input := range t.Inputs {
		for _, v := range values {
			if is := v[t.kinds[i]]; is != "" {
				out = append(out, input+" = "+is)
			}
		}
	}
	return out
}

// after is some days after a day, which may be before it.
func after(day string, days int) string {
	moment, _ := time.Parse(time.DateOnly, day)
	return moment.AddDate(0, 0, days).Format(time.DateOnly)
}

// read reads a word of a cell of the clock; false is one that cannot be read, and what to write instead.
func (c *cell) read(of kind, word string) (says string, ok bool) {
	switch of {
	case timeOfDay:
		s, err := hours.ParseSpan(word)
		if err != nil {
			return err.Error(), false
		}
		c.times = append(c.times, s)
	case weekday:
		days, err := hours.ParseDays(word)
		if err != nil {
			return err.Error(), false
		}
		for _, d := range days {
			c.values = append(c.values, strings.ToLower(d.String()[:3]))
		}
	case date:
		r, err := hours.ParseRange(word)
		if err != nil {
			return err.Error(), false
		}
		c.dates = append(c.dates, r)
	default:
		if !slices.Contains(states, word) {
			return fmt.Sprintf("%q: a calendar is open, closed or holiday", word), false
		}
		c.values = append(c.values, word)
	}
	return "", true
}
