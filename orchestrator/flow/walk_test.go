package flow_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator/flow"
)

// monday is a Monday morning in Shanghai.
var monday = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

func call(attributes ...string) flow.Call {
	c := flow.Call{Language: "en", Attributes: map[string]string{}, Caller: "5550100", Called: "7000", Now: monday}
	for i := 0; i+1 < len(attributes); i += 2 {
		c.Attributes[attributes[i]] = attributes[i+1]
	}
	return c
}

func TestMenu(t *testing.T) {
	f := door(t)
	ask, ok := f.Enter("language", call()).Do.(flow.Ask)
	want := flow.Ask{Speech: flow.Speech{Prompts: "prompt:en/choose-language"}, Try: 1, Max: 1, Wait: 4 * time.Second}
	if !ok || ask != want {
		t.Errorf("asks %+v, want %+v", ask, want)
	}
	if m := f.Keyed("language", 1, "2", false, call()); m.Do != (flow.Go{To: "chinese", Via: flow.ViaKey, Key: "2"}) {
		t.Errorf("key 2: %+v", m)
	}
	if m := f.Keyed("language", 1, "7", false, call()); m.Do.(flow.Ask).Prompts != "prompt:en/not-understood prompt:en/choose-language" || m.Do.(flow.Ask).Try != 2 {
		t.Errorf("a wrong key: %+v", m)
	}
	if m := f.Keyed("language", 1, "", true, call()); m.Do.(flow.Ask).Prompts != "sound:beep prompt:en/choose-language" {
		t.Errorf("no key: %+v", m)
	}
	if m := f.Keyed("language", 2, "7", false, call()); m.Do != (flow.Go{To: "hours", Via: flow.ViaNoAnswer}) {
		t.Errorf("the last try: %+v", m)
	}
	if m := f.Enter("chinese", call()); m.Language != "zh" || m.Set != nil || m.Do != (flow.Go{To: "hours"}) {
		t.Errorf("set language: %+v", m)
	}
	if m := f.Keyed("pick", 1, "1", false, call()); !reflect.DeepEqual(m.Set, []flow.Attribute{{Name: "picked", Value: "1"}}) {
		t.Errorf("a key that is kept: %+v", m)
	}
}

func TestCollect(t *testing.T) {
	f := door(t)
	if ask := f.Enter("order", call()).Do.(flow.Ask); ask.Max != 9 || ask.End != "#" {
		t.Errorf("room for the last key and the end: %+v", ask)
	}
	for keys, right := range map[string]bool{"1234": true, "12345678": true, "123": false, "123456789": false, "": false, "12*4": false} {
		m := f.Keyed("order", 1, keys, true, call())
		if _, again := m.Do.(flow.Ask); again == right {
			t.Errorf("%q: %+v", keys, m)
		}
		if right && (len(m.Set) != 1 || m.Set[0] != flow.Attribute{Name: "order", Value: keys}) {
			t.Errorf("%q is kept as %+v", keys, m.Set)
		}
	}
	if m := f.Keyed("order", 1, "", false, call()); m.Do != (flow.Go{To: "pick", Via: flow.ViaNone}) {
		t.Errorf("the end key alone: %+v", m)
	}
	m := f.Keyed("pin", 1, "1234", false, call())
	if !reflect.DeepEqual(m.Set, []flow.Attribute{{Name: "pin", Masked: true}}) {
		t.Errorf("masked digits are kept as %+v", m.Set)
	}
}

func TestCheckDigit(t *testing.T) {
	f, err := flow.Parse("f", frame+"  a: {collect: n, say: x, digits: 4-20, check: luhn, next: b, otherwise: b}\n  b: {hangup: x}")
	if err != nil {
		t.Fatal(err)
	}
	for keys, right := range map[string]bool{"79927398713": true, "79927398710": false, "10000008": true, "10000080": false} {
		if _, again := f.Keyed("a", 1, keys, false, call()).Do.(flow.Ask); again == right {
			t.Errorf("%s: accepted is %v", keys, !again)
		}
	}
}

func TestHours(t *testing.T) {
	f := door(t)
	for at, to := range map[string]string{
		"2026-11-23T10:00:00+08:00": "order", "2026-11-23T12:30:00+08:00": "closed", "2026-10-01T10:00:00+08:00": "holiday",
		"2026-10-10T10:00:00+08:00": "order", "2026-11-28T17:00:00+08:00": "closed",
	} {
		c := call()
		c.Now, _ = time.Parse(time.RFC3339, at)
		if m := f.Enter("hours", c); m.Do.(flow.Go).To != to {
			t.Errorf("at %s: %+v", at, m)
		}
	}
}

func TestWhen(t *testing.T) {
	f := door(t)
	for _, c := range []struct {
		order, tier, to string
	}{
		{"1234", "gold", "sales"},
		{"99999999", "", "pin"},
		{"10000000", "", "pick"},
		{"abcdefgh", "", "pick"}, // cannot be told
		{"", "", "pick"},
	} {
		if m := f.Enter("rank", call("order", c.order, "tier", c.tier)); m.Do.(flow.Go).To != c.to {
			t.Errorf("%+v: %+v", c, m)
		}
	}
	if m := f.Enter("rank", call()); m.Do.(flow.Go).To != "pick" {
		t.Errorf("nothing is known: %+v", m)
	}
}

func TestLookup(t *testing.T) {
	f := door(t)
	find := f.Enter("look", call("order", "12/../34?x=1")).Do.(flow.Find)
	if find.URL != "https://shop.example/orders/12%2F..%2F34%3Fx%3D1?lang=en" || find.Timeout != 2*time.Second {
		t.Errorf("asks %+v", find)
	}
	if m := f.Found("look", nil); m.Do != (flow.Go{To: "pick", Via: flow.ViaNoService}) {
		t.Errorf("without an answer: %+v", m)
	}
	m := f.Found("look", map[string]string{"tier": "go\u202eld\x00\n", "due": strings.Repeat("9", 500), "more": "x"})
	if len(m.Set) != 2 || m.Set[1] != (flow.Attribute{Name: "tier", Value: "gold"}) || len(m.Set[0].Value) != flow.MaxValue {
		t.Errorf("keeps %+v", m.Set)
	}
}

// TestTheCallersNumber: what is known of every call can be asked with and said, a number with its country included.
func TestTheCallersNumber(t *testing.T) {
	f, err := flow.Parse("f", frame+"  a: {lookup: 'https://crm.example/who?tel={caller}&at={called}', into: {tier: tier}, next: b, otherwise: b}\n"+
		"  b: {announce: {digits: caller}, next: c}\n  c: {queue: sales, every: 30s, say: [{digits: caller}]}")
	if err != nil {
		t.Fatal(err)
	}
	c := call()
	c.Caller, c.Called = "+8640", "*1&tier=x"
	if find := f.Enter("a", c).Do.(flow.Find); find.URL != "https://crm.example/who?tel=%2B8640&at=%2A1%26tier%3Dx" {
		t.Errorf("asks %s", find.URL)
	}
	want := flow.Speech{Prompts: "prompt:en/n-8 prompt:en/n-6 prompt:en/n-4 prompt:en/n-0", Personal: true}
	if m := f.Enter("b", c); m.Do != (flow.Say{Speech: want}) {
		t.Errorf("says %+v", m)
	}
	if q, _ := f.Treatment("c"); q.Comfort(1, 0, c) != want {
		t.Errorf("says in line %+v", q.Comfort(1, 0, c))
	}
}

func TestState(t *testing.T) {
	f := door(t)
	find, _ := f.Enter("message", call("order", "10000008")).Do.(flow.Find)
	if find.Ticket != "10000008" || find.URL != "" || len(find.Into) != 1 {
		t.Errorf("asks %+v", find)
	}
	for state, to := range map[string]string{"open": "told-open", "solved": "told-open", "closed": "thanks", "lost": "thanks"} {
		if m := f.Found("message", map[string]string{"state": state}); m.Do.(flow.Go).To != to {
			t.Errorf("%s: %+v", state, m)
		}
	}
	if m := f.Found("message", nil); m.Do.(flow.Go).To != "thanks" {
		t.Errorf("no such ticket: %+v", m)
	}
	if m := f.Enter("message", call()); m.Do.(flow.Go).To != "thanks" {
		t.Errorf("no number: %+v", m)
	}
}

func TestOthers(t *testing.T) {
	f := door(t)
	c := call("order", "42", "due", "12.50")
	if m := f.Enter("told", c); m.Do != (flow.Say{Speech: flow.Speech{Personal: true,
		Prompts: "prompt:en/order-is prompt:en/n-4 prompt:en/n-2 prompt:en/costs prompt:en/n-12 prompt:en/yuan prompt:en/n-50 prompt:en/fen"}}) {
		t.Errorf("says %+v", m)
	}
	if m := f.Enter("note", c); m.Do != (flow.Text{Text: "Your order 42 is with us.", Next: "ticket"}) {
		t.Errorf("sends %+v", m)
	}
	if m := f.Enter("ticket", c); m.Do != (flow.Open{Subject: "An order", Next: "inside"}) {
		t.Errorf("opens %+v", m)
	}
	if m := f.Enter("inside", c); m.Do != (flow.Leave{Extension: "9001"}) {
		t.Errorf("leaves %+v", m)
	}
	if m := f.Enter("closed", c); m.Do.(flow.Say).Prompts != "prompt:en/closed prompt:zh/closed" {
		t.Errorf("in two languages: %+v", m)
	}
	if way := silent(t, f); !slices.Equal(way, []string{"language", "hours", "closed", "bye"}) {
		t.Errorf("nobody presses anything at an hour before all hours: %v", way)
	}
}

func TestQueue(t *testing.T) {
	f := door(t)
	q, ok := f.Treatment("sales")
	if !ok || !q.Keys() || q.Every != 30*time.Second {
		t.Fatalf("%+v %v", q, ok)
	}
	for _, c := range []struct {
		waiting, signedIn int
		to                string
	}{{0, 0, "closed"}, {19, 1, ""}, {20, 1, "busy"}} {
		if to, _ := q.Refused(c.waiting, c.signedIn); to.To != c.to {
			t.Errorf("%+v: %+v", c, to)
		}
	}
	if to, ok := q.Key("9"); !ok || to.To != "message" {
		t.Errorf("key 9: %+v", to)
	}
	if _, ok := q.Key("1"); ok {
		t.Error("key 1 leads somewhere")
	}
	if s := q.Comfort(2, 61*time.Second, call()); s.Personal || s.Prompts != "prompt:en/position-is prompt:en/n-2 prompt:en/minutes-are prompt:en/n-2" {
		t.Errorf("comfort: %+v", s)
	}
	if _, ok := f.Treatment("pick"); ok {
		t.Error("a menu is a queue")
	}
}
