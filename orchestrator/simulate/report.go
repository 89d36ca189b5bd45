package simulate

import (
	"maps"
	"math"
	"slices"

	"tandem/orchestrator/insight"
	"tandem/orchestrator/routing"
)

// Report is what all days together say.
type Report struct {
	Scenario Scenario
	Level    float64 // of the confidence intervals, such as 0.95
	Rows     []Row
	by       estimator
}

// Row is one measure of one thing.
type Row struct {
	Scope   Scope
	Name    string // of the queue, group, skill or agent; "" for total
	Measure string
	Estimate
	values []float64 // day by day
}

// Scope says of what a row tells.
type Scope string

// The scopes.
const (
	Total   Scope = "total"
	OfQueue Scope = "queue"
	OfGroup Scope = "group"
	OfSkill Scope = "skill"
	OfAgent Scope = "agent"
)

// measure is a figure of the callers of a day; false when there is nothing to measure it on.
type measure struct {
	name string
	of   func(Outcome) (float64, bool)
}

func count(of func(Outcome) int64) func(Outcome) (float64, bool) {
	return func(o Outcome) (float64, bool) { return float64(of(o)), true }
}

func ratio(up, down func(Outcome) float64) func(Outcome) (float64, bool) {
	return func(o Outcome) (float64, bool) { return up(o) / down(o), down(o) > 0 }
}

func waited(o Outcome) float64   { return float64(o.Waited) }
func answered(o Outcome) float64 { return float64(o.Answered) }

// measures are what is told of callers, with the words of the glossary; times are in seconds, shares from 0 to 1.
var measures = []measure{
	{"offered", count(func(o Outcome) int64 { return o.Offered() + o.Blocked })},
	{"answered", count(func(o Outcome) int64 { return o.Answered })},
	{"abandoned", count(func(o Outcome) int64 { return o.Abandoned })},
	{"expired", count(func(o Outcome) int64 { return o.Expired })},
	{"blocked", count(func(o Outcome) int64 { return o.Blocked })},
	{"blocked_share", ratio(func(o Outcome) float64 { return float64(o.Blocked) }, func(o Outcome) float64 { return float64(o.Offered() + o.Blocked) })},
	{"abandoned_share", ratio(func(o Outcome) float64 { return float64(o.Abandoned) }, waited)},
	{"delayed_share", ratio(func(o Outcome) float64 { return float64(o.Delayed) }, waited)},
	{"asa_s", ratio(func(o Outcome) float64 { return o.WaitAnswered.Seconds() }, answered)},
	{"wait_s", ratio(func(o Outcome) float64 { return o.WaitAll.Seconds() }, waited)},
	{"longest_wait_s", func(o Outcome) (float64, bool) { return o.LongestWait.Seconds(), o.Waited > 0 }},
	{"aht_s", ratio(func(o Outcome) float64 { return (o.Talk + o.Wrap).Seconds() }, func(o Outcome) float64 { return float64(o.Handled) })},
	{string(insight.SL1), level(insight.SL1)},
	{string(insight.SL2), level(insight.SL2)},
	{string(insight.SL3), level(insight.SL3)},
	{string(insight.SL4), level(insight.SL4)},
	{string(insight.SL5), level(insight.SL5)},
}

func level(f insight.Formula) func(Outcome) (float64, bool) {
	return func(o Outcome) (float64, bool) { return o.ServiceLevel(f) }
}

// NewReport makes a report of days that a scenario gave, with intervals at a level such as 0.95.
func NewReport(s Scenario, days []Day, confidence float64) Report {
	r := Report{Scenario: s, Level: confidence, by: newEstimator(confidence)}
	r.callers(Total, "", days, Day.total)
	for i, q := range s.Queues {
		r.callers(OfQueue, string(q.ID), days, func(d Day) Outcome { return d.Queues[i] })
		if len(q.Plan.Borrow) > 0 {
			r.loans(string(q.ID), days, i)
		}
	}
	if len(days) == 0 {
		return r
	}
	groups, skills, people := make([][]int, len(s.Agents)), map[routing.SkillID][]int{}, days[0].People
	for i, w := range people {
		groups[w.Group] = append(groups[w.Group], i)
		for _, skill := range s.Agents[w.Group].Skills {
			skills[skill.ID] = append(skills[skill.ID], i)
		}
	}
	for i, g := range s.Agents {
		r.people(OfGroup, g.ID, days, groups[i])
	}
	for _, skill := range slices.Sorted(maps.Keys(skills)) {
		r.people(OfSkill, string(skill), days, skills[skill])
	}
	for i, w := range people {
		r.people(OfAgent, string(w.Agent), days, []int{i})
	}
	return r
}

func (r *Report) callers(scope Scope, name string, days []Day, of func(Day) Outcome) {
	for _, m := range measures {
		var values []float64
		for _, d := range days {
			if v, ok := m.of(of(d)); ok {
				values = append(values, v)
			}
		}
		r.add(scope, name, m.name, values)
	}
}

// loans tells of the people who were lent to a queue.
func (r *Report) loans(name string, days []Day, queue int) {
	var count, lent, recalls []float64
	for _, d := range days {
		o := d.Queues[queue]
		count, lent, recalls = append(count, float64(o.Loans)), append(lent, o.Lent.Hours()), append(recalls, float64(o.Recalls))
	}
	r.add(OfQueue, name, "loans", count)
	r.add(OfQueue, name, "lent_hours", lent)
	r.add(OfQueue, name, "recalls", recalls)
}

// people tells of those of the numbers who.
func (r *Report) people(scope Scope, name string, days []Day, who []int) {
	var occupancy, contacts []float64
	for _, d := range days {
		var sum Work
		for _, i := range who {
			w := d.People[i]
			sum.Busy, sum.There, sum.Contacts = sum.Busy+w.Busy, sum.There+w.There, sum.Contacts+w.Contacts
		}
		if sum.There > 0 {
			occupancy = append(occupancy, sum.Busy.Seconds()/sum.There.Seconds())
			contacts = append(contacts, float64(sum.Contacts)/float64(len(who)))
		}
	}
	r.add(scope, name, "occupancy", occupancy)
	r.add(scope, name, "contacts_each", contacts)
}

// add leaves out what no day could measure.
func (r *Report) add(scope Scope, name, measure string, values []float64) {
	if len(values) > 0 {
		r.Rows = append(r.Rows, Row{scope, name, measure, r.by.estimate(values), values})
	}
}

// Names are the things of a scope that there are rows of, in order.
func (r Report) Names(scope Scope) []string {
	var names []string
	for _, row := range r.Rows {
		if row.Scope == scope && (len(names) == 0 || names[len(names)-1] != row.Name) {
			names = append(names, row.Name)
		}
	}
	return names
}

// Find is one estimate; one that was not measured is not a number.
func (r Report) Find(scope Scope, name, measure string) Estimate {
	for _, row := range r.Rows {
		if row.Scope == scope && row.Name == name && row.Measure == measure {
			return row.Estimate
		}
	}
	return Estimate{Mean: math.NaN(), Half: math.NaN()}
}
