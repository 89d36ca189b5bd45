package rules

import (
	"errors"
	"strings"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/problem"
)

const inYAML = `inputs: [problem, tier, amount]
rows:
  - {when: {problem: security}, queue: vip, priority: 30, reason: account security outranks the rest}
  - {when: {problem: [billing, refund], amount: ">= 1000"}, queue: billing, skills: {billing: 7, english: 2}}
  - {when: {tier: gold, amount: 10..20}, queue: vip, priority: 10}
  - {queue: support}
`

const inCSV = `problem,tier,amount,queue,skills,priority,reason
security,*,,vip,,30,account security outranks the rest
billing|refund,,>= 1000,billing,billing>=7 english>=2,,
,gold,10..20,vip,,10,
,,,support,,,
`

func parse(t *testing.T, format Format, text string) *Table {
	t.Helper()
	table, err := Parse("t", format, text)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestTheFirstRowThatHolds decides the same by the table in both formats.
func TestTheFirstRowThatHolds(t *testing.T) {
	for format, text := range map[Format]string{YAML: inYAML, CSV: inCSV} {
		table := parse(t, format, text)
		if err := table.Check(Centre{}); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		for _, c := range []struct {
			values        map[string]string
			row, priority int
			queue         orchestrator.QueueID
			skills        int
			because       string
		}{
			{map[string]string{"problem": "security", "tier": "gold", "amount": "15"}, 1, 30, "vip", 0, "problem = security"},
			{map[string]string{"problem": "refund", "amount": "1000"}, 2, 0, "billing", 2, "problem = refund, amount = 1000"},
			{map[string]string{"problem": "refund", "amount": "999.99"}, 4, 0, "support", 0, ""},
			{map[string]string{"tier": "gold", "amount": "20"}, 3, 10, "vip", 0, "tier = gold, amount = 20"},
			{map[string]string{"tier": "gold", "amount": "20.01"}, 4, 0, "support", 0, ""},
			{map[string]string{"tier": "gold", "amount": "Inf"}, 4, 0, "support", 0, ""},
			{nil, 4, 0, "support", 0, ""},
		} {
			m, ok := table.Match(c.values)
			if !ok || m.Row != c.row || m.Queue != c.queue || m.Priority != c.priority || len(m.Skills) != c.skills || m.Because != c.because {
				t.Errorf("%s: %v matched %+v", format, c.values, m)
			}
		}
	}
	if m, ok := parse(t, CSV, "tier,queue\ngold,vip\n").Match(map[string]string{"tier": "silver"}); ok {
		t.Errorf("no row holds, and there is %+v", m)
	}
}

// TestWhatIsWrong is told with its line, its row and its column.
func TestWhatIsWrong(t *testing.T) {
	queue := func(id orchestrator.QueueID) bool { return id == "vip" }
	for _, c := range []struct {
		format Format
		text   string
		says   string
	}{
		{CSV, "tier,queue\ngold,vip\ngold,vip\n", "t:3: row 2: this row can never decide: row 1 before it takes every case of it"},
		{CSV, "tier,n,queue\ngold,<10,vip\n*,>=10,vip\ngold,5..15,vip\n", "t:4: row 3: this row can never decide: rows 1 and 2 before it take every case"},
		{CSV, "n,queue\n1..5,vip\n7,vip\n1..7,vip\n2|7,vip\n", "t:5: row 4: this row can never decide: rows 1, 2 and 3 before"},
		{CSV, "tier,queue\ngold,sales\n", "t:2: row 1, queue: there is no queue \"sales\""},
		{CSV, "n,queue\n9..3,vip\n", "row 1, n: no number is within this range"},
		{CSV, "n,queue\n>3,vip\nmany,vip\n", "t:3: row 2, n: \"many\" is no number"},
		{CSV, "n,queue\n>x,vip\n", "row 1, n: \">x\": a range is written as"},
		{CSV, "tier,queue\ngold|gold,vip\n", "row 1, tier: \"gold\" stands there twice"},
		{CSV, "tier,queue\ngold|,vip\n", "one of several values is empty"},
		{CSV, "tier,queue,skills\ngold,vip,law\n", "row 1, skills: need \"law\": write skill>=level"},
		{CSV, "tier,queue,skills\ngold,vip,law>=11\n", "row 1, skills: skill law: level 11"},
		{CSV, "tier,queue,priority\ngold,vip,high\n", "row 1, priority: a whole number"},
		{CSV, "tier,queue,priority\ngold,vip,1001\n", "row 1, priority: -1000 to 1000"},
		{CSV, "tier\ngold\n", "queue: this column is missing"},
		{CSV, "tier,queue\ngold,vip,more\n", "t:2: row 1: this cannot be read as CSV"},
		{CSV, "tier,queue\n", "1 to 300 rows"},
		{CSV, "Tier,queue\ngold,vip\n", "inputs: \"Tier\": an input has"},
		{CSV, "tier,tier,queue\ngold,,vip\n", "inputs: \"tier\" stands there twice"},
		{YAML, "inputs: [tier]\nrows:\n  - when: {teir: gold}\n    queue: vip\n", "t:3: row 1: \"teir\" is not known here; there are tier"},
		{YAML, "inputs: [tier]\nrows:\n  - when: {tier: []}\n    queue: vip\n", "t:3: row 1, tier: an empty list"},
		{CSV, "time,queue\n9-18,vip\n", "t:2: row 1, time: \"9-18\" are no hours"},
		{CSV, "time,queue\n?,vip\n", "t:2: row 1, time: \"?\" are no hours"},
		{CSV, "weekday,queue\nmonday,vip\n", "row 1, weekday: \"monday\" are no days"},
		{CSV, "weekday,queue\nmon-fri|fri,vip\n", "row 1, weekday: \"fri\" stands there twice"},
		{CSV, "date,queue\n2027-02-30,vip\n", "row 1, date: \"2027-02-30\" is no day"},
		{CSV, "hours:main/office,queue\nshut,vip\n", "a calendar is open, closed or holiday"},
		{CSV, "hours:main/office,queue\nopen,vip\n", "inputs: flow \"main\" has no calendar \"office\""},
		{CSV, "time@Mars,queue\n,vip\n", "t:1: zone: there is no time zone \"Mars\""},
		{CSV, "time@UTC,date@Asia/Shanghai,queue\n,,vip\n", "a table goes by one clock"},
		{CSV, "time@,queue\n,vip\n", "there is no time zone \"\""},
		{CSV, "tier,queue\n?|gold|?,vip\n", "row 1, tier: \"?\" stands there twice"},
		{CSV, "tier,queue\n?,vip\n?,vip\n", "row 2: this row can never decide: row 1"},
		{CSV, "hours:m/o,queue\nopen|closed,vip\nholiday,vip\n,vip\n", "row 3: this row can never decide: rows 1 and 2"},
		{YAML, "zone: UTC\ninputs: [tier]\nrows:\n  - {queue: vip}\n", "t:1: zone: a zone is that of time"},
		{YAML, "inputs: [tier]\n", "rows is missing"},
		{YAML, "inputs: [", "this cannot be read as YAML"},
		{"xls", "", "format \"xls\" is not known"},
	} {
		table, err := Parse("t", c.format, c.text)
		if err == nil {
			err = table.Check(Centre{Queue: queue, Calendar: func(c Calendar) bool { return c.Flow == "m" }})
		}
		var all problem.List
		if !errors.As(err, &all) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: got %v, want %s", c.text, err, c.says)
		}
	}
}

func TestNotes(t *testing.T) {
	for text, want := range map[string]string{
		"tier,n,queue\ngold,,vip\n,<5,vip\n,>5,vip\n":  "tier = (something else), n = 5;",
		"tier,n,queue\ngold,,vip\n,<5,vip\n,>=5,vip\n": "tier = (something else), n = (no number);",
		"tier,queue\ngold,vip\n,support\n":             "",
	} {
		notes := parse(t, CSV, text).Notes()
		if len(notes) != min(len(want), 1) || len(notes) == 1 && !strings.Contains(notes.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, notes, want)
		}
	}
}
