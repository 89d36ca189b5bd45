package ticket_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/ticket"
)

func bound(n float64) *float64 { return &n }

var parcel = ticket.Type{ID: "parcel", Fields: []ticket.Field{
	{Name: "waybill", Kind: ticket.TextField, Required: true, Pattern: "[0-9]{8}"},
	{Name: "note", Kind: ticket.TextField, Max: bound(5)},
	{Name: "weight", Kind: ticket.NumberField, Min: bound(0.1), Max: bound(30)},
	{Name: "sent", Kind: ticket.DateField},
	{Name: "size", Kind: ticket.EnumField, Options: []string{"s", "m"}},
	{Name: "insured", Kind: ticket.BoolField},
}}

func TestWrite(t *testing.T) {
	before := ticket.Values{"waybill": "11112222", "size": "s"}
	have, err := parcel.Write(before, map[string]any{"weight": 2.5, "sent": "2026-11-22", "size": nil, "insured": true, "note": "ÄÖÜ é"})
	want := ticket.Values{"waybill": "11112222", "weight": 2.5, "sent": "2026-11-22", "insured": true, "note": "ÄÖÜ é"}
	if err != nil || !reflect.DeepEqual(have, want) || len(before) != 2 {
		t.Errorf("%v, %v", have, err)
	}
	for _, c := range []struct {
		name string
		v    any
		says string
	}{
		{"waybill", "1111222x", "does not look like"}, {"waybill", "111122223", "does not look like"}, {"waybill", nil, "is needed"},
		{"note", "123456", "is 6 characters, more than 5"}, {"weight", 31.0, "is 31, more than 30"}, {"weight", "0", "less than 0.1"},
		{"weight", "heavy", "is no number"}, {"weight", "NaN", "is no number"}, {"weight", true, "write a number"}, {"sent", "22.11.2026", "is no date"},
		{"sent", "2026-02-30", "is no date"}, {"size", "xl", "is none of s, m"}, {"insured", "yes", "write true or false"},
		{"other", "x", "is no field of type parcel"}, {"note", strings.Repeat("x", 501), "is longer than 500"}, {"note", []any{"x"}, "write a text"},
	} {
		_, err := parcel.Write(before, map[string]any{c.name: c.v})
		var e *orchestrator.Error
		if !errors.As(err, &e) || e.Kind != orchestrator.Invalid || e.Field != "fields."+c.name || !strings.Contains(e.Say, c.says) {
			t.Errorf("%s %v: %v", c.name, c.v, err)
		}
	}
}

func TestFill(t *testing.T) {
	have := parcel.Fill(map[string]string{"waybill": "12345678", "weight": "12", "size": "huge", "insured": "true", "sent": "", "other": "x"})
	if !reflect.DeepEqual(have, ticket.Values{"waybill": "12345678", "weight": 12.0, "insured": true}) {
		t.Errorf("%v", have)
	}
	if have := parcel.Fill(nil); have != nil {
		t.Errorf("from nothing: %v", have)
	}
}

func TestCheckType(t *testing.T) {
	others := []ticket.Type{{ID: "other", Queues: []orchestrator.QueueID{"sales"}}}
	if err := ticket.CheckType(parcel, others); err != nil {
		t.Error(err)
	}
	for field, wrong := range map[string]ticket.Type{
		"fields.0.pattern": {Fields: []ticket.Field{{Name: "a", Kind: ticket.TextField, Pattern: "("}}},
		"fields.1.name":    {Fields: []ticket.Field{{Name: "a", Kind: ticket.TextField}, {Name: "a", Kind: ticket.BoolField}}},
		"fields.0.min":     {Fields: []ticket.Field{{Name: "a", Kind: ticket.NumberField, Min: bound(2), Max: bound(1)}}},
		"fields.0":         {Fields: []ticket.Field{{Name: "a", Kind: ticket.DateField, Max: bound(1)}}},
		"fields.0.options": {Fields: []ticket.Field{{Name: "a", Kind: ticket.EnumField}}},
		"queues.0":         {ID: "new", Queues: []orchestrator.QueueID{"sales"}},
	} {
		var e *orchestrator.Error
		if err := ticket.CheckType(wrong, others); !errors.As(err, &e) || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
