package main

import (
	"io"
	"slices"
	"strings"

	"tandem/orchestrator/plot"
)

// maxPictures is how many days are drawn.
const maxPictures = 14

// plotStaff draws people and calls of each day; a day begins where the column date changes.
func plotStaff(out io.Writer, p staffPlan) error {
	picture := plot.Picture{Title: "People needed every " + plot.Span(p.each.Interval) + ", " + p.model()}
	date := slices.Index(p.labels, "date")
	for from := 0; from < len(p.rows) && len(picture.Charts) < 2*maxPictures; {
		to, day := from+1, ""
		for to < len(p.rows) && (date < 0 || p.rows[to].labels[date] == p.rows[from].labels[date]) {
			to++
		}
		if date >= 0 {
			day = p.rows[from].labels[date] + ": "
		}
		picture.Charts = append(picture.Charts, p.charts(day, date, p.rows[from:to])...)
		from = to
	}
	_, err := io.WriteString(out, picture.SVG())
	return err
}

// charts are those of one day: people, and how many come.
func (p staffPlan) charts(day string, date int, rows []staffRow) []plot.Chart {
	n := len(rows)
	agents, rostered, without, calls, contacts := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	var labels []string
	for i, r := range rows {
		agents[i], rostered[i], without[i] = float64(r.Agents), float64(r.Rostered), float64(r.Agents+r.Saved)
		calls[i], contacts[i] = r.Calls, r.Contacts
		var words []string
		for k, word := range r.labels {
			if k != date && !slices.Contains([]string{"low", "high", "bot_low", "bot_high"}, p.labels[k]) {
				words = append(words, word)
			}
		}
		labels = append(labels, strings.Join(words, " "))
	}
	people := plot.Chart{Title: day + "people", Labels: labels, Series: []plot.Series{{Name: "at work", Values: agents, Steps: true}}}
	if p.goal.Shrinkage > 0 {
		people.Series = append(people.Series, plot.Series{Name: "rostered", Values: rostered, Steps: true, Dashed: true})
	}
	load := plot.Chart{Title: day + "calls", Labels: labels, Series: []plot.Series{{Name: "that reach people", Values: calls, Steps: true}}}
	if p.bots {
		people.Series = append(people.Series, plot.Series{Name: "at work without the bot", Values: without, Steps: true, Dashed: true})
		load.Series = append(load.Series, plot.Series{Name: "contacts, with what the bot solves", Values: contacts, Steps: true, Dashed: true})
	}
	return []plot.Chart{people, load}
}
