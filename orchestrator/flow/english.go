package flow

import "strconv"

// english says values as en-US does, with recordings "n-0" to "n-20", "n-30" to "n-90", "n-hundred" to "n-billion", "n-point",
// "n-minus", "month-1" to "month-12", "day-1" to "day-31", "usd", "cent" and their like.
type english struct{}

func (english) digit(c byte) string { return "n-" + string(c) }
func (english) point() string       { return "n-point" }
func (english) minus() string       { return "n-minus" }

// number says 1 234 as one thousand two hundred thirty four.
func (e english) number(n int64) []string {
	if n == 0 {
		return []string{"n-0"}
	}
	var out []string
	for _, scale := range []struct {
		of   int64
		name string
	}{{1_000_000_000, "n-billion"}, {1_000_000, "n-million"}, {1000, "n-thousand"}} {
		if n >= scale.of {
			out = append(append(out, e.small(n/scale.of)...), scale.name)
			n %= scale.of
		}
	}
	return append(out, e.small(n)...)
}

// small says what is below a thousand; nothing for 0.
func (english) small(n int64) []string {
	var out []string
	if n >= 100 {
		out = append(out, "n-"+strconv.FormatInt(n/100, 10), "n-hundred")
		n %= 100
	}
	if n > 20 {
		out = append(out, "n-"+strconv.FormatInt(n/10*10, 10))
		n %= 10
	}
	if n > 0 {
		out = append(out, "n-"+strconv.FormatInt(n, 10))
	}
	return out
}

// date says 2026-11-22 as November, twenty second, twenty twenty six, and 2005 as two thousand five.
func (e english) date(year, month, day int) []string {
	out := []string{"month-" + strconv.Itoa(month), "day-" + strconv.Itoa(day)}
	high, low := int64(year/100), int64(year%100)
	switch {
	case year%1000 < 10 || high < 10:
		return append(out, e.number(int64(year))...)
	case low == 0:
		return append(append(out, e.small(high)...), "n-hundred")
	case low < 10:
		return append(append(append(out, e.small(high)...), "n-0"), e.small(low)...)
	}
	return append(append(out, e.small(high)...), e.small(low)...)
}

// money says 12.50 as twelve dollars fifty cents.
func (e english) money(currency string, units, cents int64) []string {
	name := map[string]string{"usd": "dollar", "eur": "euro", "cny": "yuan"}[currency]
	part := map[string]string{"usd": "cent", "eur": "cent", "cny": "fen"}[currency]
	var out []string
	if units > 0 || cents == 0 {
		out = append(e.number(units), many(name, units))
	}
	if cents > 0 {
		out = append(append(out, e.number(cents)...), many(part, cents))
	}
	return out
}

// many is the recording of several: "dollars"; yuan and fen have none of their own.
func many(name string, n int64) string {
	if n == 1 || name == "yuan" || name == "fen" {
		return name
	}
	return name + "s"
}

func (english) words() []string {
	out := []string{"n-hundred", "n-thousand", "n-million", "n-billion", "n-point", "n-minus", "dollar", "dollars", "euro", "euros", "cent", "cents", "yuan", "fen"}
	for i := range 21 {
		out = append(out, "n-"+strconv.Itoa(i))
	}
	for i := 30; i < 100; i += 10 {
		out = append(out, "n-"+strconv.Itoa(i))
	}
	for i := range 12 {
		out = append(out, "month-"+strconv.Itoa(i+1))
	}
	for i := range 31 {
		out = append(out, "day-"+strconv.Itoa(i+1))
	}
	return out
}
