package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"tandem/orchestrator/forecast"
)

// grid is a history of counts: every day with the same intervals.
type grid struct {
	interval time.Duration
	first    time.Duration // of the day's first interval, since midnight
	days     []forecast.Day
	begun    *forecast.Day // a last day that is not over: only its first intervals
	notes    []string
	share    *forecast.Share // of contacts that flows serve; nil when nobody asked
}

// at is when an interval begins, as a time of day.
func (g grid) at(i int) string {
	return time.Time{}.Add(g.first + time.Duration(i)*g.interval).Format("15:04")
}

// tallied counts by date and time of day.
type tallied map[time.Time]map[time.Duration]float64

// grid puts counts of steps into intervals. A day that ends earlier than all the others and is the last has only begun. What no day
// has all steps of is left out, unless a day is known to be around the clock.
func (t tallied) grid(step, interval time.Duration, around bool) (grid, error) {
	if step > interval || interval%step != 0 {
		return grid{}, fmt.Errorf("counts of %s cannot be put into intervals of %s; choose another -interval", step, interval)
	}
	times := map[time.Duration]bool{}
	for at := time.Duration(0); around && at < 24*time.Hour; at += step {
		times[at] = true
	}
	for _, day := range t {
		for at := range day {
			times[at] = true
		}
	}
	g := grid{interval: interval, first: -1}
	var end time.Duration
	for at := time.Duration(0); at < 24*time.Hour; at += interval {
		whole, any := true, false
		for s := at; s < at+interval; s += step {
			whole, any = whole && times[s], any || times[s]
		}
		switch {
		case whole && g.first < 0:
			g.first, end = at, at+interval
		case whole:
			end = at + interval
		case any:
			g.notes = append(g.notes, fmt.Sprintf("%s is left out: no day has the whole interval", time.Time{}.Add(at).Format("15:04")))
		}
	}
	if g.first < 0 {
		return g, errors.New("there is no whole interval")
	}
	dates := slices.SortedFunc(maps.Keys(t), time.Time.Compare)
	for n, date := range dates {
		d := forecast.Day{Date: date}
		last := time.Duration(-1)
		for at := range t[date] {
			last = max(last, at+step)
		}
		for at := g.first; at < end; at += interval {
			if n == len(dates)-1 && at+interval > last {
				break
			}
			sum := 0.0
			for s := at; s < at+interval; s += step {
				sum += t[date][s]
			}
			d.Counts = append(d.Counts, sum)
		}
		if at := time.Duration(len(d.Counts)) * interval; g.first+at < end {
			g.begun = &d
			break
		}
		g.days = append(g.days, d)
	}
	return g, nil
}

// timeColumns are the names that the column with the time of day may have.
var timeColumns = []string{"time", "start", "start_hhmm", "begin", "interval"}

// gridOfFile reads CSV with a header: date, time, calls.
func gridOfFile(file string, interval time.Duration) (grid, error) {
	f, err := os.Open(file)
	if err != nil {
		return grid{}, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.TrimLeadingSpace = true
	header, err := r.Read()
	if err != nil {
		return grid{}, fmt.Errorf("%s: write a header such as date,time,calls and a line for each interval", file)
	}
	column := func(names ...string) int {
		return slices.IndexFunc(header, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) })
	}
	date, at, calls := column("date", "day"), column(timeColumns...), column("calls", "offered")
	if date < 0 || at < 0 || calls < 0 {
		return grid{}, fmt.Errorf("%s:1: the header is %s; it needs date, time and calls", file, strings.Join(header, ","))
	}
	counts := tallied{}
	var steps []time.Duration
	for n := 2; ; n++ {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return grid{}, fmt.Errorf("%s: %w", file, err)
		}
		if n > maxCounts*6 {
			return grid{}, fmt.Errorf("%s: more than %d lines", file, maxCounts*6)
		}
		day, err := time.Parse(time.DateOnly, cells[date])
		if err != nil {
			return grid{}, fmt.Errorf("%s:%d: %q is no date; write 2026-11-20", file, n, cells[date])
		}
		clock, err := timeOfDay(cells[at])
		if err != nil {
			return grid{}, fmt.Errorf("%s:%d: %w", file, n, err)
		}
		count, err := strconv.ParseFloat(cells[calls], 64)
		if err != nil || !(count >= 0) {
			return grid{}, fmt.Errorf("%s:%d: %q is not a number of calls", file, n, cells[calls])
		}
		if counts[day] == nil {
			counts[day] = map[time.Duration]float64{}
		}
		if _, twice := counts[day][clock]; twice {
			return grid{}, fmt.Errorf("%s:%d: %s %s stands there twice", file, n, cells[date], cells[at])
		}
		counts[day][clock] = count
		steps = append(steps, clock)
	}
	return counts.grid(stepOf(steps), interval, false)
}

func timeOfDay(text string) (time.Duration, error) {
	for _, form := range []string{"15:04", "15:04:05", "1504"} {
		if t, err := time.Parse(form, strings.TrimSpace(text)); err == nil {
			return t.Sub(t.Truncate(24 * time.Hour)), nil
		}
	}
	return 0, fmt.Errorf("%q is no time of day; write 08:30", text)
}

// stepOf is how far apart times of day are.
func stepOf(times []time.Duration) time.Duration {
	slices.Sort(times)
	step := 24 * time.Hour
	for i, t := range slices.Compact(times) {
		if i > 0 {
			step = min(step, t-times[i-1])
		}
	}
	return step
}
