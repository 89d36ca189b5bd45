package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator"
)

// Limits bound what is made to be sent within an hour, so that nobody earns by having us text numbers of theirs, or floods a person
// with calls from a forged number. 0 is no limit. Whoever is over one is refused and shown as failed: never sent late, when it
// would mean nothing any more. The hour is that before a message was made, so that what a gateway's absence has held back leaves whole.
type Limits struct {
	Number  int // texts to one number
	Country int // to one country abroad; every country is abroad while ours is not known
	All     int
}

// Made is how many messages were made in the hour before one, without those that failed or were withheld.
type Made struct{ Number, Country, All int }

// The names of the limits, for figures.
const (
	limitNumber  = "number"
	limitCountry = "country"
	limitAll     = "all"
)

const limitSpan = time.Hour

// over says which limit a message is over; "" is none.
func (s *Sender) over(ctx context.Context, m SMS) (limit, why string, err error) {
	if s.Limits == (Limits{}) {
		return "", "", nil
	}
	foreign := abroad(s.Country, m.To)
	made, err := s.Outbox.MadeSMS(ctx, m, limitSpan, spellings(s.Country, m.To), foreign)
	if err != nil {
		return "", "", err
	}
	over := func(n, most int) bool { return most > 0 && n >= most }
	const says = "refused: there were %d texts %s within an hour already (TANDEM_SMS_LIMIT_%s)"
	switch {
	case over(made.Number, s.Limits.Number):
		return limitNumber, fmt.Sprintf(says, made.Number, "to this number", "NUMBER"), nil
	case len(foreign) > 0 && over(made.Country, s.Limits.Country):
		return limitCountry, fmt.Sprintf(says, made.Country, "to numbers with "+foreign[0], "COUNTRY"), nil
	case over(made.All, s.Limits.All):
		return limitAll, fmt.Sprintf(says, made.All, "in all", "ALL"), nil
	}
	return "", "", nil
}

// spellings are the forms in which a number may stand in the outbox, the canonical one first.
func spellings(c orchestrator.Country, canonical string) []string {
	out := []string{canonical}
	if national, international := strings.CutPrefix(canonical, "+"); international {
		out = append(out, "00"+national, national)
		if home, ours := strings.CutPrefix(national, string(c)); ours && c != "" {
			out = append(out, home, "0"+home)
		}
	}
	return out
}

// abroad are the beginnings that the numbers of the same country have; none at home, and for what is no international number.
func abroad(c orchestrator.Country, canonical string) []string {
	number, international := strings.CutPrefix(canonical, "+")
	code := callingCode(number)
	if !international || code == string(c) {
		return nil
	}
	return []string{"+" + code, "00" + code}
}

// twoDigits are the country codes of two digits; 1 and 7 have one, and all others three (ITU-T E.164, list of assigned codes).
var twoDigits = strings.Fields("20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98")

// callingCode is the country code with which an international number begins.
func callingCode(number string) string {
	switch {
	case strings.HasPrefix(number, "1"), strings.HasPrefix(number, "7"):
		return number[:1]
	case len(number) >= 2 && slices.Contains(twoDigits, number[:2]):
		return number[:2]
	}
	return number[:min(3, len(number))]
}
