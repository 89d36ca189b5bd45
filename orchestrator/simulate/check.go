package simulate

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/routing"
)

// The most of everything, so that a slip of the pen ends in a sentence and not in an hour.
const (
	maxDays   = 10_000
	maxLength = 31 * 24 * time.Hour
	maxAgents = 100_000
	maxQueues = 1000
	maxCalls  = 50_000_000 // expected, over all days
)

// WithDefaults fills in what was not said.
func (s Scenario) WithDefaults() Scenario {
	if s.Days == 0 {
		s.Days = 10
	}
	if s.Target == 0 {
		s.Target = 20 * time.Second
	}
	if s.Short == 0 {
		s.Short = min(5*time.Second, s.Target)
	}
	s.Queues, s.Agents = slices.Clone(s.Queues), slices.Clone(s.Agents)
	for i := range s.Queues {
		if s.Queues[i].Media == "" {
			s.Queues[i].Media = routing.Voice.String()
		}
	}
	for i := range s.Agents {
		g := &s.Agents[i]
		if g.Count == 0 {
			g.Count = len(g.People)
		}
		if g.Pace == 0 {
			g.Pace = 1
		}
		if g.End == 0 {
			g.End = s.Length
		}
		if len(g.Slots) == 0 {
			g.Slots = map[string]int{routing.Voice.String(): 1}
		}
	}
	return s
}

// Check says what is wrong with a scenario that has its defaults, as an *Error, or nil.
func (s Scenario) Check() error {
	switch {
	case s.Length <= 0 || s.Length > maxLength:
		return at("length", "say how long a day is, at most %s", maxLength)
	case s.Days < 1 || s.Days > maxDays:
		return at("days", "1 to %d", maxDays)
	case s.Warm < 0 || s.Warm > maxLength || s.Warm > 0 && !s.Steady:
		return at("warm", "goes with steady, at most %s", maxLength)
	case s.Target < 0 || s.Short < 0 || s.Short > s.Target:
		return at("short", "0 to target")
	case s.Lines < 0:
		return at("lines", "is below zero")
	case len(s.Queues) == 0 || len(s.Queues) > maxQueues:
		return at("queues", "1 to %d", maxQueues)
	case len(s.Agents) == 0:
		return at("agents", "there is nobody to answer")
	}
	for i, q := range s.Queues {
		if slices.ContainsFunc(s.Queues[:i], func(o Queue) bool { return o.ID == q.ID }) {
			return at(fmt.Sprintf("queues[%d].id", i), "%q stands there twice", q.ID)
		}
		if err := s.checkQueue(q); err != nil {
			return in(fmt.Sprintf("queues[%d]", i), err)
		}
	}
	for i, q := range s.Queues {
		if circle := routing.Circle(q.ID, s.exitOf); circle != "" {
			return at(fmt.Sprintf("queues[%d].plan.steps[%d].exit", i, len(q.Plan.Steps)-1), "the queues lead to each other in a circle: %s", circle)
		}
	}
	if calls := s.Expected(); calls > maxCalls {
		return at("days", "%.0f calls over all days are more than %d", calls, maxCalls)
	}
	people := 0
	for i, g := range s.Agents {
		if err := s.checkGroup(g, s.Agents[:i]); err != nil {
			return in(fmt.Sprintf("agents[%d]", i), err)
		}
		if people += g.Count; people > maxAgents {
			return at(fmt.Sprintf("agents[%d].count", i), "more than %d people", maxAgents)
		}
	}
	return nil
}

// Expected is how many calls come over all days.
func (s Scenario) Expected() float64 {
	calls := 0.0
	for _, q := range s.Queues {
		calls += q.Arrivals.expected(s.Length)
	}
	return calls * float64(s.Days)
}

func (s Scenario) checkQueue(q Queue) error {
	if q.ID == "" {
		return at("id", "every queue has one")
	}
	if _, ok := routing.MediaNamed(q.Media); !ok {
		return at("media", "%q is not known; use voice, chat, message or mail", q.Media)
	}
	if err := q.Arrivals.check(s.Length); err != nil {
		return in("arrivals", err)
	}
	if q.Service.Is == "" {
		return at("service", "say how long a call takes, such as {is: exponential, mean: 180s}")
	}
	if err := in("service", q.Service.check()); err != nil {
		return err
	}
	if err := in("wrap", q.Wrap.check()); err != nil {
		return err
	}
	if err := in("patience", q.Patience.check()); err != nil {
		return err
	}
	if err := in("ring", q.Ring.check()); err != nil {
		return err
	}
	if err := in("plan", q.Plan.Check()); err != nil {
		return err
	}
	if err := s.checkBorrows(q); err != nil {
		return err
	}
	for i, step := range q.Plan.Steps {
		for _, also := range step.Also {
			if !s.known(also) {
				return at(fmt.Sprintf("plan.steps[%d].also", i), "there is no queue %q", also)
			}
		}
		if step.Exit != "" && !s.known(step.Exit) {
			return at(fmt.Sprintf("plan.steps[%d].exit", i), "there is no queue %q", step.Exit)
		}
	}
	return nil
}

func (s Scenario) checkBorrows(q Queue) error {
	var wrong *routing.BorrowError
	if err := routing.CheckBorrows(q.ID, q.Plan.Borrow); errors.As(err, &wrong) {
		return at(fmt.Sprintf("plan.borrow[%d].%s", wrong.Rule, wrong.Field), "%s", wrong.Say)
	}
	for i, b := range q.Plan.Borrow {
		for _, from := range b.From {
			if !s.known(from) {
				return at(fmt.Sprintf("plan.borrow[%d].from", i), "there is no queue %q", from)
			}
		}
	}
	return nil
}

// exitOf is the queue to which the plan of another leads; "" is none.
func (s Scenario) exitOf(id orchestrator.QueueID) orchestrator.QueueID {
	n := slices.IndexFunc(s.Queues, func(q Queue) bool { return q.ID == id })
	if n < 0 || len(s.Queues[n].Plan.Steps) == 0 {
		return ""
	}
	plan := s.Queues[n].Plan
	return plan.Steps[len(plan.Steps)-1].Exit
}

func (s Scenario) known(id orchestrator.QueueID) bool {
	return slices.ContainsFunc(s.Queues, func(q Queue) bool { return q.ID == id })
}

func (s Scenario) checkGroup(g Group, before []Group) error {
	switch {
	case g.ID == "":
		return at("id", "every group has one")
	case slices.ContainsFunc(before, func(o Group) bool { return o.ID == g.ID }):
		return at("id", "%q stands there twice", g.ID)
	case g.Count < 1:
		return at("count", "at least 1")
	case len(g.People) > 0 && g.Count != len(g.People):
		return at("count", "%d people are named; leave count out", len(g.People))
	case g.Pace <= 0 || g.Pace > 100:
		return at("pace", "above 0, at most 100")
	case g.Weight < 0:
		return at("weight", "is below zero")
	case g.Begin < 0 || g.End <= g.Begin || g.End > s.Length:
		return at("end", "a shift lies within the day and ends after it begins")
	case s.Steady && (g.Begin != 0 || g.End != s.Length):
		return at("begin", "in a steady scenario everybody is always there")
	}
	for i, q := range g.Queues {
		if !s.known(q) {
			return at(fmt.Sprintf("queues[%d]", i), "there is no queue %q", q)
		}
	}
	for name, n := range g.Slots {
		if _, ok := routing.MediaNamed(name); !ok || n < 0 || n > 100 {
			return at("slots", "%s: %d is not a number of slots of voice, chat, message or mail", name, n)
		}
	}
	if err := s.checkPeople(g, before); err != nil {
		return err
	}
	return in("skills", routing.CheckSkills(g.Skills))
}
