// Package problem is what is wrong with a text that a person wrote, such as a flow or a decision table: told with its line and its
// place in the text, all at once and in the order of the text, each with what to do. It is pure.
package problem

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a text, or to be known of it.
type Problem struct {
	File  string
	Line  int
	Place string // in the words of the text, such as "row 2, tier"; "" when it is about all of it
	Says  string // what is wrong and what to do
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Where()) }

// Where tells the problem without file and line.
func (p Problem) Where() string {
	if p.Place == "" {
		return p.Says
	}
	return p.Place + ": " + p.Says
}

// List is all that was found. It is never empty as an error.
type List []Problem

func (l List) Error() string {
	lines := make([]string, len(l))
	for i, p := range l {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Sorted puts the list into the order of the text.
func (l List) Sorted() List {
	slices.SortStableFunc(l, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return l
}
