package customer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tandem/orchestrator"
)

const (
	maxName       = 64 // characters
	maxWord       = 64
	maxIdentities = 50
	maxTags       = 30
)

var (
	wordForm     = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N} +._-]{0,63}$`)
	tagForm      = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,31}$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[a-z]{2,4})?$`)
	phoneForm    = regexp.MustCompile(`^\+?[0-9]{3,15}$`)
	emailForm    = regexp.MustCompile(`^[^\s@]{1,64}@[^\s@]{1,190}$`)
)

// Channels are those that a customer may prefer.
var Channels = []orchestrator.Channel{
	orchestrator.ChannelVoice, orchestrator.ChannelChat, orchestrator.ChannelEmail, orchestrator.ChannelSMS, orchestrator.ChannelSocial, orchestrator.ChannelCallback,
}

// Check refuses a record that cannot be kept. Identities are normalised before.
func Check(c Customer) error {
	switch {
	case utf8.RuneCountInString(c.Name) > maxName || strings.ContainsFunc(c.Name, unicode.IsControl):
		return wrong("name", "has more than %d characters, or control characters", maxName)
	case c.Language != "" && !languageForm.MatchString(c.Language):
		return wrong("language", "is no language; write it as en or zh")
	case c.Stated != "" && !slices.Contains(Channels, c.Stated):
		return wrong("preferred_channel", "is none of voice, chat, email, sms, social, callback")
	case len(c.Identities) > maxIdentities:
		return wrong("identities", "are more than %d", maxIdentities)
	case len(c.Tags) > maxTags:
		return wrong("tags", "are more than %d", maxTags)
	}
	for _, w := range []struct{ field, text string }{{"tier", c.Tier}, {"region", c.Region}, {"segment", c.Segment}, {"age_band", c.AgeBand}} {
		if w.text != "" && !wordForm.MatchString(w.text) {
			return wrong(w.field, "is no word of at most %d letters, digits, spaces and + . _ -", maxWord)
		}
	}
	for n, tag := range c.Tags {
		if !tagForm.MatchString(tag) || slices.Contains(c.Tags[:n], tag) {
			return wrong(fmt.Sprintf("tags.%d", n), "is no tag of 1 to 32 of a-z, 0-9, _ and -, or stands twice")
		}
	}
	return checkIdentities(c.Identities)
}

func checkIdentities(all []Identity) error {
	for n, i := range all {
		at := fmt.Sprintf("identities.%d.", n)
		switch {
		case i.Kind == Phone && !phoneForm.MatchString(i.Value):
			return wrong(at+"value", "is no number of 3 to 15 digits")
		case i.Kind == Email && !emailForm.MatchString(i.Value):
			return wrong(at+"value", "is no mail address")
		case i.Value == "" || utf8.RuneCountInString(i.Value) > 200 || strings.ContainsFunc(i.Value, unicode.IsControl):
			return wrong(at+"value", "has no character, more than 200, or control characters")
		case !slices.Contains([]Kind{Phone, Email, Chat, Social}, i.Kind):
			return wrong(at+"kind", "is none of phone, email, chat, social")
		case i.Source != "" && !wordForm.MatchString(i.Source):
			return wrong(at+"source", "is no word of at most %d letters, digits, spaces and + . _ -", maxWord)
		}
		if slices.ContainsFunc(all[:n], func(o Identity) bool { return o.Kind == i.Kind && o.Value == i.Value }) {
			return wrong(at+"value", "stands twice")
		}
	}
	return nil
}

func wrong(field, format string, args ...any) error {
	return &orchestrator.Error{Kind: orchestrator.Invalid, Op: "customer", Field: field, Say: fmt.Sprintf(format, args...)}
}

// Taken says that an address belongs to somebody else, the n-th of the record.
func Taken(n int, other string) error {
	return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "customer", Field: fmt.Sprintf("identities.%d.value", n),
		Say: fmt.Sprintf("is an address of customer %s already; an address belongs to one customer: take it from there first", other)}
}

// Normal writes an address so that it has one spelling: numbers as +COUNTRY NUMBER where the country is known, mail addresses in
// small letters.
func Normal(kind Kind, value string, country orchestrator.Country) string {
	value = strings.TrimSpace(value)
	switch kind {
	case Phone:
		return country.Canonical(value)
	case Email:
		return strings.ToLower(value)
	}
	return value
}

// AddressOn says by which kind of address, and which, somebody is known who comes over a channel from an address; "" when none can be
// told.
func AddressOn(channel orchestrator.Channel, address string, country orchestrator.Country) (Kind, string) {
	var kind Kind
	switch channel {
	case orchestrator.ChannelVoice, orchestrator.ChannelSMS, orchestrator.ChannelCallback:
		kind = Phone
	case orchestrator.ChannelEmail:
		kind = Email
	case orchestrator.ChannelChat, orchestrator.ChannelSocial, orchestrator.ChannelTicket:
		switch {
		case phoneForm.MatchString(country.Canonical(address)):
			kind = Phone
		case emailForm.MatchString(address):
			kind = Email
		case channel == orchestrator.ChannelTicket:
			return "", ""
		default:
			kind = Kind(channel)
		}
	}
	if value := Normal(kind, address, country); kind != "" && value != "" {
		return kind, value
	}
	return "", ""
}

// Spellings are the ways in which networks write an address: what was is found by them.
func Spellings(i Identity, country orchestrator.Country) []string {
	out := []string{i.Value}
	digits, international := strings.CutPrefix(i.Value, "+")
	if i.Kind != Phone || !international {
		return out
	}
	out = append(out, digits, "00"+digits)
	return append(out, country.National(i.Value)...)
}
