package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a text, or to be known of it.
type Problem struct {
	File   string
	Line   int
	Row    int    // from 1; 0 when it is about the table
	Column string // input or field; "" when it is about the row
	Says   string // what is wrong and what to do
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Where()) }

// Where tells the problem without file and line.
func (p Problem) Where() string {
	switch {
	case p.Row > 0 && p.Column != "":
		return fmt.Sprintf("row %d, %s: %s", p.Row, p.Column, p.Says)
	case p.Row > 0:
		return fmt.Sprintf("row %d: %s", p.Row, p.Says)
	case p.Column != "":
		return fmt.Sprintf("%s: %s", p.Column, p.Says)
	}
	return p.Says
}

// Problems are all that was found, in the order of the text. It is never empty as an error.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return ps
}
