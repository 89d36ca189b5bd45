package flow

import (
	"strconv"
	"strings"
	"time"
)

// speaker says values in one language, as names of recordings.
type speaker interface {
	digit(c byte) string
	number(n int64) []string // 0 to most
	point() string
	minus() string
	date(year, month, day int) []string
	money(currency string, units, cents int64) []string
	words() []string // everything it may say
}

// most is the largest number that is said as one; larger ones are said digit by digit.
const most = 999_999_999_999

var currencies = []string{"usd", "eur", "cny"}

var speakers = map[string]speaker{"en": english{}, "zh": chinese{}}

// say tells a value; what is no number, date or sum is told digit by digit, and what is no digit is left out.
func say(p Part, value, language string) []string {
	s := speakers[language]
	if s == nil {
		return nil
	}
	switch p.Say {
	case Number:
		if out := sayNumber(s, value); out != nil {
			return out
		}
	case Date:
		for _, form := range []string{time.DateOnly, "20060102"} {
			if d, err := time.Parse(form, value); err == nil {
				return s.date(d.Year(), int(d.Month()), d.Day())
			}
		}
	case Money:
		if units, cents, ok := sum(value); ok {
			return s.money(p.Currency, units, cents)
		}
	}
	return spell(s, value)
}

// wordsFor are the recordings that a manner needs.
func wordsFor(s speaker, m Manner) []string {
	if m == Digits {
		return spell(s, "0123456789")
	}
	return s.words()
}

func spell(s speaker, value string) []string {
	var out []string
	for i := range len(value) {
		if c := value[i]; c >= '0' && c <= '9' {
			out = append(out, s.digit(c))
		}
	}
	return out
}

// sayNumber says -12.5; nil when it is no number.
func sayNumber(s speaker, value string) []string {
	var out []string
	plain, negative := strings.CutPrefix(value, "-")
	whole, decimals, point := strings.Cut(plain, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 || n > most || whole[0] == '+' || strings.Trim(decimals, "0123456789") != "" || point && decimals == "" {
		return nil
	}
	if negative {
		out = append(out, s.minus())
	}
	out = append(out, s.number(n)...)
	if point {
		out = append(append(out, s.point()), spell(s, decimals)...)
	}
	return out
}

// sum reads 12, 12.5 and 12.50.
func sum(value string) (units, cents int64, ok bool) {
	whole, part, point := strings.Cut(value, ".")
	units, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || units < 0 || units > most || whole[0] == '+' || point && (len(part) < 1 || len(part) > 2) || strings.Trim(part, "0123456789") != "" {
		return 0, 0, false
	}
	if len(part) == 1 {
		part += "0"
	}
	if point {
		cents, _ = strconv.ParseInt(part, 10, 64)
	}
	return units, cents, true
}

// SayDigits is a recording and then a number digit by digit, in a language, as media.Task has prompts.
func SayDigits(language, before, number string) string {
	c := Call{Language: language, Attributes: map[string]string{"number": number}}
	return c.speech([]Part{{Prompt: before}, {Say: Digits, Of: "number"}}).Prompts
}
