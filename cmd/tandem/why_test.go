package main

import (
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
)

// TestWhy: of a call that two people were asked to take, both offers are told as they were decided, long after.
func TestWhy(t *testing.T) {
	f := floor.New(floor.Defaults("x"))
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	var journal []fact.Entry
	step := func(after time.Duration, in floor.Input) {
		t.Helper()
		now = now.Add(after)
		facts, err := f.Step(in, now)
		if err != nil {
			t.Fatal(err)
		}
		journal = append(journal, facts...)
	}
	do := func(what any) { t.Helper(); step(0, floor.Command{Do: what}) }
	step(0, media.Event{Kind: media.Up, Switch: "s", Text: "boot"})
	do(floor.DefineQueue{Queue: "sales", Name: "Sales", Number: "7000", Music: "default", RingFor: 20 * time.Second})
	for _, who := range []string{"ann", "bob"} {
		do(floor.DefineAgent{Agent: orchestrator.AgentID(who), Endpoint: who, Queues: []orchestrator.QueueID{"sales"}, Who: fact.Person{Name: who}})
		step(time.Second, media.Event{Kind: media.Phone, Switch: "s", Text: who, Why: media.PhoneRegistered})
		do(floor.SetStatus{Agent: orchestrator.AgentID(who), Status: orchestrator.Available})
	}
	step(time.Second, media.Event{Kind: media.Arrived, Switch: "s", Legs: []media.Leg{{ID: "c1", To: "7000"}}})
	id := f.InteractionsOn("s")[0].ID
	step(20*time.Second, floor.Tick{}) // ann's phone never rang; bob's does
	step(time.Second, media.Event{Kind: media.Gone, Switch: "s", Leg: "c1", Why: media.CauseHangup})

	read := func(after int64) ([]fact.Entry, error) { // three lines at a time
		return journal[min(int(after), len(journal)):min(int(after)+3, len(journal))], nil
	}
	var out strings.Builder
	if err := tellWhy(&out, id, "en", read); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2026-01-05T09:00:03Z o", "It goes to ann.", "ann: chosen, decided by the longer idle time", "bob: could take it, but another comes first",
		"2026-01-05T09:00:23Z o", "It goes to bob.", "ann: has other work or is not there", "ann has an offer, a call or after-call work.",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("nothing of %q in\n%s", want, &out)
		}
	}
	if err := tellWhy(&out, "i999", "en", read); err == nil || !strings.Contains(err.Error(), "knows no interaction") {
		t.Errorf("one that never was: %v", err)
	}
}
