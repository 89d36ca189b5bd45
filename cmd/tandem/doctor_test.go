package main

import (
	"strings"
	"testing"

	"tandem/orchestrator/fact"
)

// The doctor names the flows whose callers this program could not lead.
func TestTheDoctorReadsTheFlows(t *testing.T) {
	good := fact.Entry{Fact: fact.FlowPublished{Flow: "main", Version: 1, Numbers: []string{"7000"}, Text: "flow: main\nnumbers: ['7000']\nlanguage: en\nstart: a\nnodes: {a: {hangup: x}}"}}
	if f := readFlows([]fact.Entry{good}); f.err != nil || !strings.HasPrefix(f.says, "1 in force") {
		t.Errorf("%+v", f)
	}
	strange := fact.Entry{Fact: fact.FlowPublished{Flow: "night", Version: 3, Numbers: []string{"7001", "7002"}, Text: "flow: night\nnumbers: ['7001']\nlanguage: en\nstart: a\nnodes: {a: {teleport: x}}"}}
	f := readFlows([]fact.Entry{good, strange})
	if f.err == nil {
		t.Fatal("a flow that cannot be read is well")
	}
	for _, want := range []string{"flow night: version 3", "callers of 7001, 7002 go to the switch's fallback", `night:5: node "a": this node does nothing`} {
		if !strings.Contains(f.err.Error(), want) {
			t.Errorf("nothing of %q in %v", want, f.err)
		}
	}
	if strings.Contains(f.err.Error(), "main") {
		t.Errorf("a good one is named: %v", f.err)
	}
}

// The doctor names the decision tables of which no row would hold.
func TestTheDoctorReadsTheTables(t *testing.T) {
	good := fact.Entry{Fact: fact.RulesPublished{Table: "who", Version: 1, Format: "csv", Text: "queue\na\n"}}
	strange := fact.Entry{Fact: fact.RulesPublished{Table: "night", Version: 3, Format: "csv", Text: "queue\na\n", Edition: 99}}
	if f := readTables([]fact.Entry{good}); f.err != nil || !strings.HasPrefix(f.says, "1 decision table") {
		t.Errorf("%+v", f)
	}
	if f := readTables([]fact.Entry{good, strange}); f.err == nil || !strings.Contains(f.err.Error(), "decision table night: version 3 cannot be read") || strings.Contains(f.err.Error(), "who") {
		t.Errorf("%+v", f)
	}
}
