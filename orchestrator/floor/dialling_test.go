package floor

import (
	"testing"
	"time"

	"tandem/orchestrator/fact"
	"tandem/orchestrator/hours"
)

// Nobody is called by default, and what an admin allows lets no call out of the country, to a forbidden prefix, or to what is no number.
func TestWhoMayBeCalled(t *testing.T) {
	d := Dialling{Trunk: "out", Allowed: []string{"0", "!0900", "090012", "+49", "0049"}}
	for number, want := range map[string]bool{
		"030123456": true, "0900123": true, "0900999": false, "+4930123456": true, "004930123456": true,
		"+33123456789": false, "0033123456789": false, "112233": false, "0": false, "030@evil": false, "": false,
	} {
		if got := d.Allows(number); got != want {
			t.Errorf("%q may be called: %v", number, got)
		}
	}
	if (Dialling{Trunk: "out"}).Allows("030123456") || (Dialling{Allowed: []string{"0"}}).Allows("030123456") {
		t.Error("somebody may be called without being allowed, or over no trunk")
	}
}

// Outside of the hours a callback waits for the opening, and beyond the limits until one more call may be made.
func TestWhenMayBeCalled(t *testing.T) {
	at := time.Date(2026, 1, 5, 7, 50, 0, 0, time.UTC) // a Monday
	f := New(Defaults("x"))
	f.cfg.Dialling = Dialling{PerHour: 2, PerNumber: 3, Hours: &hours.Calendar{Zone: time.UTC}}
	f.cfg.Dialling.Hours.Week[time.Monday] = []hours.Span{{From: 8 * 60, To: 18 * 60}}
	is := func(now time.Time, why fact.CallbackStop, until time.Time) {
		t.Helper()
		f.now = now
		if at, got := f.heldBack("555"); got != why || !at.Equal(until) {
			t.Errorf("at %s: %q until %s, want %q until %s", now, got, at, why, until)
		}
	}
	is(at, fact.StopClosed, at.Add(10*time.Minute))
	open := at.Add(time.Hour)
	is(open, "", time.Time{})
	f.applyDialled("555", "i1", open)
	f.applyDialled("556", "i2", open.Add(10*time.Minute))
	is(open.Add(20*time.Minute), fact.StopHourly, open.Add(time.Hour))
	f.applyDialled("555", "i1", open.Add(time.Hour))
	f.applyDialled("555", "i1", open.Add(2*time.Hour))
	is(open.Add(4*time.Hour), fact.StopNumber, open.Add(24*time.Hour))
}

// Whom the centre may call: what is forbidden, abroad or for emergencies is not called by another spelling either.
func TestWhomTheCentreMayCall(t *testing.T) {
	d := Dialling{Trunk: "out", Allowed: []string{"0", "1", "+49", "!0900", "!0049900"}, Never: []string{"112", "110"}}
	for number, want := range map[string]bool{
		"030123456": true, "+4930123456": true, "004930123456": true, "1180": true,
		"112": false, "110": false, "0900123456": false, "+49900123456": false, "0049900123456": false, "0033123456": false, "+33123456": false,
		"12": false, "0301234;x": false, "": false,
	} {
		if got := d.Allows(number); got != want {
			t.Errorf("%q is called: %t", number, got)
		}
	}
	if (Dialling{Allowed: []string{"0"}}).Allows("030123456") {
		t.Error("somebody is called over no trunk")
	}
}
