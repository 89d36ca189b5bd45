package rules

import (
	"math"
	"slices"
	"strconv"
)

// column is everything that can be told apart of one input: the values that are named and all others as one, or the numbers that are
// named, the gaps between them, and what is no number.
type column struct {
	texts   []string  // sorted; of a column of texts
	points  []float64 // sorted; of a column of numbers
	closed  bool      // there are no others
	unknown bool      // what is not known is told apart from all others
}

func columnOf(rows []Row, input int, of kind) column {
	c := column{closed: of == calendar}
	if c.closed {
		c.texts = slices.Clone(states)
	}
	for _, row := range rows {
		c.unknown = c.unknown || row.cells[input].unknown
		c.texts = append(c.texts, row.cells[input].values...)
		for _, s := range row.cells[input].spans {
			for _, end := range []float64{s.low, s.high} {
				if !math.IsInf(end, 0) {
					c.points = append(c.points, end)
				}
			}
		}
	}
	slices.Sort(c.texts)
	slices.Sort(c.points)
	c.texts, c.points = slices.Compact(c.texts), slices.Compact(c.points)
	return c
}

// parts is how many classes of values there are: those that are named, then all others, then what is not known.
func (c column) parts() int {
	n := c.named()
	if !c.closed {
		n++
	}
	if c.unknown {
		n++
	}
	return n
}

func (c column) named() int {
	if len(c.points) > 0 {
		return 2*len(c.points) + 1
	}
	return len(c.texts)
}

// of lists which parts a cell takes.
func (c column) of(one cell) []bool {
	out := make([]bool, c.parts())
	for n := range out {
		switch {
		case one.any():
			out[n] = true
		case n >= c.named(): // all others are in no cell that asks for something
			out[n] = one.unknown && n == len(out)-1
		case len(c.points) == 0:
			out[n] = slices.Contains(one.values, c.texts[n])
		default:
			out[n] = slices.ContainsFunc(one.spans, func(s span) bool { return s.has(c.within(n)) })
		}
	}
	return out
}

// within is a number of a part of a column of numbers: odd parts are the points, even ones lie before, between and after them.
func (c column) within(n int) float64 {
	last := len(c.points) - 1
	switch k := n / 2; {
	case n%2 == 1:
		return c.points[k]
	case k == 0:
		return c.points[0] - 1
	case k > last:
		return c.points[last] + 1
	default:
		return c.points[k-1] + (c.points[k]-c.points[k-1])/2
	}
}

// example tells a part by one of its values.
func (c column) example(n int) string {
	switch {
	case n < c.named() && len(c.points) > 0:
		return strconv.FormatFloat(c.within(n), 'f', -1, 64)
	case n < c.named():
		return c.texts[n]
	case c.unknown && n == c.parts()-1:
		return notKnown
	case len(c.points) > 0:
		return "(no number)"
	case len(c.texts) > 0:
		return "(something else)"
	case c.unknown:
		return "(something)"
	}
	return "(anything)"
}
