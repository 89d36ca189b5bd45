package ticket

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tandem/orchestrator"
)

// Kind says what a field holds.
type Kind string

// The kinds of field.
const (
	TextField   Kind = "text"
	NumberField Kind = "number"
	DateField   Kind = "date" // of the calendar, as 2026-11-22
	EnumField   Kind = "enum"
	BoolField   Kind = "bool"
)

// Field is one thing that a type of ticket asks for.
type Field struct {
	Name     string   `json:"name"` // as flows name what callers key in
	Label    string   `json:"label,omitempty"`
	Kind     Kind     `json:"kind"`
	Required bool     `json:"required,omitempty"`
	Min      *float64 `json:"min,omitempty"` // of a number, or of the characters of a text
	Max      *float64 `json:"max,omitempty"`
	Pattern  string   `json:"pattern,omitempty"` // RE2, of the whole of a text
	Options  []string `json:"options,omitempty"` // of an enum
}

// Values are what stands in the fields: string, float64 or bool by name. They are erased with the customer.
type Values map[string]any

const (
	maxText    = 500 // characters in a field
	maxFields  = 50
	maxOptions = 200
	maxPattern = 200
	maxTypes   = 200
)

// Type is a kind of request with what it asks for.
type Type struct {
	ID      string
	Name    string
	Queues  []orchestrator.QueueID // tickets of calls that came here are of this type
	Fields  []Field
	Version int64
}

// CheckType refuses a definition that cannot work beside the others.
func CheckType(t Type, others []Type) error {
	if len(t.Fields) > maxFields {
		return wrong("fields", fmt.Sprintf("are more than %d", maxFields))
	}
	if len(others) >= maxTypes && !slices.ContainsFunc(others, func(o Type) bool { return o.ID == t.ID }) {
		return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "ticket.type", Say: fmt.Sprintf("there are %d types already", maxTypes)}
	}
	names := map[string]bool{}
	for i, f := range t.Fields {
		at := fmt.Sprintf("fields.%d", i)
		if names[f.Name] {
			return wrong(at+".name", fmt.Sprintf("%q stands twice", f.Name))
		}
		names[f.Name] = true
		if err := f.check(at); err != nil {
			return err
		}
	}
	for i, q := range t.Queues {
		for _, o := range others {
			if o.ID != t.ID && slices.Contains(o.Queues, q) {
				return wrong(fmt.Sprintf("queues.%d", i), fmt.Sprintf("calls of queue %s make tickets of type %s already", q, o.ID))
			}
		}
	}
	return nil
}

// check refuses a field that nothing could ever be written in.
func (f Field) check(at string) error {
	bounds := f.Kind == NumberField || f.Kind == TextField
	switch {
	case f.Min != nil && f.Max != nil && *f.Min > *f.Max:
		return wrong(at+".min", "is more than max")
	case !bounds && (f.Min != nil || f.Max != nil):
		return wrong(at, "min and max are for texts and numbers")
	case f.Kind != TextField && f.Pattern != "":
		return wrong(at+".pattern", "is for texts")
	case f.Kind == EnumField && len(f.Options) == 0:
		return wrong(at+".options", "are needed for an enum")
	case f.Kind != EnumField && len(f.Options) > 0:
		return wrong(at+".options", "are for enums")
	case len(f.Options) > maxOptions || len(f.Pattern) > maxPattern:
		return wrong(at, fmt.Sprintf("has more than %d options, or a pattern longer than %d", maxOptions, maxPattern))
	}
	if _, err := f.pattern(); err != nil {
		return wrong(at+".pattern", "is no regular expression of Go (RE2)")
	}
	return nil
}

// pattern is that of the whole text; RE2 takes time in proportion to the text, whatever the pattern.
func (f Field) pattern() (*regexp.Regexp, error) { return regexp.Compile("^(?:" + f.Pattern + ")$") }

// Read makes the value of a field from what was written: of its own kind, or a text, as keys on a phone give it.
func (f Field) Read(v any) (any, error) {
	switch v := v.(type) {
	case string:
		return f.readText(strings.TrimSpace(v))
	case float64:
		if f.Kind == NumberField {
			return v, f.within(v, strconv.FormatFloat(v, 'f', -1, 64))
		}
	case bool:
		if f.Kind == BoolField {
			return v, nil
		}
	}
	return nil, f.wrong("is of another kind; write " + f.kindSays())
}

func (f Field) readText(s string) (any, error) {
	switch f.Kind {
	case TextField:
		re, err := f.pattern()
		if err == nil && f.Pattern != "" && !re.MatchString(s) {
			return nil, f.wrong("does not look like " + f.Pattern)
		}
		n := utf8.RuneCountInString(s)
		if n > maxText {
			return nil, f.wrong(fmt.Sprintf("is longer than %d characters", maxText))
		}
		return s, f.within(float64(n), fmt.Sprintf("%d characters", n))
	case NumberField:
		n, err := strconv.ParseFloat(s, 64)
		if err != nil || n != n || n > 1e15 || n < -1e15 {
			return nil, f.wrong("is no number")
		}
		return n, f.within(n, s)
	case DateField:
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return nil, f.wrong("is no date; write it as 2026-11-22")
		}
		return s, nil
	case EnumField:
		if !slices.Contains(f.Options, s) {
			return nil, f.wrong("is none of " + strings.Join(f.Options, ", "))
		}
		return s, nil
	case BoolField:
		if s == "true" || s == "false" {
			return s == "true", nil
		}
	}
	return nil, f.wrong("is of another kind; write " + f.kindSays())
}

func (f Field) kindSays() string {
	return map[Kind]string{TextField: "a text", NumberField: "a number", DateField: "a date such as 2026-11-22", EnumField: strings.Join(f.Options, ", "), BoolField: "true or false"}[f.Kind]
}

// within holds a number, or the length of a text, against the bounds.
func (f Field) within(n float64, says string) error {
	switch {
	case f.Min != nil && n < *f.Min:
		return f.wrong(fmt.Sprintf("is %s, less than %v", says, *f.Min))
	case f.Max != nil && n > *f.Max:
		return f.wrong(fmt.Sprintf("is %s, more than %v", says, *f.Max))
	}
	return nil
}

func (f Field) wrong(says string) error { return wrong("fields."+f.Name, says) }

func wrong(field, says string) error {
	return &orchestrator.Error{Kind: orchestrator.Invalid, Op: "ticket", Field: field, Say: says}
}

// Write puts values over those that a ticket has; nil takes one away. What the type does not have is refused, and so is a ticket
// without a required one.
func (t Type) Write(over Values, values map[string]any) (Values, error) {
	out := Values{}
	maps.Copy(out, over)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		i := slices.IndexFunc(t.Fields, func(f Field) bool { return f.Name == name })
		if i < 0 {
			return nil, wrong("fields."+name, fmt.Sprintf("is no field of type %s", t.ID))
		}
		if values[name] == nil {
			delete(out, name)
			continue
		}
		v, err := t.Fields[i].Read(values[name])
		if err != nil {
			return nil, err
		}
		out[name] = v
	}
	for _, f := range t.Fields {
		if _, there := out[f.Name]; f.Required && !there {
			return nil, f.wrong("is needed")
		}
	}
	return out, nil
}

// Fill takes what was keyed in for the fields of the same names. What does not fit is left out: a call is never refused.
func (t Type) Fill(keyed map[string]string) Values {
	var out Values
	for _, f := range t.Fields {
		text, there := keyed[f.Name]
		if v, err := f.Read(text); there && text != "" && err == nil {
			if out == nil {
				out = Values{}
			}
			out[f.Name] = v
		}
	}
	return out
}
