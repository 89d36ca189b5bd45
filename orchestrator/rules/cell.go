package rules

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tandem/orchestrator/hours"
)

// cell is what a row asks of one input: nothing, one of some texts, or a number, a time or a day in one of some ranges.
type cell struct {
	line    int
	unknown bool // or that it is not known
	values  []string
	spans   []span
	times   []hours.Span
	dates   []hours.Range
}

// notKnown is how a cell asks for what is not known.
const notKnown = "?"

// span is a range of numbers.
type span struct {
	low, high         float64
	aboveLow, belowHi bool // the end itself is not within
}

func (c cell) any() bool {
	return !c.unknown && len(c.values) == 0 && len(c.spans) == 0 && len(c.times) == 0 && len(c.dates) == 0
}

func (c cell) holds(value string) bool {
	switch {
	case c.any() || c.unknown && value == "" || slices.Contains(c.values, value):
		return true
	case len(c.times) > 0:
		return c.holdsTime(value)
	case len(c.dates) > 0:
		return slices.ContainsFunc(c.dates, func(r hours.Range) bool { return r.From <= value && value <= r.To })
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
