package storagetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/customer"
	"tandem/orchestrator/fact"
)

var customerCases = []testCase{
	{"are made, changed and found", customersKept},
	{"share no address", customersShareNothing},
	{"are listed newest first", customersListed},
	{"teach which channel they use", customersLearn},
	{"are erased with their number", customersErased},
	{"no longer tell of an erased number that they had once", customersPastErased},
}

func phone(value string, spelled ...string) customer.Identity {
	return customer.Identity{Kind: customer.Phone, Value: value, Source: "crm", Verified: true, Spelled: append(spelled, value)}
}

var ada = customer.Customer{
	ID: "ada", Name: "Ada Lovelace", Tier: "gold", Language: "en", Region: "London", Segment: "business", AgeBand: "30-39", Dedicated: "ann",
	Stated: orchestrator.ChannelChat, Tags: []string{"vip", "press"},
	Identities: []customer.Identity{phone("+4915155555", "015155555"), {Kind: customer.Email, Value: "ada@example.com", Source: "agent", Spelled: []string{"ada@example.com"}}},
}

// set makes or changes a record to be c.
func set(ctx context.Context, s Store, c customer.Customer) (customer.Customer, error) {
	return s.SetCustomer(ctx, c.ID, true, "ann", func(was customer.Customer) (customer.Customer, error) {
		is := c
		is.Identities, is.Version, is.Created, is.Changed = slices.Clone(c.Identities), was.Version, was.Created, was.Changed
		return is, nil
	})
}

func customersKept(ctx context.Context, t *testing.T, s Store) {
	made := get[customer.Customer](t)(set(ctx, s, ada))
	want := ada
	want.Version, want.Created, want.Changed = 1, made.Created, made.Changed
	want.Identities = slices.Clone(ada.Identities)
	for i := range want.Identities {
		want.Identities[i].Spelled = nil // how networks write it is for the store alone
	}
	if made.Created.IsZero() || !reflect.DeepEqual(made, want) {
		t.Fatalf("made is  %+v\nwant     %+v", made, want)
	}
	found := get[customer.Customer](t)(s.CustomerAt(ctx, customer.Email, "ada@example.com"))
	if !reflect.DeepEqual(found, want) {
		t.Errorf("found is %+v", found)
	}
	_, err := s.CustomerAt(ctx, customer.Phone, "ada@example.com")
	kind(t, "another kind of address", err, orchestrator.NotFound)
	if same := get[customer.Customer](t)(set(ctx, s, ada)); same.Version != 1 {
		t.Errorf("the same again is %+v", same)
	}
	changed := ada
	changed.Tier, changed.Identities = "", []customer.Identity{phone("+4915177777")}
	is := get[customer.Customer](t)(set(ctx, s, changed))
	if is.Version != 2 || is.Tier != "" || len(is.Identities) != 1 || !is.Created.Equal(made.Created) {
		t.Errorf("changed is %+v", is)
	}
	var told []string
	for _, c := range get[[]customer.Change](t)(s.CustomerHistory(ctx, "ada")) {
		told = append(told, fmt.Sprintf("%s: %s > %s by %s", c.Field, c.From, c.To, c.By))
	}
	for _, want := range []string{
		"name:  > Ada Lovelace by ann", "tier: gold >  by ann", "identities.phone: +4915155555 from crm, verified >  by ann",
		"identities.email: ada@example.com from agent >  by ann", "identities.phone:  > +4915177777 from crm, verified by ann",
	} {
		if !slices.Contains(told, want) {
			t.Errorf("the history does not tell %q: %q", want, told)
		}
	}
	_, err = s.Customer(ctx, "bob")
	kind(t, "no such customer", err, orchestrator.NotFound)
	_, err = s.CustomerHistory(ctx, "bob")
	kind(t, "no such history", err, orchestrator.NotFound)
	_, err = s.SetCustomer(ctx, "bob", false, "ann", func(c customer.Customer) (customer.Customer, error) { return c, nil })
	kind(t, "changing nobody", err, orchestrator.NotFound)
}

func customersShareNothing(ctx context.Context, t *testing.T, s Store) {
	must(t, second(set(ctx, s, ada)))
	bob := customer.Customer{ID: "bob", Identities: []customer.Identity{phone("+4930"), phone("+4915155555")}}
	_, err := set(ctx, s, bob)
	kind(t, "an address of somebody else", err, orchestrator.Conflict)
	_, err = s.Customer(ctx, "bob")
	kind(t, "half a customer", err, orchestrator.NotFound)
	without := ada
	without.Identities = ada.Identities[1:]
	must(t, second(set(ctx, s, without)))
	must(t, second(set(ctx, s, bob)))
	if c := get[customer.Customer](t)(s.CustomerAt(ctx, customer.Phone, "+4915155555")); c.ID != "bob" {
		t.Errorf("the address is that of %+v", c)
	}
}

func customersListed(ctx context.Context, t *testing.T, s Store) {
	for n := range 5 {
		must(t, second(set(ctx, s, customer.Customer{ID: fmt.Sprintf("c%d", n), Identities: []customer.Identity{phone(fmt.Sprintf("+49%d", n))}})))
	}
	ids := func(f customer.Filter) (out []string) {
		for _, c := range get[[]customer.Customer](t)(s.Customers(ctx, f)) {
			out = append(out, c.ID)
		}
		return out
	}
	for _, c := range []struct {
		f    customer.Filter
		want []string
	}{
		{customer.Filter{Limit: 2}, []string{"c4", "c3"}},
		{customer.Filter{Limit: 2, Before: "c3"}, []string{"c2", "c1"}},
		{customer.Filter{Value: "+492"}, []string{"c2"}},
		{customer.Filter{Value: "+492", Kind: customer.Email}, nil},
		{customer.Filter{Kind: customer.Phone, Value: "+49"}, nil},
	} {
		if have := ids(c.f); !slices.Equal(have, c.want) {
			t.Errorf("%+v lists %v, want %v", c.f, have, c.want)
		}
	}
	_, err := s.Customers(ctx, customer.Filter{Before: "nobody"})
	kind(t, "a page after nobody", err, orchestrator.Invalid)
}

func customersLearn(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	must(t, second(set(ctx, s, ada)))
	opened := func(id orchestrator.InteractionID, channel orchestrator.Channel, address string) {
		sc.tell(id, fact.InteractionOpened{Channel: channel, Queue: "sales", Who: fact.Person{Number: address}})
	}
	opened("i0", orchestrator.ChannelEmail, "ada@example.com") // too long ago to count
	for n := range 6 {
		opened(orchestrator.InteractionID(fmt.Sprintf("i%d", n+1)), orchestrator.ChannelChat, "ada@example.com")
	}
	sc.queued("i7", "015155555") // as the network writes it
	sc.queued("i8", "+4915155555")
	sc.queued("i9", "+4915166666") // somebody else
	opened("i10", orchestrator.ChannelCallback, "+4915155555")
	opened("i11", orchestrator.ChannelEmail, "ada@example.com")
	opened("i12", orchestrator.ChannelEmail, "ada@example.com")
	sc.settle(s)
	if c := get[customer.Customer](t)(s.Customer(ctx, "ada")); c.Habit != (customer.Habit{Channel: orchestrator.ChannelChat, Count: 6, Of: 10}) {
		t.Errorf("learnt is %+v", c.Habit)
	}
	if c := get[[]customer.Customer](t)(s.Customers(ctx, customer.Filter{})); c[0].Habit.Count != 6 {
		t.Errorf("the list has learnt %+v", c[0].Habit)
	}
}

func customersErased(ctx context.Context, t *testing.T, s Store) {
	must(t, second(set(ctx, s, ada)))
	must(t, second(set(ctx, s, customer.Customer{ID: "bob", Identities: []customer.Identity{phone("+4915166666")}})))
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	sc.settle(s)
	must(t, second(s.Erase(ctx, "015155555"))) // In any spelling, and though there was never a call.
	_, err := s.Customer(ctx, "ada")
	kind(t, "the record", err, orchestrator.NotFound)
	_, err = s.CustomerAt(ctx, customer.Email, "ada@example.com")
	kind(t, "its other address", err, orchestrator.NotFound)
	_, err = s.CustomerHistory(ctx, "ada")
	kind(t, "its history", err, orchestrator.NotFound)
	must(t, second(s.Customer(ctx, "bob")))
}

func customersPastErased(ctx context.Context, t *testing.T, s Store) {
	carl := func(all ...customer.Identity) {
		t.Helper()
		must(t, second(set(ctx, s, customer.Customer{ID: "carl", Identities: all})))
	}
	bare := customer.Identity{Kind: customer.Phone, Value: "+4915177777", Spelled: []string{"+4915177777"}}
	carl(phone("+4915155555"), bare, phone("+491515555"))
	bare.Verified = true
	carl(phone("+4915155555"), bare, phone("+491515555"))
	carl(phone("+491515555"))
	must(t, second(set(ctx, s, customer.Customer{ID: "bob", Identities: []customer.Identity{phone("+4915177777")}}))) // whose it is now
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	sc.settle(s)
	must(t, second(s.Erase(ctx, "+4915155555")))
	must(t, second(s.Erase(ctx, "+4915177777")))
	for _, x := range get[[]customer.Change](t)(s.CustomerHistory(ctx, "carl")) {
		if x.Names("+4915155555") || x.Names("+4915177777") || x.From+x.To != "" && !x.Names("+491515555") {
			t.Errorf("the history tells %+v", x)
		}
	}
	if c := get[customer.Customer](t)(s.Customer(ctx, "carl")); len(c.Identities) != 1 || c.Identities[0].Value != "+491515555" {
		t.Errorf("left is %+v", c)
	}
	_, err := s.Customer(ctx, "bob")
	kind(t, "whose number it is now", err, orchestrator.NotFound)
}
