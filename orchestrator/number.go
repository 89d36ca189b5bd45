package orchestrator

import (
	"regexp"
	"strings"
)

// Country is the code of the country in which national numbers are at home, such as "49" or "86"; "" knows none, and leaves
// national numbers as they are.
type Country string

var (
	strange       = regexp.MustCompile(`[\s().\-/]`)
	digits        = regexp.MustCompile(`^\+?[0-9]{1,24}$`)
	chineseMobile = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	northAmerican = regexp.MustCompile(`^1?[2-9][0-9]{9}$`)
	textable      = regexp.MustCompile(`^\+?[0-9]{5,15}$`)

	// mobiles are the forms of mobile numbers, where a country's numbers tell them apart.
	mobiles = map[string]*regexp.Regexp{
		"+86": regexp.MustCompile(`^\+861[3-9][0-9]{9}$`), "+49": regexp.MustCompile(`^\+491[567][0-9]{7,10}$`), "+44": regexp.MustCompile(`^\+447[0-9]{9}$`),
		"+33": regexp.MustCompile(`^\+33[67][0-9]{8}$`), "+39": regexp.MustCompile(`^\+393[0-9]{8,9}$`), "+34": regexp.MustCompile(`^\+34[67][0-9]{8}$`),
	}
)

// longestShort is the number of digits of the longest short code: it belongs to its network and is never made international.
const longestShort = 6

// Canonical writes a number as +COUNTRY NUMBER (ITU-T E.164), so that one person has one spelling: on the opt-out list and at
// the gateway. What it does not know how to read it returns as it came: short codes, names, national numbers without a country.
func (c Country) Canonical(number string) string {
	n := strange.ReplaceAllString(number, "")
	code := string(c)
	switch {
	case !digits.MatchString(n) || len(n) <= longestShort || strings.HasPrefix(n, "+"):
		return n
	case strings.HasPrefix(n, "00"):
		return "+" + n[2:]
	case code == "":
		return n
	case code == "86" && chineseMobile.MatchString(n):
		return "+86" + n
	case code == "1" && northAmerican.MatchString(n):
		return "+1" + strings.TrimPrefix(n, "1")
	case strings.HasPrefix(n, "0") && code == "39":
		return "+39" + n // Italy keeps the zero.
	case strings.HasPrefix(n, "0"):
		return "+" + code + n[1:]
	case strings.HasPrefix(n, code) && len(n) >= len(code)+8:
		return "+" + n // international without its sign, as many networks give it
	}
	return n
}

// National are the ways in which a canonical number is written at home; none for a number of another country.
func (c Country) National(canonical string) (out []string) {
	national, ours := strings.CutPrefix(canonical, "+"+string(c))
	if c == "" || !ours {
		return nil
	}
	for _, n := range []string{national, "0" + national} {
		if c.Canonical(n) == canonical {
			out = append(out, n)
		}
	}
	return out
}

// Textable says whether a text can be sent to a number at all: the network gives others too, such as "anonymous" or a name.
func Textable(number string) bool { return textable.MatchString(number) }

// Mobile says whether a text can be sent to a number and it is not known to be a fixed line.
func (c Country) Mobile(number string) bool {
	n := c.Canonical(number)
	if form := mobiles[n[:min(3, len(n))]]; form != nil {
		return form.MatchString(n)
	}
	return Textable(n)
}
