package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tandem/orchestrator"
	"tandem/orchestrator/problem"
	"tandem/orchestrator/routing"
)

var inputForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

// Centre is what a table leans on; a nil function means that nobody can tell.
type Centre struct {
	Queue    func(orchestrator.QueueID) bool
	Calendar func(Calendar) bool
}

// Check says whether a table may be published. The error is a problem.List. A table that is in force is never checked again.
func (t *Table) Check(centre Centre) error {
	var all problem.List
	refuse := t.refuser(&all)
	if t.size > MaxText || len(t.Rows) > maxRows || len(t.Inputs) > maxInputs || len(t.Rows) == 0 {
		refuse(1, 0, "", "a table has 1 to %d rows, at most %d inputs and %d bytes", maxRows, maxInputs, MaxText)
		return all
	}
	for i, input := range t.Inputs {
		if t.kinds[i] == given && !inputForm.MatchString(input) || slices.Contains(outcomes, input) {
			refuse(1, 0, "inputs", "%q: an input has 1 to 32 of a-z, 0-9 and _, begins with a letter, and is not %s; a calendar is hours:FLOW/CALENDAR", input, strings.Join(outcomes, ", "))
		}
		if slices.Contains(t.Inputs[:i], input) {
			refuse(1, 0, "inputs", "%q stands there twice", input)
		}
	}
	if t.Zone != nil && !slices.ContainsFunc(t.kinds, func(k kind) bool { return k != given && k != calendar }) {
		refuse(1, 0, "zone", "a zone is that of time, weekday and date, and none of them is an input")
	}
	for n, row := range t.Rows {
		t.checkCells(row, n+1, refuse)
		if err := routing.CheckSkills(row.Skills); err != nil {
			refuse(row.Line, n+1, "skills", "%s", err)
		}
		if row.Priority < -maxPriority || row.Priority > maxPriority {
			refuse(row.Line, n+1, "priority", "-%d to %d points, each worth a minute of waiting", maxPriority, maxPriority)
		}
		if len([]rune(row.Reason)) > maxReason || strings.ContainsFunc(row.Reason, unicode.IsControl) {
			refuse(row.Line, n+1, "reason", "at most %d characters in one line", maxReason)
		}
	}
	t.checkCentre(centre, refuse)
	if len(all) == 0 {
		t.checkCovered(refuse)
	}
	if len(all) > 0 {
		return all.Sorted()
	}
	return nil
}

// CheckIn is the part of Check that goes by the centre. What Check(Centre{}) does besides can take a tenth of a second and more with
// hundreds of rows, and is to be done before, where nobody waits for it; this takes no time.
func (t *Table) CheckIn(centre Centre) error {
	var all problem.List
	t.checkCentre(centre, t.refuser(&all))
	if len(all) > 0 {
		return all.Sorted()
	}
	return nil
}

// refusal notes what is wrong with a row, from 1, or with the whole table, row 0.
type refusal func(line, row int, column, format string, args ...any)

func (t *Table) refuser(all *problem.List) refusal {
	return func(line, row int, column, format string, args ...any) {
		*all = append(*all, problem.Problem{File: t.file, Line: line, Place: place(row, column), Says: fmt.Sprintf(format, args...)})
	}
}

func (t *Table) checkCentre(centre Centre, refuse refusal) {
	for _, c := range t.Calendars() {
		if centre.Calendar != nil && !centre.Calendar(c) {
			refuse(1, 0, "inputs", "flow %q has no calendar %q, or there is no such flow; publish it first", c.Flow, c.Name)
		}
	}
	for n, row := range t.Rows {
		if centre.Queue != nil && !centre.Queue(row.Queue) {
			refuse(row.Line, n+1, "queue", "there is no queue %q; define it first", row.Queue)
		}
	}
}

// checkCells finds cells that contradict themselves.
func (t *Table) checkCells(row Row, n int, refuse refusal) {
	for i, c := range row.cells {
		for k, v := range c.values {
			if slices.Contains(c.values[:k], v) {
				refuse(c.line, n, t.Inputs[i], "%q stands there twice", v)
			}
		}
		for _, s := range c.spans {
			if s.empty() {
				refuse(c.line, n, t.Inputs[i], "no number is within this range; write the smaller end first")
			}
		}
	}
}

// checkCovered finds rows that can never decide, because those before them take all that they would.
func (t *Table) checkCovered(refuse refusal) {
	c := t.cover()
	for n, row := range t.Rows {
		if slices.ContainsFunc(c.boxes[n], func(parts []bool) bool { return !slices.Contains(parts, true) }) {
			refuse(row.Line, n+1, "", "this row can never decide: none of its dates is such a weekday")
			continue
		}
		var before []int
		for o := range n {
			if meets(c.boxes[o], c.boxes[n]) {
				before = append(before, o)
			}
		}
		if point, ok := c.gap(c.boxes[n], before); point != nil || !ok {
			continue
		}
		refuse(row.Line, n+1, "", "this row can never decide: %s before it %s every case of it; move it up or take it out", said(before), map[bool]string{true: "takes", false: "take"}[len(before) == 1])
	}
}

// meets says whether two boxes have a point in common.
func meets(a, b [][]bool) bool {
	for at := range a {
		common := false
		for part := range a[at] {
			common = common || a[at][part] && b[at][part]
		}
		if !common {
			return false
		}
	}
	return true
}

func said(rows []int) string {
	words := make([]string, len(rows))
	for i, row := range rows {
		words[i] = fmt.Sprint(row + 1)
	}
	if len(words) == 1 {
		return "row " + words[0]
	}
	return "rows " + strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// Notes tell what is not wrong and is to be known: that no row decides some cases, with an example, and what was too much to find out.
func (t *Table) Notes() problem.List {
	c, all := t.cover(), make([]int, len(t.Rows))
	for n := range all {
		all[n] = n
	}
	point, ok := c.gap(c.all(), all)
	switch {
	case !ok:
		return problem.List{{File: t.file, Line: 1, Says: "whether every case is decided was too much to find out; a last row without conditions decides all others"}}
	case point == nil:
		return nil
	}
	var example []string
	for at, part := range point {
		example = append(example, c.columns[at].example(part)...)
	}
	return problem.List{{File: t.file, Line: 1, Says: "no row decides, for example, " + strings.Join(example, ", ") + "; a last row without conditions decides all others"}}
}
