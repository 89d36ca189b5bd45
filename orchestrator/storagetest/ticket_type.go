package storagetest

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/fact"
)

var typeCases = []testCase{
	{"are made, changed and forgotten", typesKept},
	{"are filled with what was keyed in", typesFilled},
	{"hold tickets that no call opened", typesByHand},
	{"let fields be amended, with history", typesAmended},
	{"are emptied by an erasure", typesErased},
}

var most = 30.0

var parcel = ticket.Type{ID: "parcel", Name: "Parcel", Queues: []orchestrator.QueueID{"sales"}, Fields: []ticket.Field{
	{Name: "waybill", Label: "Waybill", Kind: ticket.TextField, Required: true, Pattern: "[0-9]{8}"},
	{Name: "weight", Kind: ticket.NumberField, Max: &most}, {Name: "size", Kind: ticket.EnumField, Options: []string{"s", "m"}},
}}

func typesKept(ctx context.Context, t *testing.T, s Store) {
	must(t, second(s.PutType(ctx, ticket.Type{ID: "other", Name: "Other"})))
	k := get[ticket.Type](t)(s.PutType(ctx, parcel))
	if k.Version != 1 {
		t.Errorf("made is %+v", k)
	}
	k.Name = "Parcels"
	k = get[ticket.Type](t)(s.PutType(ctx, k))
	all := get[[]ticket.Type](t)(s.TicketTypes(ctx))
	if k.Version != 2 || len(all) != 2 || !reflect.DeepEqual(all[1], k) {
		t.Errorf("all are %+v, want %+v", all, k)
	}
	kind(t, "a queue of another type", second(s.PutType(ctx, ticket.Type{ID: "other", Queues: parcel.Queues})), orchestrator.Invalid)
	must(t, s.DeleteType(ctx, "other"))
	kind(t, "gone", s.DeleteType(ctx, "other"), orchestrator.NotFound)
}

// keyed writes a call that keys something in and ends in a ticket.
func keyed(sc *script, id orchestrator.InteractionID, number string) {
	sc.queued(id, number)
	sc.tell(id, fact.AttributeSet{Name: "waybill", Who: fact.Person{Text: "12345678"}}, fact.AttributeSet{Name: "weight", Who: fact.Person{Text: "99"}},
		fact.AttributeSet{Name: "size", Who: fact.Person{Text: "m"}, Masked: true})
	sc.answered(id)
	sc.hungUp(id)
	sc.wrapped(id, "sold", "")
}

func typesFilled(ctx context.Context, t *testing.T, s Store) {
	must(t, second(s.PutType(ctx, parcel)))
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	keyed(sc, "i1", "+49151")
	sc.settle(s)
	all := get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{Type: "parcel"}))
	if len(all) != 1 || !reflect.DeepEqual(all[0].Fields, ticket.Values{"waybill": "12345678"}) {
		t.Errorf("filled is %+v", all)
	}
	if other := get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{Type: "other"})); len(other) != 0 {
		t.Errorf("of another type are %+v", other)
	}
}

// byHand opens a ticket as a client does.
func byHand(ctx context.Context, t *testing.T, s Store, key, customer string) ticket.Ticket {
	t.Helper()
	return get[ticket.Ticket](t)(s.Open(ctx, key, ticket.Ticket{
		Type: "parcel", Fields: ticket.Values{"waybill": "11112222", "weight": 2.5}, Customer: customer, Subject: "Lost parcel", State: ticket.Open,
	}, func(number string) notify.SMS { return notify.SMS{To: customer, Text: "It is " + number + "."} }))
}

func typesByHand(ctx context.Context, t *testing.T, s Store) {
	one := byHand(ctx, t, s, "k1", "+4915155555")
	again := byHand(ctx, t, s, "k1", "+4915155555")
	two := byHand(ctx, t, s, "k2", "+4915155555")
	if one.Number == two.Number || !reflect.DeepEqual(one, again) || one.Version != 1 || one.Opened.IsZero() || one.Interaction != "" ||
		!reflect.DeepEqual(one.Fields, ticket.Values{"waybill": "11112222", "weight": 2.5}) {
		t.Errorf("opened are %+v, %+v, %+v", one, again, two)
	}
	texts := get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{}))
	if len(texts) != 2 || texts[1].Text != "It is "+one.Number+"." || texts[1].Ticket != one.Number || texts[1].To != "+4915155555" {
		t.Errorf("the texts are %+v", texts)
	}
}

func typesAmended(ctx context.Context, t *testing.T, s Store) {
	k := byHand(ctx, t, s, "", "+4915155555")
	heavier := func(k ticket.Ticket) (ticket.Ticket, error) {
		k.Fields = ticket.Values{"waybill": "11112222", "weight": 3.0}
		k.Subject = "Parcel found"
		return k, nil
	}
	is := get[ticket.Ticket](t)(s.Amend(ctx, k.Number, 1, "ann", heavier))
	if is.Version != 2 || is.Subject != "Parcel found" || is.Fields["weight"] != 3.0 || is.Changed.Before(k.Changed) {
		t.Errorf("amended is %+v", is)
	}
	kind(t, "an old version", second(s.Amend(ctx, k.Number, 1, "bob", heavier)), orchestrator.Conflict)
	kind(t, "no ticket", second(s.Amend(ctx, "10000009", 0, "bob", heavier)), orchestrator.NotFound)
	if same := get[ticket.Ticket](t)(s.Amend(ctx, k.Number, 0, "bob", heavier)); same.Version != 2 {
		t.Errorf("the same again is %+v", same)
	}
	var told []string
	for _, c := range get[[]ticket.Change](t)(s.History(ctx, k.Number)) {
		told = append(told, c.Field+": "+c.From+" > "+c.To+" by "+c.By)
	}
	if !slices.Equal(told, []string{"subject: Lost parcel > Parcel found by ann", "fields.weight: 2.5 > 3 by ann"}) {
		t.Errorf("the history is %q", told)
	}
}

func typesErased(ctx context.Context, t *testing.T, s Store) {
	must(t, second(s.PutType(ctx, parcel)))
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	keyed(sc, "i1", "+4915155555")
	keyed(sc, "i2", "+4915166666")
	sc.settle(s)
	byHand(ctx, t, s, "k", "+4915155555")
	for _, k := range get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{})) {
		must(t, second(s.Amend(ctx, k.Number, 0, "ann", func(k ticket.Ticket) (ticket.Ticket, error) {
			k.Fields, k.Subject = ticket.Values{"waybill": "87654321"}, "Ada Lovelace's parcel"
			return k, nil
		})))
	}
	must(t, second(s.Erase(ctx, "+4915155555")))
	again := byHand(ctx, t, s, "k", "+4915155555") // The answer to a repetition.
	if again.Subject != "" || again.Customer != "" || again.Fields != nil {
		t.Errorf("a repetition remembers %+v", again)
	}
	for _, k := range get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{})) {
		kept := k.Interaction == "i2"
		if (k.Fields["waybill"] == "87654321") != kept || (k.Customer != "") != kept || (k.Subject != "") != kept {
			t.Errorf("after the erasure there is %+v", k)
		}
		for _, c := range get[[]ticket.Change](t)(s.History(ctx, k.Number)) {
			if (c.Field == "fields.waybill" || c.Field == "subject") && (c.To != "") != kept {
				t.Errorf("the history of %s says %+v", k.Number, c)
			}
		}
	}
}
