package rules

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// cell is what a row asks of one input: nothing, one of some texts, or a number in one of some ranges.
type cell struct {
	line   int
	values []string
	spans  []span
}

// span is a range of numbers.
type span struct {
	low, high         float64
	aboveLow, belowHi bool // the end itself is not within
}

func (c cell) any() bool { return len(c.values) == 0 && len(c.spans) == 0 }

func (c cell) holds(value string) bool {
	if c.any() || slices.Contains(c.values, value) {
		return true
	}
	n, is := number(value)
	return is && slices.ContainsFunc(c.spans, func(s span) bool { return s.has(n) })
}

func (s span) has(n float64) bool {
	return (n > s.low || n == s.low && !s.aboveLow) && (n < s.high || n == s.high && !s.belowHi)
}

func (s span) empty() bool { return s.low > s.high || s.low == s.high && (s.aboveLow || s.belowHi) }

var numberForm = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,9})?$`)

// number reads a plain decimal; nothing else is a number here, so that "1e3" and "Inf" are texts.
func number(text string) (float64, bool) {
	if !numberForm.MatchString(text) {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

var (
	betweenForm = regexp.MustCompile(`^(-?[0-9.]+) ?\.\. ?(-?[0-9.]+)$`)
	compareForm = regexp.MustCompile(`^(>=|<=|>|<) ?(-?[0-9.]+)$`)
)

// readSpan reads a range; isRange says that the text is meant as one, ok that it can be read.
func readSpan(text string) (s span, isRange, ok bool) {
	if m := betweenForm.FindStringSubmatch(text); m != nil {
		low, isLow := number(m[1])
		high, isHigh := number(m[2])
		return span{low: low, high: high}, true, isLow && isHigh
	}
	m := compareForm.FindStringSubmatch(text)
	if m == nil {
		return s, strings.HasPrefix(text, ">") || strings.HasPrefix(text, "<"), false
	}
	n, ok := number(m[2])
	s = span{low: math.Inf(-1), high: math.Inf(1)}
	switch m[1] {
	case ">", ">=":
		s.low, s.aboveLow = n, m[1] == ">"
	default:
		s.high, s.belowHi = n, m[1] == "<"
	}
	return s, true, ok
}

// column is everything that can be told apart of one input: the values that are named and all others as one, or the numbers that are
// named, the gaps between them, and what is no number.
type column struct {
	texts  []string  // sorted; of a column of texts
	points []float64 // sorted; of a column of numbers
}

func columnOf(rows []Row, input int) column {
	var c column
	for _, row := range rows {
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

// parts is how many classes of values there are. The last is everything else.
func (c column) parts() int {
	if len(c.points) > 0 {
		return 2*len(c.points) + 2
	}
	return len(c.texts) + 1
}

// of lists which parts a cell takes.
func (c column) of(one cell) []bool {
	out := make([]bool, c.parts())
	for n := range out {
		switch {
		case one.any():
			out[n] = true
		case n == len(out)-1: // everything else is in no cell that asks for something
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
	case n < c.parts()-1 && len(c.points) > 0:
		return strconv.FormatFloat(c.within(n), 'f', -1, 64)
	case n < c.parts()-1:
		return c.texts[n]
	case len(c.points) > 0:
		return "(no number)"
	case len(c.texts) > 0:
		return "(something else)"
	}
	return "(anything)"
}
