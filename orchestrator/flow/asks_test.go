package flow_test

import (
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/flow"
)

const asking = "flow: f\nnumbers: ['7000']\nlanguage: en\nstart: a\nnodes:\n"

// TestANodeAsksForRouting: what a node says of priority, skills and a due time is in its move, and two add up.
func TestANodeAsksForRouting(t *testing.T) {
	f, err := flow.Parse("f", asking+"  a: {set: {}, priority: -5, due: 2m, next: b}\n  b: {queue: q, priority: 7, skills: {law: 3}}")
	if err == nil {
		err = f.Check("f", flow.Centre{})
	}
	if err != nil {
		t.Fatal(err)
	}
	line, _ := f.Enter("b", flow.Call{}).Do.(flow.Line)
	both := f.Enter("a", flow.Call{}).Asks.And(line.Asks)
	if both.Priority != 2 || both.Due != 2*time.Minute || len(both.Skills) != 1 || both.Skills[0] != (orchestrator.Skill{ID: "law", Level: 3}) {
		t.Errorf("%+v", both)
	}
	for text, want := range map[string]string{
		"  a: {set: {}, next: b}\n  b: {queue: q}": "or a priority, skills or due beside it",
		"  a: {queue: q, priority: 1001}":          "priority: a number from -1000 to 1000",
		"  a: {queue: q, priority: much}":          "priority: a number from",
		"  a: {queue: q, due: 25h}":                "due: 1s to 24h0m0s",
		"  a: {queue: q, skills: {law: 11}}":       "skill law: level 11 is not from",
		"  a: {queue: q, skills: {law: very}}":     "write each with its level, such as {law: 7}",
		"  a: {queue: q, skills: [law]}":           "skills must be a mapping",
		"  a: {transfer: '1', priority: 1}":        `"priority" means nothing here`,
	} {
		err := publishable("f.yaml", asking+text)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "f.yaml:6: node \"a\"") {
			t.Errorf("%s: want %s; have %v", text, want, err)
		}
	}
}
