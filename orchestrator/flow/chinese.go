package flow

import "strconv"

// chinese says values in Mandarin, with recordings "n-0" to "n-10" (零…十), "n-two" (两), "n-hundred" (百), "n-thousand" (千),
// "n-ten-thousand" (万), "n-hundred-million" (亿), "n-point" (点), "n-minus" (负), "year" (年), "month" (月), "day" (日),
// "yuan" (元), "jiao" (角), "fen" (分), "dollar" (美元), "euro" (欧元), "cent" (分).
type chinese struct{}

func (chinese) digit(c byte) string { return "n-" + string(c) }
func (chinese) point() string       { return "n-point" }
func (chinese) minus() string       { return "n-minus" }

// number says 10 as 十, 15 as 十五, 105 as 一百零五, 120 as 一百二十, 2 000 as 两千, 10 010 as 一万零一十, 1 0000 0005 as 一亿零五.
func (c chinese) number(n int64) []string {
	if n == 0 {
		return []string{"n-0"}
	}
	var out []string
	for _, scale := range []struct {
		of   int64
		name string
	}{{100_000_000, "n-hundred-million"}, {10_000, "n-ten-thousand"}, {1, ""}} {
		group := n / scale.of
		n %= scale.of
		if group == 0 {
			continue
		}
		said := c.group(group, len(out) > 0)
		switch {
		case len(out) > 0:
		case group >= 10 && group < 20:
			said = said[1:] // 十五 and 十五万, never 一十五 at the beginning
		case group == 2 && scale.of > 1:
			said = []string{"n-two"} // 两万, 两亿
		}
		if out = append(out, said...); scale.name != "" {
			out = append(out, scale.name)
		}
	}
	return out
}

// group says 1 to 9999. After a larger group a gap before the first digit is said as one 零, and so is one inside.
func (c chinese) group(n int64, after bool) []string {
	var out []string
	gap := after && n < 1000
	for _, place := range []struct {
		of   int64
		name string
	}{{1000, "n-thousand"}, {100, "n-hundred"}, {10, "n-10"}} {
		d := n / place.of
		n %= place.of
		if d == 0 {
			gap = gap || len(out) > 0 && n > 0
			continue
		}
		if gap {
			out, gap = append(out, "n-0"), false
		}
		digit := "n-" + strconv.FormatInt(d, 10)
		if d == 2 && place.of >= 100 {
			digit = "n-two" // 两千, 两百; but 二十
		}
		out = append(out, digit, place.name)
	}
	if n > 0 && gap {
		out = append(out, "n-0")
	}
	return append(out, c.unit(n)...)
}

func (chinese) unit(n int64) []string {
	if n == 0 {
		return nil
	}
	return []string{"n-" + strconv.FormatInt(n, 10)}
}

// date says 2026-11-22 as 二零二六年十一月二十二日.
func (c chinese) date(year, month, day int) []string {
	out := spell(c, strconv.Itoa(year))
	out = append(append(out, "year"), c.number(int64(month))...)
	out = append(append(out, "month"), c.number(int64(day))...)
	return append(out, "day")
}

// money says 12.50 as 十二元五角, 2.05 as 两元零五分, and dollars as 十二美元五十美分.
func (c chinese) money(currency string, units, cents int64) []string {
	name := map[string]string{"usd": "dollar", "eur": "euro", "cny": "yuan"}[currency]
	var out []string
	if units > 0 || cents == 0 {
		out = append(c.number(units), name)
		if units == 2 {
			out[0] = "n-two" // 两元; but 十二元
		}
	}
	if currency != "cny" {
		if cents > 0 {
			out = append(append(out, c.number(cents)...), "cent")
		}
		return out
	}
	jiao, fen := cents/10, cents%10
	if jiao > 0 {
		out = append(append(out, c.number(jiao)...), "jiao")
	}
	if fen > 0 {
		if jiao == 0 && units > 0 {
			out = append(out, "n-0")
		}
		out = append(append(out, c.number(fen)...), "fen")
	}
	return out
}

func (chinese) words() []string {
	out := []string{"n-two", "n-hundred", "n-thousand", "n-ten-thousand", "n-hundred-million", "n-point", "n-minus", "year", "month", "day", "yuan", "jiao", "fen", "dollar", "euro", "cent"}
	for i := range 11 {
		out = append(out, "n-"+strconv.Itoa(i))
	}
	return out
}
