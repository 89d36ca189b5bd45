package media

import (
	"regexp"
	"strings"
	"unicode"
)

var nameForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,120}$`)

// longest is what a text from outside may have, in runes.
const longest = 64

// IsName says whether a text may be part of a URL, a command, a dial string or a file name.
func IsName(text string) bool { return nameForm.MatchString(text) }

// Clean makes a text from outside harmless to read and to log: no control characters, none that turn the direction of
// writing, at most 64 runes (SECURITY A9).
func Clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest])
	}
	return text
}

// Number keeps what may stand in a telephone number or an account's name, at most 64 characters.
func Number(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII+1 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("+*#._-", r)) {
			return r
		}
		return -1
	}, text)
	return text[:min(len(text), longest)]
}

var outsideForm = regexp.MustCompile(`^\+?[0-9]{1,30}$`)

// Outside is the endpoint of a number that is reached over a trunk; false when either is none. Nothing else makes an endpoint from two
// parts, so that a text from outside never chooses the way.
func Outside(number, trunk string) (endpoint string, ok bool) {
	if !outsideForm.MatchString(number) || !IsName(trunk) {
		return "", false
	}
	return number + "@" + trunk, true
}
