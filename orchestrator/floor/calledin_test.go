package floor

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/hours"
	"tandem/orchestrator/media"
)

// outward is a floor that calls numbers at home in Germany, with one queue and no agent.
func outward(t *testing.T, change func(*Config)) (f *Floor, do func(any) error) {
	t.Helper()
	cfg := Defaults("x")
	cfg.Dialling = Dialling{
		Trunk: "out", Country: "49", Shown: "03099", Allowed: []string{"0", "+49"}, PerHour: 100, PerNumber: 2, RingFor: 30 * time.Second,
		Retry: []time.Duration{time.Minute, time.Minute, time.Minute},
	}
	if change != nil {
		change(&cfg)
	}
	f = New(cfg)
	at := time.Date(2026, 1, 5, 7, 0, 0, 0, time.UTC) // a Monday
	step := func(in Input) error {
		at = at.Add(time.Second)
		_, err := f.Step(in, at)
		return err
	}
	_ = step(media.Event{Kind: media.Up, Switch: "s", Text: "boot-1"})
	if err := step(Command{Do: DefineQueue{Queue: "support", Name: "Support", Number: "03055", RingFor: 20 * time.Second}}); err != nil {
		t.Fatal(err)
	}
	return f, func(in any) error {
		switch in := in.(type) {
		case media.Event, Tick:
			return step(in)
		case time.Duration:
			at = at.Add(in)
			return step(Tick{})
		}
		return step(Command{Do: in})
	}
}

// promiseTo books a callback of a number, and returns it.
func promiseTo(t *testing.T, f *Floor, do func(any) error, number string) *Interaction {
	t.Helper()
	var id orchestrator.InteractionID
	if err := do(OpenCallback{Queue: "support", Customer: fact.Person{Number: number}, Into: &id}); err != nil {
		t.Fatal(err)
	}
	return f.Interactions[id]
}

// One customer is one however the network writes the number: for bookings, for who calls in, for limits and on the do-not-call list.
func TestANumberInEverySpelling(t *testing.T) {
	spellings := []string{"030123456", "+4930123456", "004930123456"}
	for _, first := range spellings {
		for n, other := range spellings {
			f, do := outward(t, nil)
			i := promiseTo(t, f, do, first)
			var again orchestrator.InteractionID
			if err := do(OpenCallback{Queue: "support", Customer: fact.Person{Number: other}, Into: &again}); orchestrator.KindOf(err) != orchestrator.Conflict {
				t.Errorf("%s is booked, and again as %s: %v", first, other, err)
			}
			_ = do(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: "c1", To: "03055", From: other}}})
			if got := i.CallbackState(); got != orchestrator.CallbackCalledIn {
				t.Errorf("%s is booked and calls in as %s: the callback is %s", first, other, got)
			}
			f.applyDialled(first, i.ID, f.now)
			f.applyDialled(other, i.ID, f.now)
			if _, why := f.heldBack(spellings[n]); why != fact.StopNumber {
				t.Errorf("%s and %s were called, and %s may be once more: %q", first, other, spellings[n], why)
			}
			if err := do(ForbidNumber{Number: first}); err != nil || f.mayDial(other) {
				t.Errorf("%s is on the list, and %s may be called: %v", first, other, err)
			}
			if err := do(ForbidNumber{Number: other, Allow: true}); err != nil || !f.mayDial(first) {
				t.Errorf("%s was taken off as %s and may not be called: %v", first, other, err)
			}
		}
	}
}

// A number that was forbidden before the country was known is forbidden in each spelling afterwards, also after a restart from facts that
// are folded before the configuration is known; and it is taken off by any.
func TestTheCountryIsSetLater(t *testing.T) {
	f, do := outward(t, func(c *Config) { c.Dialling.Country = "" })
	if err := do(ForbidNumber{Number: "030123456"}); err != nil || !f.mayDial("+4930123456") {
		t.Fatal("without a country these are two numbers", err)
	}
	cfg := f.cfg
	cfg.Dialling.Country = "49"
	f.Configure(cfg)
	if f.mayDial("+4930123456") {
		t.Error("the country is known, and the number that is forbidden may be called in another spelling")
	}
	state, persons, err := f.Save()
	if err != nil {
		t.Fatal(err)
	}
	if f, err = Load(Config{}, state, persons); err != nil {
		t.Fatal(err)
	}
	f.Configure(cfg)
	if _, err := f.Step(Command{Do: ForbidNumber{Number: "+4930123456", Allow: true}}, f.At); err != nil || !f.mayDial("030123456") || len(f.Forbidden) != 0 {
		t.Error("it is on the list still:", f.Forbidden, err)
	}
}

// A program that does not know the country any more does not know either that who waits in line is the customer of a callback: it stands again,
// and does not wait for ever.
func TestTheCountryIsTakenAwayWhileTheCustomerWaits(t *testing.T) {
	f, do := outward(t, nil)
	i := promiseTo(t, f, do, "030123456")
	_ = do(media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: "c1", To: "03055", From: "+4930123456"}}})
	if got := i.CallbackState(); got != orchestrator.CallbackCalledIn {
		t.Fatal("the callback is", got)
	}
	cfg := f.cfg
	cfg.Dialling.Country = ""
	f.Configure(cfg)
	_ = do(media.Event{Kind: media.Down, Switch: "s"})
	_ = do(media.Event{Kind: media.Up, Switch: "s", Text: "boot-1", Legs: []media.Leg{{ID: "c1"}}})
	_ = do(media.Event{Kind: media.Gone, Switch: "s", Leg: "c1", Why: media.CauseHangup})
	if got := i.CallbackState(); got != orchestrator.CallbackDue {
		t.Error("the caller has hung up, and the callback is", got)
	}
}

// The centre does not call itself, by whatever number it is reached.
func TestOwnNumbersAreNotCalled(t *testing.T) {
	_, do := outward(t, nil)
	for _, number := range []string{"03055", "03099"} {
		var id orchestrator.InteractionID
		err := do(OpenCallback{Queue: "support", Customer: fact.Person{Number: number}, Into: &id})
		if err == nil || !strings.Contains(err.Error(), "own") {
			t.Errorf("%s is booked: %v", number, err)
		}
	}
}

// What may not be called in one spelling may not be called in another; what is allowed is allowed as it stands there.
func TestWhoMayBeCalledAtHome(t *testing.T) {
	d := Dialling{Trunk: "out", Country: "49", Allowed: []string{"0", "+49", "!0900", "!+49800"}}
	for number, want := range map[string]bool{
		"0301234567": true, "+49301234567": true, "0900123456": false, "+49900123456": false, "0049900123456": false, "0800123456": false,
		"+33123456789": false, "0033123456789": false,
	} {
		if got := d.Allows(number); got != want {
			t.Errorf("%s is called: %t", number, got)
		}
	}
	d.Allowed = []string{"0"}
	if d.Allows("+49301234567") {
		t.Error("a prefix that is national lets a number out in a spelling that the trunk may not know")
	}
}

// Whoever writes an emergency number as one of our country, or as one at home, calls it as little.
func TestEmergencyNumbersInEverySpelling(t *testing.T) {
	d := Dialling{Trunk: "out", Country: "49", Allowed: []string{"0", "1", "+", "+49"}, Never: []string{"112", "110", "000"}}
	for _, number := range []string{"112", "+112", "00112", "0112", "+49112", "0049112", "+490112", "110", "+49110", "000"} {
		if d.Allows(number) {
			t.Errorf("%s is called", number)
		}
	}
	for _, number := range []string{"030112", "+4930112", "1121", "0030210112", "01120"} {
		if !d.Allows(number) {
			t.Errorf("%s is not called", number)
		}
	}
	d.Country = ""
	if d.Allows("0112") || d.Allows("+112") {
		t.Error("without a country it is called")
	}
}

// Those that the centre's hours or its limit have held back come into line in the order of their places, whose timer ever fires first, and
// before who asks later.
func TestHeldBackComeInOrderOfTheirPlaces(t *testing.T) {
	open := &hours.Calendar{Zone: time.UTC}
	open.Week[time.Monday] = []hours.Span{{From: 8 * 60, To: 18 * 60}}
	f, do := outward(t, func(c *Config) { c.Dialling.Hours, c.Dialling.PerHour = open, 3 })
	var all []*Interaction
	for n := range 12 { // their ids have one digit, two and three; timers of one moment fire by their text
		all = append(all, promiseTo(t, f, do, fmt.Sprintf("03012345%02d", n)))
	}
	inLine := func() (out []orchestrator.InteractionID) {
		for _, i := range all {
			if i.inLine() {
				out = append(out, i.ID)
			}
		}
		return out
	}
	first := func(n int) (out []orchestrator.InteractionID) {
		for _, i := range all[:n] {
			out = append(out, i.ID)
		}
		return out
	}
	if got := inLine(); len(got) != 0 {
		t.Fatalf("at night %v are in line", got)
	}
	_ = do(time.Hour)
	if got := inLine(); !slices.Equal(got, first(3)) {
		t.Fatalf("in the morning %v are in line, want %v", got, first(3))
	}
	f.cfg.Dialling.PerHour = 5 // two more places, and the next who asks is a new one
	late := promiseTo(t, f, do, "0301234599")
	if got := inLine(); !slices.Equal(got, first(5)) || late.inLine() {
		t.Fatalf("%v are in line, and %s, who asked last, is: %t; want %v", got, late.ID, late.inLine(), first(5))
	}
}

// Who is held back with thousands is looked at when their turn may have come, and not each minute; and still nobody waits for long where
// those before them are taken back.
func TestThousandsHeldBack(t *testing.T) {
	const many, most = 3000, 100
	open := &hours.Calendar{Zone: time.UTC}
	open.Week[time.Monday] = []hours.Span{{From: 8 * 60, To: 18 * 60}}
	f, do := outward(t, func(c *Config) { c.Dialling.Hours, c.Dialling.PerHour = open, most })
	var all []*Interaction
	for n := range many {
		all = append(all, promiseTo(t, f, do, fmt.Sprintf("030%07d", n)))
	}
	until := func(at time.Time) (facts int64) {
		before := f.Seq
		for wait := at.Sub(f.now) - time.Second; ; wait = -time.Second { // a step takes a second
			seq := f.Seq
			if _ = do(wait); f.Seq == seq {
				return f.Seq - before
			}
		}
	}
	day := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	if facts := until(day); facts > 2*many || len(f.ready) != most || !all[most-1].inLine() {
		t.Fatalf("in the morning %d facts, %d in line", facts, len(f.ready))
	}
	hour := int64(0)
	for n := range 59 {
		hour += until(day.Add(time.Duration(n+1) * time.Minute))
	}
	if hour > 6*many {
		t.Errorf("%d that wait are looked at %d times in an hour", many, hour)
	}
	for _, i := range all[:2*most] {
		if err := do(CancelCallback{Interaction: i.ID}); err != nil {
			t.Fatal(err)
		}
	}
	until(f.now.Add(lookLate))
	for n, i := range all[2*most:] {
		if i.inLine() != (n < most) {
			t.Fatalf("number %d is in line: %t", n, i.inLine())
		}
	}
}
