package storagetest

import (
	"context"
	"testing"
	"time"

	"tandem/orchestrator/desk/notify"
)

func outboxMade(ctx context.Context, t *testing.T, s Store) {
	made := at(0)
	for i, m := range []struct {
		to    string
		after time.Duration
	}{
		{"+4915100001", 0}, {"+4915100001", time.Minute}, {"0151 00001", 2 * time.Minute}, {"+37160000001", 3 * time.Minute},
		{"0037160000002", 3 * time.Minute}, {"+4915100001", time.Hour}, {"+37160000003", time.Hour}, {"+4915100001", time.Hour},
	} {
		must(t, s.KeepText(ctx, notify.Text{}, func(string) notify.Meaning {
			return notify.Meaning{Reply: notify.SMS{Key: string(rune('a' + i)), To: m.to, Text: "x", Created: made.Add(m.after)}}
		}))
	}
	due := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 20, time.Hour))
	if len(due) != 8 {
		t.Fatalf("%d messages", len(due))
	}
	numbers, beginnings := []string{"+4915100001", "015100001"}, []string{"+371", "00371"}
	count := func(m notify.SMS) notify.Made {
		return get[notify.Made](t)(s.MadeSMS(ctx, m, time.Hour, numbers, beginnings))
	}
	if got := count(due[0]); got != (notify.Made{}) {
		t.Errorf("before the first: %+v", got)
	}
	// The first is an hour ago, two of the same moment came before it.
	if got, want := count(due[7]), (notify.Made{Number: 3, Country: 3, All: 6}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	must(t, settle(ctx, s, due[1], notify.SMS{State: notify.Failed}, time.Time{}))
	must(t, settle(ctx, s, due[3], notify.SMS{State: notify.Sent, Route: "a"}, time.Time{}))
	if got, want := count(due[7]), (notify.Made{Number: 2, Country: 3, All: 5}); got != want {
		t.Errorf("after one failed: %+v, want %+v", got, want)
	}
	if got := get[notify.Made](t)(s.MadeSMS(ctx, due[7], time.Hour, numbers, nil)); got.Country != 0 || got.Number != 2 {
		t.Errorf("at home: %+v", got)
	}
}
