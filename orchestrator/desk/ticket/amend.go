package ticket

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Changes are the rows of history between two states of a ticket's subject, type and fields; none when nothing changed.
func Changes(was, is Ticket, by string, at time.Time) (out []Change) {
	add := func(field, from, to string) {
		if from != to {
			out = append(out, Change{Field: field, From: from, To: to, By: by, At: at})
		}
	}
	add("subject", was.Subject, is.Subject)
	add("type", was.Type, is.Type)
	names := maps.Clone(was.Fields)
	if names == nil {
		names = Values{}
	}
	maps.Copy(names, is.Fields)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		add("fields."+name, valueText(was.Fields[name]), valueText(is.Fields[name]))
	}
	return out
}

// valueText writes a value for people; "" is none.
func valueText(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
