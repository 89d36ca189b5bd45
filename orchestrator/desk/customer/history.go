package customer

import (
	"slices"
	"strings"
	"time"
)

// identities begins the field of a change of an address.
const identities = "identities."

// Changes are the rows of history between two states of a record; none when nothing changed.
func Changes(was, is Customer, by string, at time.Time) (out []Change) {
	add := func(field, from, to string) {
		if from != to {
			out = append(out, Change{Field: field, From: from, To: to, By: by, At: at})
		}
	}
	add("name", was.Name, is.Name)
	add("tier", was.Tier, is.Tier)
	add("language", was.Language, is.Language)
	add("region", was.Region, is.Region)
	add("segment", was.Segment, is.Segment)
	add("age_band", was.AgeBand, is.AgeBand)
	add("dedicated_agent", string(was.Dedicated), string(is.Dedicated))
	add("preferred_channel", string(was.Stated), string(is.Stated))
	add("tags", strings.Join(was.Tags, " "), strings.Join(is.Tags, " "))
	for _, i := range was.Identities {
		add(identities+string(i.Kind), i.says(), is.By(i.Kind, i.Value).says())
	}
	for _, i := range is.Identities {
		if !slices.ContainsFunc(was.Identities, func(o Identity) bool { return o.Kind == i.Kind && o.Value == i.Value }) {
			add(identities+string(i.Kind), "", i.says())
		}
	}
	return out
}

// Names says whether a row of history tells of an address, written as it was then.
func (c Change) Names(address string) bool {
	return strings.HasPrefix(c.Field, identities) && slices.ContainsFunc([]string{c.From, c.To}, func(said string) bool {
		return strings.HasPrefix(said+",", address+",") || strings.HasPrefix(said, address+" from ")
	})
}

// says writes an address for people; "" is none.
func (i Identity) says() string {
	s := i.Value
	if s != "" && i.Source != "" {
		s += " from " + i.Source
	}
	if i.Verified {
		s += ", verified"
	}
	return s
}
