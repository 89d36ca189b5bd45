package flow

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"tandem/orchestrator/hours"
)

// Parse reads a text. What was published once it reads for ever (testdata/published keeps examples of all times): it refuses only
// what nobody can tell the meaning of, or what must not reach a switch. What else is wrong with a text, Check tells, which a text
// must pass before it is published. The error is a problem.List, each with file and line, those of Check included; the flow is nil then.
func Parse(file, text string) (*Flow, error) {
	r := &reader{file: file}
	f := r.flow(text)
	if len(r.problems) == 0 {
		r.graph(f)
	}
	if len(r.problems) > 0 {
		return nil, append(r.problems, r.refused...).Sorted()
	}
	f.refused = r.refused
	return f, nil
}

var lineOf = regexp.MustCompile(`line ([0-9]+)`)

func (r *reader) flow(text string) *Flow {
	f := &Flow{Hours: map[string]*hours.Calendar{}, Nodes: map[string]*Node{}}
	if len(text) > MaxText {
		r.refuse(1, "a flow has at most %d bytes", MaxText)
	}
	var doc, more yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(text))
	if err := dec.Decode(&doc); err != nil {
		line := 1
		if m := lineOf.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1])
		}
		r.wrong(line, "this cannot be read as YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
		return f
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		r.wrong(max(1, more.Line), "one file holds one flow; take the rest out")
		return f
	}
	m := r.mapping(doc.Content[0], "a flow")
	f.Name = m.formed(m.need("flow"), nameForm, "the name of a flow has 1 to 63 of a-z, 0-9, _ and -")
	for _, n := range m.list(m.need("numbers"), 50) {
		f.Numbers = append(f.Numbers, m.formed(n, numberForm, "a number that can be dialled has 1 to 24 of 0-9, * and #; write it in quotes"))
	}
	f.Language = m.safe(m.need("language"), languageForm, "a language is written as en or zh")
	f.Languages = []string{f.Language}
	for _, n := range m.list(m.take("languages"), 10) {
		if l := m.safe(n, languageForm, "a language is written as en or zh"); !slices.Contains(f.Languages, l) {
			f.Languages = append(f.Languages, l)
		}
	}
	if n := m.need("start"); n != nil {
		r.start = n.Line
		f.Start = m.formed(n, nameForm, "the name of a node is expected here")
	}
	if n := m.take("hours"); n != nil {
		r.calendars(f, r.mapping(n, "hours"))
	}
	if n := m.need("nodes"); n != nil {
		r.nodes(f, r.mapping(n, "nodes"))
	}
	m.rest("flow, numbers, language, languages, start, hours and nodes")
	return f
}

func (r *reader) calendars(f *Flow, m fields) {
	for _, name := range sortedKeys(m.of) {
		n := m.take(name)
		if !nameForm.MatchString(name) {
			r.refuse(n.Line, "%q: the name of a calendar has 1 to 63 of a-z, 0-9, _ and -", clip(name))
		}
		f.Hours[name] = r.calendar(r.mapping(n, "a calendar"))
	}
}

func (r *reader) calendar(m fields) *hours.Calendar {
	c := &hours.Calendar{Zone: time.UTC, Days: map[string][]hours.Span{}}
	fail := func(n *yaml.Node, err error) {
		if err != nil {
			r.wrong(n.Line, "%s", err)
		}
	}
	if n := m.need("zone"); n != nil {
		zone, err := hours.ParseZone(m.text(n))
		fail(n, err)
		c.Zone = zone
	}
	if n := m.need("open"); n != nil {
		week := r.mapping(n, "open")
		for _, name := range sortedKeys(week.of) {
			n := week.take(name)
			days, err := hours.ParseDays(name)
			fail(n, err)
			open := r.spans(m, n) // once for a row of days, so that a mistake in it is told once
			for _, d := range days {
				c.Week[d] = open
			}
		}
	}
	for _, n := range m.list(m.take("holidays"), 400) {
		row, err := hours.ParseRange(m.text(n))
		fail(n, err)
		c.Holidays = append(c.Holidays, row)
	}
	if n := m.take("days"); n != nil {
		days := r.mapping(n, "days")
		for _, name := range sortedKeys(days.of) {
			n := days.take(name)
			day, err := hours.ParseDate(name)
			fail(n, err)
			c.Days[day] = r.spans(m, n)
		}
	}
	m.rest("zone, open, holidays and days")
	return c
}

func (r *reader) spans(m fields, n *yaml.Node) []hours.Span {
	var out []hours.Span
	for _, one := range m.list(n, 10) {
		text := m.text(one)
		if text == "closed" {
			continue
		}
		s, err := hours.ParseSpan(text)
		if err != nil {
			r.wrong(one.Line, "%s, or closed", err)
		}
		out = append(out, s)
	}
	return out
}

func (r *reader) nodes(f *Flow, m fields) {
	if len(m.of) > maxNodes {
		r.refuse(m.line, "a flow has at most %d nodes", maxNodes)
	}
	for _, name := range sortedKeys(m.of) {
		n := m.take(name)
		r.node = clip(name)
		if !nameForm.MatchString(name) {
			r.refuse(n.Line, "the name of a node has 1 to 63 of a-z, 0-9, _ and -")
		}
		f.Nodes[name] = &Node{Name: name, Line: n.Line, Does: r.doing(r.mapping(n, "a node"))}
	}
	r.node = ""
}

// doing reads what a node does: exactly one of its fields is a type.
func (r *reader) doing(m fields) Doing {
	var found []string
	for _, t := range types {
		if m.of[t.name] != nil {
			found = append(found, t.name)
		}
	}
	// "hours" has a field "open", "collect" a field "say": no field of one type is the name of another.
	if len(found) != 1 {
		says := fmt.Sprintf("a node does one thing; this one has %s", strings.Join(found, " and "))
		if len(found) == 0 {
			says = "this node does nothing; give it " + typeNames()
			if there := sortedKeys(m.of); len(there) > 0 {
				says += fmt.Sprintf("; %q is none of them", there)
			}
		}
		r.wrong(m.line, "%s", says)
		return Hangup{}
	}
	i := slices.IndexFunc(types, func(t nodeType) bool { return t.name == found[0] })
	does := types[i].read(m, m.take(found[0]))
	m.rest(strings.TrimSpace(types[i].name + " " + types[i].fields))
	return does
}
