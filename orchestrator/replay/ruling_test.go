package replay_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/replay"
	"tandem/orchestrator/rules"
)

const (
	asWas = "time,caller,queue,skills,priority\n,5550100..5550109,sales,law>=3,4\n08:00-12:00,5550110..5550119,service,,\n,5550130..5550139,service,,-2\n"
	entry = "flow: entry\nnumbers: ['7010']\nlanguage: en\nstart: gold\nnodes:\n  gold: {set: {tier: gold}, priority: 1, next: pick}\n" +
		"  pick: {rules: who, due: 1m, otherwise: bye}\n  bye: {hangup: nobody}\n"
)

// ruledDay is a day on which a decision table leads callers into lines.
func ruledDay(t *testing.T, seed uint64) []fact.Entry {
	c := newCentre(t, seed)
	c.open()
	c.people(3, "sales")
	c.people(2, "service", "sales") // so few that there are lines in which a place counts
	for _, id := range []orchestrator.AgentID{"sales1", "sales2", "service1"} {
		c.step(floor.Command{Do: floor.TeachAgent{Agent: id, Skills: []orchestrator.Skill{{ID: "law", Level: 5}}}})
	}
	c.step(floor.Command{Do: floor.PublishTable{Table: "who", Format: rules.CSV, Text: asWas}})
	c.step(floor.Command{Do: floor.PublishFlow{File: "entry", Text: entry}})
	c.callers(400, "7010")
	c.callers(300, "7000")
	c.live()
	return c.journal
}

func other(t *testing.T, text string) replay.Entries {
	t.Helper()
	table, err := rules.Parse("who", rules.CSV, text)
	if err != nil {
		t.Fatal(err)
	}
	return replay.Entries{Tables: map[orchestrator.TableID]*rules.Table{"who": table}, Zone: time.UTC}
}

// TestTheSameTableChangesNothing: priority, skills and due time of each caller are part of the replay, so that everything falls out as
// it was; and a table that says the same leads nobody elsewhere.
func TestTheSameTableChangesNothing(t *testing.T) {
	for seed := range uint64(2) {
		rec := record(t, ruledDay(t, seed), time.Time{}, time.Time{})
		s, moved, err := rec.Rule(rec.Scenario, other(t, asWas))
		if err != nil {
			t.Fatal(err)
		}
		if moved.Led+moved.Changed+moved.New+moved.Gone+moved.Unknown != 0 || len(moved.Unmet) > 0 {
			t.Errorf("seed %d: %s", seed, moved)
		}
		held, err := rec.Hold(s, moved, .95, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range held.Different[:min(len(held.Different), 3)] {
			t.Errorf("seed %d: %s at %s was %+v, would be %+v", seed, d.ID, d.At.Format("15:04:05"), d.Was, d.Would)
		}
		if held.Compared < 500 {
			t.Errorf("only %d were compared", held.Compared)
		}
	}
}

// TestAnotherTableLeadsElsewhere: to another queue, with other skills, to a queue at last and out of all; who dialled a queue stays.
func TestAnotherTableLeadsElsewhere(t *testing.T) {
	rec := record(t, ruledDay(t, 1), time.Time{}, time.Time{})
	s, moved, err := rec.Rule(rec.Scenario, other(t, "time,caller,queue,skills,priority\n,5550100..5550109,service,law>=3,4\n08:00-12:00,5550110..5550119,service,,8\n,5550120..5550129,sales,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if moved.Led != 100 || moved.Changed < 20 || moved.Changed > 80 || moved.New != 100 || moved.Gone != 100 || moved.Unknown != 0 {
		t.Errorf("%+v", moved)
	}
	before, after := 0, 0
	for i := range s.Queues {
		before, after = before+len(rec.Scenario.Queues[i].Arrivals.Callers), after+len(s.Queues[i].Arrivals.Callers)
	}
	if after != before+moved.New-moved.Gone {
		t.Errorf("%d callers became %d", before, after)
	}
	held, err := rec.Hold(s, moved, .95, nil)
	if err != nil {
		t.Fatal(err)
	}
	led := 0
	for _, d := range held.Different {
		if s.Queues[d.Would.Queue].ID != d.Queue {
			led++
		}
	}
	if led != 100 || held.Compared != before-moved.Gone {
		t.Errorf("%d were led to another queue, %d compared of %d", led, held.Compared, before)
	}
	o := other(t, "queue\nservice\n")
	o.Tables["nix"] = nil
	if _, moved, err := rec.Rule(rec.Scenario, o); err != nil || !slices.Equal(moved.Unmet, []string{"table nix"}) {
		t.Errorf("of a table that nobody was asked about it says %s, %v", moved, err)
	}
	if _, _, err := rec.Rule(rec.Scenario, other(t, "queue\nnight\n")); err == nil {
		t.Error("callers were led to a queue that the scenario does not have")
	}
}

func otherFlow(t *testing.T, text string) replay.Entries {
	t.Helper()
	f, err := flow.Parse("entry", text)
	if err != nil {
		t.Fatal(err)
	}
	return replay.Entries{Flows: map[orchestrator.FlowID]*flow.Flow{"entry": f}, Zone: time.UTC}
}

// TestAnotherFlowAsksForSomethingElse: callers go the same way through it, node by node. The same text changes nothing; a node with
// another queue, another priority or other skills does; one that is no line any more leaves them as they were.
func TestAnotherFlowAsksForSomethingElse(t *testing.T) {
	rec := record(t, ruledDay(t, 1), time.Time{}, time.Time{})
	lines := len(rec.Was.Fates) - 300 // those who dialled a queue are not led by a flow
	for text, want := range map[string]replay.Moved{
		entry: {},
		strings.Replace(entry, "priority: 1,", "priority: -30,", 1):                        {Changed: lines},
		strings.Replace(entry, "due: 1m,", "due: 1m, skills: {law: 2},", 1):                {Changed: lines - 100}, // the table asks 100 for more
		strings.Replace(entry, "rules: who, due: 1m, otherwise: bye", "queue: service", 1): {Led: 100, Changed: lines - 100},
		strings.Replace(entry, "rules: who, due: 1m, otherwise: bye", "hangup: nobody", 1): {Unknown: lines},
	} {
		s, moved, err := rec.Rule(rec.Scenario, otherFlow(t, text))
		if err != nil {
			t.Fatal(err)
		}
		if moved.Led != want.Led || moved.Changed != want.Changed || moved.Unknown != want.Unknown || moved.New+moved.Gone != 0 {
			t.Errorf("%s\n%s, want %+v", text, moved, want)
		}
		held, err := rec.Hold(s, moved, .95, nil)
		if err != nil || held.Compared != len(rec.Was.Fates) || (len(held.Different) > 0) != (want.Led+want.Changed > 0) {
			t.Errorf("%s\n%v: %d of %d differ", text, err, len(held.Different), held.Compared)
		}
	}
}

// TestNobodyIsLedByWhatIsErased: who they were is gone, and so they stay where they were.
func TestNobodyIsLedByWhatIsErased(t *testing.T) {
	var erased []fact.Entry
	for _, e := range ruledDay(t, 1) {
		kind, body, _, err := fact.Encode(e.Fact)
		if err == nil {
			e.Fact, err = fact.Decode(kind, body, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		erased = append(erased, e)
	}
	rec := record(t, erased, time.Time{}, time.Time{})
	_, moved, err := rec.Rule(rec.Scenario, other(t, "queue\nservice\n"))
	if err != nil || moved.Unknown < 200 || moved.Led+moved.Changed+moved.Gone+moved.New != 0 {
		t.Errorf("%+v %v", moved, err)
	}
}

// TestNobodyWasAsked: then nothing is said of it.
func TestNobodyWasAsked(t *testing.T) {
	if said := (replay.Moved{}).String(); said != "" {
		t.Error(said)
	}
}

// TestAReplayNamesWhatItCannotRead, such as a table of a newer program; those who came by it stay as they were.
func TestAReplayNamesWhatItCannotRead(t *testing.T) {
	journal := ruledDay(t, 1)
	for i, e := range journal {
		if x, is := e.Fact.(fact.RulesPublished); is {
			x.Edition = 99
			journal[i].Fact = x
		}
	}
	rec := record(t, journal, time.Time{}, time.Time{})
	if n := len(rec.Notes); n == 0 || !strings.Contains(rec.Notes[n-1].Says, "who, version 1") {
		t.Errorf("%v", rec.Notes)
	}
	if _, moved, err := rec.Rule(rec.Scenario, other(t, "queue\nservice\n")); err != nil || moved.Unknown == 0 || moved.Led > 0 {
		t.Errorf("%+v %v", moved, err)
	}
}
