package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"tandem/orchestrator/erlang"
)

// maxCounts bounds a file of counts: ten years of quarter hours.
const maxCounts = 350_640

// counted is a file of calls per interval.
type counted struct {
	labels []string // columns that say which interval it is: all but calls and handle time
	rows   []count
}

type count struct {
	labels   []string
	demand   erlang.Demand
	contacts float64 // those that the bot solves included
	bot      float64 // share that it solves
	place    string  // file:line
}

// called are the names that the columns of a file may have, in small letters.
var called = map[string]string{
	"calls": "calls", "offered": "calls",
	"contacts": "contacts", "bot": "bot",
	"handle": "handle_s", "handle_s": "handle_s", "handle_time": "handle_s", "aht": "handle_s", "aht_s": "handle_s",
}

// readCounts reads CSV with a header. What a row does not say is taken from each.
func readCounts(file string, each erlang.Demand) (counted, error) {
	f, err := os.Open(file)
	if err != nil {
		return counted{}, err
	}
	defer f.Close()
	var counts counted
	var names []string
	r := csv.NewReader(f)
	r.TrimLeadingSpace = true
	for {
		cells, err := r.Read()
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, io.EOF) && len(counts.rows) == 0:
			return counts, fmt.Errorf("%s: no counts: write a header such as time,calls and a line for each interval", file)
		case errors.Is(err, io.EOF):
			return counts, nil
		case errors.As(err, &wrong):
			return counts, fmt.Errorf("%s:%d: %w: write as many cells as the header has, separated by commas", file, wrong.Line, wrong.Err)
		case err != nil:
			return counts, fmt.Errorf("%s: %w", file, err)
		case len(counts.rows) == maxCounts:
			return counts, fmt.Errorf("%s: more than %d intervals: split the file", file, maxCounts)
		}
		line, _ := r.FieldPos(0)
		place := fmt.Sprintf("%s:%d", file, line)
		if names == nil {
			names, counts.labels, err = namesOf(cells)
		} else {
			var c count
			if c, err = rowOf(names, cells, each); err == nil && len(counts.rows) > 0 {
				err = overlap(counts.rows[len(counts.rows)-1].labels, c.labels, each.Interval)
			}
			c.place = place
			counts.rows = append(counts.rows, c)
		}
		if err != nil {
			return counts, fmt.Errorf("%s: %w", place, err)
		}
	}
}

// namesOf tells what each column is, and which are labels. Each is there once, and none is taken for one of the answer's.
func namesOf(header []string) (names, labels []string, err error) {
	for _, cell := range header {
		name := strings.TrimSpace(strings.TrimPrefix(cell, "\ufeff")) // spreadsheets begin UTF-8 with a mark
		known, ok := called[strings.ToLower(name)]
		if ok {
			name = known
		} else {
			labels = append(labels, name)
		}
		if slices.Contains(names, name) || !ok && slices.Contains(staffColumns, name) {
			return nil, nil, fmt.Errorf("column %q is there twice, or in the answer too: take out or rename %q", name, cell)
		}
		names = append(names, name)
	}
	if slices.Contains(names, "contacts") != slices.Contains(names, "bot") {
		return nil, nil, errors.New("contacts and bot belong together: how many come, and which share of them needs nobody")
	}
	if !slices.Contains(names, "calls") {
		return nil, nil, fmt.Errorf("no column is called calls, only %q: name the one that counts them, and separate columns with commas", header)
	}
	return names, labels, nil
}

func rowOf(names, cells []string, each erlang.Demand) (count, error) {
	c := count{demand: each}
	for i, cell := range cells {
		var err error
		switch cell = strings.TrimSpace(cell); {
		case names[i] == "calls":
			if c.demand.Calls, err = strconv.ParseFloat(cell, 64); err != nil {
				return c, fmt.Errorf("calls %q is not a number: write it as 120 or 97.5", cell)
			}
		case names[i] == "contacts":
			if c.contacts, err = strconv.ParseFloat(cell, 64); err != nil || !(c.contacts >= 0) {
				return c, fmt.Errorf("contacts %q is not a number from 0: write it as 120 or 97.5", cell)
			}
		case names[i] == "bot":
			if c.bot, err = strconv.ParseFloat(cell, 64); err != nil || !(c.bot >= 0 && c.bot < 1) {
				return c, fmt.Errorf("bot %q is not a share from 0 to below 1: write 0.3 when 30 %% need nobody", cell)
			}
		case names[i] != "handle_s":
			c.labels = append(c.labels, cell)
		case cell != "":
			if c.demand.Handle, err = time.ParseDuration(cell); err != nil {
				c.demand.Handle, err = time.ParseDuration(cell + "s")
			}
			if err != nil {
				return c, fmt.Errorf("handle time %q is not a time: write seconds, or 4m10s", cell)
			}
		}
	}
	if c.demand.Handle == 0 {
		return c, errors.New("no handle time: give it with -handle 4m10s, or in a column handle")
	}
	return c, c.demand.Check()
}

// overlap refuses two rows that begin at times of one day which are nearer to each other than an interval: with a wrong interval
// every load would be wrong, and nobody would see it.
func overlap(before, now []string, interval time.Duration) error {
	for i := range now {
		from, err := time.Parse("15:04", before[i])
		to, err2 := time.Parse("15:04", now[i])
		if apart := to.Sub(from); err == nil && err2 == nil && apart > 0 && apart < interval {
			return fmt.Errorf("%s is %s after the row before, but -interval is %s: correct the one that is wrong", now[i], apart, interval)
		}
	}
	return nil
}
