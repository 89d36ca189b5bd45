package customer_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/customer"
)

func TestPrefers(t *testing.T) {
	guesses := []customer.Guess{{Segment: "retail", AgeBand: "18-29", Channel: "chat"}, {Segment: "retail", Channel: "voice"}}
	chat := customer.Habit{Channel: "chat", Count: 3, Of: 5}
	for _, c := range []struct {
		c    customer.Customer
		want customer.Preference
	}{
		{customer.Customer{Stated: "email", Habit: chat, Segment: "retail"}, customer.Preference{Channel: "email", Grounds: customer.Stated}},
		{customer.Customer{Habit: chat, Segment: "retail"}, customer.Preference{Channel: "chat", Grounds: customer.Learnt, Habit: chat}},
		{customer.Customer{Habit: customer.Habit{Channel: "chat", Count: 2, Of: 2}, Segment: "retail"}, customer.Preference{Channel: "voice", Grounds: customer.Guessed}},
		{customer.Customer{Segment: "retail", AgeBand: "18-29"}, customer.Preference{Channel: "chat", Grounds: customer.Guessed}},
		{customer.Customer{AgeBand: "18-29"}, customer.Preference{}},
	} {
		if have := c.c.Prefers(guesses); have != c.want {
			t.Errorf("%+v prefers %+v, want %+v", c.c, have, c.want)
		}
	}
}

func TestReadGuess(t *testing.T) {
	if g, err := customer.ReadGuess("segment=retail+age_band=18-29:chat"); err != nil || g != (customer.Guess{Segment: "retail", AgeBand: "18-29", Channel: "chat"}) {
		t.Errorf("%+v, %v", g, err)
	}
	for _, wrong := range []string{"", "chat", "segment=retail", "segment=retail:fax", "tier=gold:chat", "segment=:chat", ":chat"} {
		if g, err := customer.ReadGuess(wrong); err == nil {
			t.Errorf("%q is read as %+v", wrong, g)
		}
	}
}

// What routing sees names nobody, and only what is known is there.
func TestAttributes(t *testing.T) {
	c := customer.Customer{ID: "C-1", Name: "Ada", Tier: "gold", Stated: "chat", Dedicated: "ann", Tags: []string{"a", "b"}, Identities: []customer.Identity{{Kind: "phone", Value: "+4930"}}}
	want := map[string]string{
		"customer": "C-1", "customer_tier": "gold", "customer_channel": "chat", "customer_channel_is": "stated", "customer_tags": "a b",
		"customer_verified": "no", "dedicated_agent": "ann",
	}
	if have := c.Attributes(c.Identities[0], nil); !maps.Equal(have, want) {
		t.Errorf("%v, want %v", have, want)
	}
}

func TestAddressOn(t *testing.T) {
	for _, c := range []struct {
		channel       orchestrator.Channel
		address, want string
	}{
		{"voice", "0151 2345678", "phone +491512345678"}, {"email", "Ada@Example.com ", "email ada@example.com"}, {"chat", "ada@example.com", "email ada@example.com"},
		{"chat", "+4915112345", "phone +4915112345"}, {"chat", "user-17", "chat user-17"}, {"social", "@ada", "social @ada"}, {"ticket", "ada", " "}, {"voice", "", " "},
	} {
		if kind, value := customer.AddressOn(c.channel, c.address, "49"); string(kind)+" "+value != c.want {
			t.Errorf("%s on %s is %s %s, want %s", c.address, c.channel, kind, value, c.want)
		}
	}
}

// accounts knows who has an address, by kind and value.
type accounts map[string]string

func (a accounts) CustomerAt(_ context.Context, kind customer.Kind, value string) (customer.Customer, error) {
	if name, there := a[string(kind)+" "+value]; there {
		return customer.Customer{ID: name, Name: name}, nil
	}
	return customer.Customer{}, &orchestrator.Error{Kind: orchestrator.NotFound}
}

// Who chats is found by a number, by a mail address, and by an account, whatever that looks like.
func TestSeen(t *testing.T) {
	b := customer.Book{Country: "49", Desk: accounts{"chat 4711": "ada", "phone +4915112345": "bob", "social ada@example.com": "eve"}}
	for _, c := range []struct {
		channel       orchestrator.Channel
		address, want string
	}{{"chat", "4711", "ada"}, {"chat", "015112345", "bob"}, {"social", "ada@example.com", "eve"}, {"voice", "4711", ""}, {"chat", "ada@example.com", ""}} {
		if name, _, known, err := b.Seen(t.Context(), c.channel, c.address); name != c.want || known != (c.want != "") || err != nil {
			t.Errorf("%s on %s is %q, %v", c.address, c.channel, name, err)
		}
	}
}

func TestSpellings(t *testing.T) {
	have := customer.Spellings(customer.Identity{Kind: "phone", Value: "+4915112345"}, "49")
	if want := []string{"+4915112345", "4915112345", "004915112345", "015112345"}; !slices.Equal(have, want) {
		t.Errorf("%v, want %v", have, want)
	}
	if have := customer.Spellings(customer.Identity{Kind: "phone", Value: "+8613800138000"}, "86"); !slices.Contains(have, "13800138000") {
		t.Errorf("%v", have)
	}
}

func TestCheck(t *testing.T) {
	phone := func(v string) []customer.Identity { return []customer.Identity{{Kind: "phone", Value: v}} }
	good := customer.Customer{Name: "王芳", Tier: "gold", AgeBand: "60+", Language: "zh", Stated: "chat", Tags: []string{"vip"}, Identities: phone("+4930")}
	if err := customer.Check(good); err != nil {
		t.Error(err)
	}
	for field, c := range map[string]customer.Customer{
		"name": {Name: strings.Repeat("x", 65)}, "language": {Language: "German"}, "preferred_channel": {Stated: "ticket"}, "tier": {Tier: "<b>"}, "tags.1": {Tags: []string{"a", "a"}},
		"identities.0.value": {Identities: phone("+49 30")}, "identities.1.value": {Identities: append(phone("+4930"), phone("+4930")...)},
		"identities.0.kind": {Identities: []customer.Identity{{Kind: "fax", Value: "1"}}},
	} {
		var e *orchestrator.Error
		if err := customer.Check(c); !errors.As(err, &e) || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
