package api

import (
	"reflect"
	"strings"
	"time"

	"tandem/orchestrator/fact"
)

// eventWire shows a line of the journal to clients.
func eventWire(e fact.Entry) Event {
	p := fact.PersonOf(e.Fact)
	return Event{
		Seq: e.Seq, At: e.At.UTC(), Kind: e.Fact.Kind(), Interaction: string(e.About), Says: sentence(e.Fact), Data: factWire(e.Fact),
		Person: Person{Number: p.Number, Name: p.Name, Text: p.Text},
	}
}

// ShowEvent shows a line of the journal as clients of the event stream see it, for others who tell of it.
func ShowEvent(e fact.Entry) any { return eventWire(e) }

// private kinds serve the program alone.
func private(f fact.Fact) bool {
	_, is := f.(fact.CommandDone)
	return is
}

// factWire takes the fields of a fact by the names of the journal, so that a field that a fact gains is shown without a change
// here. What does not apply is left out; durations become seconds under a name that says so.
func factWire(f fact.Fact) map[string]any {
	out := map[string]any{}
	v := reflect.ValueOf(f)
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name == "-" || name == "" {
			continue
		}
		if options != "" && v.Field(i).IsZero() {
			continue
		}
		switch x := v.Field(i).Interface().(type) {
		case time.Duration:
			out[name+"_seconds"] = seconds(x)
		case time.Time:
			if !x.IsZero() {
				out[name] = x.UTC()
			}
		default:
			out[name] = x
		}
	}
	return out
}
