package simulate

import (
	"fmt"
	"math"
	"slices"
)

// Compare holds b against a: the report of b, and what b is more than a in each measure that both have. The same day of
// both meets the same callers when seed, queues and arrivals are the same, so the difference is taken day by day: what they share
// cancels out, and a small difference shows.
func Compare(a, b Scenario, daysA, daysB []Day, confidence float64) (other, difference Report, err error) {
	if len(daysA) != len(daysB) || a.Length != b.Length {
		return other, difference, fmt.Errorf("%d days of %s and %d of %s cannot be compared; give both the same", len(daysA), a.Length, len(daysB), b.Length)
	}
	first := NewReport(a, daysA, confidence)
	other = NewReport(b, daysB, confidence)
	difference = Report{Scenario: b, Level: confidence, by: newEstimator(confidence)}
	difference.Scenario.Name = fmt.Sprintf("%s less %s", b.Name, a.Name)
	for _, row := range other.Rows {
		i := slices.IndexFunc(first.Rows, func(o Row) bool { return o.Scope == row.Scope && o.Name == row.Name && o.Measure == row.Measure })
		if i < 0 || len(first.Rows[i].values) != len(row.values) {
			continue
		}
		values := make([]float64, len(row.values))
		for d := range values {
			values[d] = row.values[d] - first.Rows[i].values[d]
		}
		difference.add(row.Scope, row.Name, row.Measure, values)
	}
	return other, difference, nil
}

// Less holds a report against one of a single day that was, such as a recorded one: what each measure is more than it, with the
// interval of the report, as what was is known and has none.
func (r Report) Less(was Report) Report {
	out := Report{Scenario: r.Scenario, Level: r.Level, by: r.by}
	for _, row := range r.Rows {
		before := was.Find(row.Scope, row.Name, row.Measure)
		if math.IsNaN(before.Mean) {
			continue
		}
		values := make([]float64, len(row.values))
		for i, v := range row.values {
			values[i] = v - before.Mean
		}
		out.add(row.Scope, row.Name, row.Measure, values)
	}
	return out
}
