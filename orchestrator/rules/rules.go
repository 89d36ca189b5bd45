// Package rules is the decision table: rows over what is known of a customer and their concern, and for each the queue, the skills, the
// priority and the reason. It is pure: Parse reads a text, Check says what keeps it from being published, Match decides.
//
//	inputs: [problem, tier, amount]
//	rows:
//	  - {when: {problem: security}, queue: vip, priority: 30, reason: account security outranks the rest}
//	  - {when: {problem: [billing, refund], amount: ">= 1000"}, queue: billing, skills: {billing: 7}}
//	  - {when: {tier: gold}, queue: vip, priority: 10}
//	  - {queue: support}
//
// The rows are tried in their order and the first that matches decides (what DMN, Decision Model and Notation, names the hit policy "first"). A row matches when
// each of its cells does; an input that a row does not name may be anything. A cell is a value, a list of values, or a range of
// numbers: 10..20 with both ends, >= 10, > 10, <= 10, < 10. A column with a range compares numbers, every other one texts, letter by letter.
//
// The same table is written as CSV: a line of inputs followed by queue, skills, priority and reason, and a line for each row. There
// "*" or nothing stands for anything, | between several values, and skills are written as "billing>=7 english>=5".
//
// "?" as a value is what is not known: an attribute that nobody set, a number that is withheld. Some inputs are of the moment at which
// the table is asked, by the clock of the zone:
//
//	time                 09:00-18:00, 22:00-06:00; the first minute is within, the last is not
//	weekday              mon, sat, mon-fri; of the moment itself, also after midnight
//	date                 2027-01-01, 2027-02-05/2027-02-11
//	hours:FLOW/CALENDAR  open, closed, holiday: how that calendar of that flow stands
package rules

import (
	"cmp"
	"strings"
	"time"

	"tandem/orchestrator"
)

// Limits of a table that may be published.
const (
	MaxText     = 48 << 10 // bytes
	maxRows     = 300
	maxInputs   = 20
	maxPriority = 1000
	maxReason   = 200 // runes
)

// Table is a text that was read. It is never changed, and safe for use by several goroutines.
type Table struct {
	Inputs []string
	Rows   []Row
	Zone   *time.Location // by whose clock the inputs of the moment go; nil is the centre's

	kinds []kind // of the inputs
	file  string
	size  int
}

// Row is one rule: an outcome, and when it holds.
type Row struct {
	Outcome
	Line  int
	cells []cell // by input
}

// Outcome is what a row decides.
type Outcome struct {
	Queue    orchestrator.QueueID
	Skills   []orchestrator.Skill // beside those of the queue's plan
	Priority int                  // points, beside those of the queue
	Reason   string               // for the reader of a decision
}

// Match is a decision.
type Match struct {
	Outcome
	Row     int    // from 1
	Because string // the values that the row asked for, such as "tier = gold, amount = 1200", "?" for one that is not known; they may tell something of a person
}

// Match finds the first row that holds; false when none does. An input that is not among the values, or "", is
// not known; those of the moment are added by At.
func (t *Table) Match(values map[string]string) (Match, bool) {
	for n, row := range t.Rows {
		if row.holds(t.Inputs, values) {
			return Match{Outcome: row.Outcome, Row: n + 1, Because: row.because(t.Inputs, values)}, true
		}
	}
	return Match{}, false
}

func (r Row) holds(inputs []string, values map[string]string) bool {
	for i, c := range r.cells {
		if !c.holds(values[inputs[i]]) {
			return false
		}
	}
	return true
}

func (r Row) because(inputs []string, values map[string]string) string {
	var out []string
	for i, c := range r.cells {
		if !c.any() {
			out = append(out, inputs[i]+" = "+cmp.Or(values[inputs[i]], notKnown))
		}
	}
	return strings.Join(out, ", ")
}
