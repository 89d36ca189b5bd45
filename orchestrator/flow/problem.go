package flow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a text.
type Problem struct {
	File string
	Line int
	Node string // "" when it is about the flow
	Says string // what is wrong and what to do
}

func (p Problem) String() string {
	where := fmt.Sprintf("%s:%d: ", p.File, p.Line)
	if p.Node != "" {
		where += fmt.Sprintf("node %q: ", p.Node)
	}
	return where + p.Says
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
