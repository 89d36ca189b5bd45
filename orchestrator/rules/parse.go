package rules

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"tandem/orchestrator"
	"tandem/orchestrator/hours"
	"tandem/orchestrator/problem"
	"tandem/orchestrator/routing"
)

// Format is how a table is written.
type Format string

// The formats.
const (
	YAML Format = "yaml"
	CSV  Format = "csv"
)

// outcomes are the fields of a row that are no inputs.
var outcomes = []string{"queue", "skills", "priority", "reason"}

// Edition is how a text is read that is published now. In edition 0 there were no inputs of the moment, and "?" was a text like others.
const Edition = 1

// Parse reads a text of the newest edition; see Read.
func Parse(file string, format Format, text string) (*Table, error) {
	return Read(file, format, Edition, text)
}

// Read reads a text as it was meant when it was published. What was published once it reads for ever: it refuses only what nobody can
// tell the meaning of. What else is wrong, Check tells. The error is a problem.List; the table is nil then.
func Read(file string, format Format, edition int, text string) (*Table, error) {
	r := &reader{file: file, edition: edition, t: &Table{file: file, size: len(text)}}
	if edition < 0 || edition > Edition {
		r.wrong(1, "", "it was published by a newer program, in edition %d; this one reads editions up to %d", edition, Edition)
		return nil, r.problems
	}
	switch format {
	case YAML:
		r.yaml(text)
	case CSV:
		r.csv(text)
	default:
		r.wrong(1, "", "format %q is not known; use yaml or csv", format)
	}
	if len(r.problems) == 0 {
		r.settle()
	}
	if len(r.problems) > 0 {
		return nil, r.problems.Sorted()
	}
	return r.t, nil
}

// reader turns a text into a table and gathers what is wrong with it.
type reader struct {
	file     string
	edition  int
	t        *Table
	row      int // that is being read, from 1
	problems problem.List
}

func (r *reader) wrong(line int, column, format string, args ...any) {
	r.problems = append(r.problems, problem.Problem{File: r.file, Line: line, Place: place(r.row, column), Says: fmt.Sprintf(format, args...)})
}

// place names a cell; row 0 and column "" are none.
func place(row int, column string) string {
	switch {
	case row == 0:
		return column
	case column == "":
		return fmt.Sprintf("row %d", row)
	}
	return fmt.Sprintf("row %d, %s", row, column)
}

// input notes a column. Those of the moment may be said with a zone, as time@Asia/Shanghai, which is then that of all of them.
func (r *reader) input(line int, name string) {
	k := given
	if r.edition > 0 {
		plain, zone, zoned := strings.Cut(name, "@")
		if _, clocked := clockKinds[plain]; clocked && zoned {
			name = plain
			r.zone(line, zone)
		}
		k = kindOf(name)
	}
	r.t.Inputs, r.t.kinds = append(r.t.Inputs, name), append(r.t.kinds, k)
}

func (r *reader) zone(line int, name string) {
	zone, err := hours.ParseZone(name)
	switch {
	case err != nil:
		r.wrong(line, "zone", "%s", err)
	case r.t.Zone != nil && r.t.Zone.String() != zone.String():
		r.wrong(line, "zone", "a table goes by one clock; it has %s and %s", r.t.Zone, zone)
	}
	r.t.Zone = zone
}

// cell reads what a row asks of an input, by its number. Ranges and values of numbers are told apart when the whole column is known.
func (r *reader) cell(line, at int, words []string) cell {
	c, column, of := cell{line: line}, r.t.Inputs[at], r.t.kinds[at]
	for _, word := range words {
		word = strings.TrimSpace(word)
		s, isRange, ok := readSpan(word)
		switch {
		case word == notKnown && r.edition > 0 && (of == given || of == calendar):
			if c.unknown {
				r.wrong(line, column, "%q stands there twice", word)
			}
			c.unknown = true
		case of != given && word != "" && word != "*":
			if says, ok := c.read(of, word); !ok {
				r.wrong(line, column, "%s", says)
			}
		case word == "" || word == "*":
			if len(words) > 1 {
				r.wrong(line, column, "one of several values is empty or \"*\"; anything at all is \"*\" alone")
			}
		case isRange && !ok:
			r.wrong(line, column, "%q: a range is written as 10..20, >= 10, > 10, <= 10 or < 10", word)
		case isRange:
			c.spans = append(c.spans, s)
		default:
			c.values = append(c.values, word)
		}
	}
	return c
}

// settle makes the values of each column with a range into numbers.
func (r *reader) settle() {
	for i, input := range r.t.Inputs {
		if !slices.ContainsFunc(r.t.Rows, func(row Row) bool { return len(row.cells[i].spans) > 0 }) {
			continue
		}
		for n := range r.t.Rows {
			c := &r.t.Rows[n].cells[i]
			r.row = n + 1
			for _, value := range c.values {
				point, is := number(value)
				if !is {
					r.wrong(c.line, input, "%q is no number, and another row asks for a range of numbers", value)
				}
				c.spans = append(c.spans, span{low: point, high: point})
			}
			c.values = nil
		}
	}
	r.row = 0
}

func (r *reader) priority(line int, text string) int {
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		r.wrong(line, "priority", "a whole number is expected here")
	}
	return n
}

var lineOf = regexp.MustCompile(`line ([0-9]+)`)

func (r *reader) yaml(text string) {
	var doc, more yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(text))
	if err := dec.Decode(&doc); err != nil {
		line := 1
		if m := lineOf.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1])
		}
		r.wrong(line, "", "this cannot be read as YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
		return
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		r.wrong(max(1, more.Line), "", "one file holds one table; take the rest out")
		return
	}
	known := []string{"inputs", "rows"}
	if r.edition > 0 {
		known = append(known, "zone")
	}
	top := r.mapping(doc.Content[0], known...)
	for _, n := range r.list(top["inputs"], "inputs") {
		r.input(n.Line, r.scalar(n, "inputs"))
	}
	if n := top["zone"]; n != nil {
		r.zone(n.Line, r.scalar(n, "zone"))
	}
	for n, row := range r.list(top["rows"], "rows") {
		r.row = n + 1
		r.t.Rows = append(r.t.Rows, r.yamlRow(row))
	}
	r.row = 0
}

func (r *reader) yamlRow(n *yaml.Node) Row {
	fields := r.mapping(n, append([]string{"when"}, outcomes...)...)
	row := Row{Line: n.Line, cells: make([]cell, len(r.t.Inputs))}
	row.Queue = orchestrator.QueueID(r.scalar(fields["queue"], "queue"))
	row.Reason = r.scalar(fields["reason"], "reason")
	if p := fields["priority"]; p != nil {
		row.Priority = r.priority(p.Line, r.scalar(p, "priority"))
	}
	if s := fields["skills"]; s != nil {
		levels := r.mapping(s)
		for i := 0; i+1 < len(s.Content); i += 2 {
			id := s.Content[i].Value
			level, err := strconv.Atoi(r.scalar(levels[id], "skills"))
			if err != nil {
				r.wrong(s.Content[i].Line, "skills", "write each skill with its level, such as {billing: 7}")
			}
			row.Skills = append(row.Skills, orchestrator.Skill{ID: orchestrator.SkillID(id), Level: level})
		}
	}
	if when := fields["when"]; when != nil {
		for input, n := range r.mapping(when, r.t.Inputs...) {
			at := slices.Index(r.t.Inputs, input)
			if at < 0 {
				continue // told already
			}
			var words []string
			if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
				r.wrong(n.Line, input, "an empty list asks for nothing that could be; leave it out for anything")
			}
			for _, one := range r.list(n, input) {
				words = append(words, r.scalar(one, input))
			}
			row.cells[at] = r.cell(n.Line, at, words)
		}
	}
	return row
}

// mapping reads a mapping whose keys are of a list; without one, any.
func (r *reader) mapping(n *yaml.Node, known ...string) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	if n.Kind != yaml.MappingNode {
		r.wrong(n.Line, "", "fields are expected here, such as {queue: sales}")
		return out
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case len(known) > 0 && !slices.Contains(known, key.Value):
			r.wrong(key.Line, "", "%q is not known here; there are %s", key.Value, strings.Join(known, ", "))
		case out[key.Value] != nil:
			r.wrong(key.Line, "", "%q stands there twice", key.Value)
		}
		out[key.Value] = n.Content[i+1]
	}
	return out
}

// list returns the items of a list, or the one value.
func (r *reader) list(n *yaml.Node, what string) []*yaml.Node {
	switch {
	case n == nil:
		r.wrong(1, "", "%s is missing", what)
		return nil
	case n.Kind == yaml.SequenceNode:
		return n.Content
	}
	return []*yaml.Node{n}
}

func (r *reader) scalar(n *yaml.Node, column string) string {
	switch {
	case n == nil || n.Tag == "!!null":
		return ""
	case n.Kind != yaml.ScalarNode:
		r.wrong(n.Line, column, "one value is expected here")
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// skills reads them as a need is written.
func (r *reader) skills(line int, text string) []orchestrator.Skill {
	skills, err := routing.Need(text).Skills()
	if err != nil && skills == nil {
		r.wrong(line, "skills", "%s", err)
	}
	return skills
}
