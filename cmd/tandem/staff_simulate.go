package main

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"

	"tandem/orchestrator/erlang"
	"tandem/orchestrator/simulate"
)

// simulate finds the staff by simulated days instead, beginning with that of the formula. Rows of one day follow each other without a
// gap; a day begins where the column date changes.
func (p *staffPlan) simulate(ctx context.Context, counts counted, cv float64, errs io.Writer) error {
	switch {
	case p.goal.Occupancy < 1:
		return errors.New("-by simulator knows no highest occupancy: leave -occupancy out")
	case !(cv > 0 && cv <= 10):
		return errors.New("-cv: write a number above 0, at most 10")
	case slices.ContainsFunc(counts.rows, func(c count) bool { return c.demand.Handle != counts.rows[0].demand.Handle }):
		return errors.New("-by simulator takes one handle time for all: leave the column out, and write -handle")
	}
	service := simulate.Distribution{Is: simulate.Exponential, Mean: counts.rows[0].demand.Handle}
	if cv != 1 {
		service.Is, service.CV = simulate.Lognormal, cv
	}
	need := simulate.Need{Every: p.each.Interval, Service: service, Within: p.goal.Within, Answered: p.goal.Answered, Seed: 1}
	if p.each.Patience > 0 {
		need.Patience = simulate.Distribution{Is: simulate.Exponential, Mean: p.each.Patience}
	}
	p.by = "simulator"
	date := slices.Index(counts.labels, "date")
	for from := 0; from < len(counts.rows); {
		to := from + 1
		for to < len(counts.rows) && (date < 0 || counts.rows[to].labels[date] == counts.rows[from].labels[date]) {
			to++
		}
		if err := p.simulateDay(ctx, need, counts.rows[from:to], from, errs); err != nil {
			return err
		}
		from = to
	}
	return nil
}

func (p *staffPlan) simulateDay(ctx context.Context, need simulate.Need, day []count, first int, errs io.Writer) error {
	var begin []int
	calls := 0.0
	for i, c := range day {
		need.Calls = append(need.Calls, c.demand.Calls)
		calls += c.demand.Calls
		begin = append(begin, p.rows[first+i].Agents)
	}
	if calls == 0 {
		return nil
	}
	found, err := need.Staff(begin, 0.95, progress(ctx, "staff from "+day[0].place, errs))
	if err != nil {
		return err
	}
	for i, f := range found {
		row := newStaffRow(day[i], erlang.Need{Agents: f.People, Rostered: int(math.Ceil(float64(f.People)/(1-p.goal.Shrinkage) - 1e-9))})
		row.Occupancy, row.Abandons, row.Saved = f.Busy, f.Abandons, p.rows[first+i].Saved
		if asa := f.ASA.Seconds(); day[i].demand.Calls > 0 {
			row.Level, row.ASA = &f.Level.Mean, &asa
		}
		p.rows[first+i] = row
	}
	return nil
}
