package floor

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
)

const (
	maxPriority = 1000
	maxTarget   = 30 * 24 * time.Hour
	maxStep     = 30 * 24 * time.Hour
)

// PlanOf is the plan by which the floor matches the items of a queue, also for whoever asks what would have been (orchestrator/replay).
func PlanOf(q fact.QueueDefined) routing.Plan {
	p := routing.Plan{Version: q.Plan, Strategy: routing.Strategy(q.Strategy)}
	for _, s := range q.Steps {
		p.Steps = append(p.Steps, routing.Step{
			Name: s.Name, If: s.If, Required: s.Required, Preferred: s.Preferred, Also: s.Also, Only: routing.Only(s.Only), Ahead: s.Ahead,
			For: s.For, SkipIf: s.SkipIf, Exit: s.Exit,
		})
	}
	for _, b := range q.Borrow {
		p.Borrow = append(p.Borrow, routing.Borrow{
			From: b.From, Required: b.Required, Media: b.Media, When: routing.Surge(b.When), Until: routing.Surge(b.Until), Recall: routing.Surge(b.Recall), Keep: b.Keep, AtMost: b.AtMost, Hold: b.Hold,
		})
	}
	return p
}

// checkPlan says what is wrong with who takes the items of a queue.
func (f *Floor) checkPlan(q fact.QueueDefined) error {
	if err := PlanOf(q).Check(); err != nil {
		var step *routing.StepError
		if errors.As(err, &step) {
			return wrongStep(step.Step, step.Err.Error())
		}
		return invalid("%s", err)
	}
	if q.Priority < -maxPriority || q.Priority > maxPriority {
		return wrong("priority", "-%d to %d", maxPriority, maxPriority)
	}
	if q.Target < 0 || q.Target > maxTarget {
		return wrong("target_seconds", "0 to 30 days")
	}
	for i, s := range q.Steps {
		if s.Name != "" && badName(s.Name) {
			return wrongStep(i, fmt.Sprintf("name: at most %d characters, no control characters", maxName))
		}
		if s.Ahead < 0 || s.Ahead > 24*time.Hour || s.For > maxStep || s.For != 0 && s.For < time.Second {
			return wrongStep(i, "a head start is 0 to 24 h, a time 1 s to 30 days")
		}
		for _, also := range s.Also {
			if _, ok := f.Queues[also]; !ok && also != q.Queue {
				return wrongStep(i, fmt.Sprintf("also: there is no queue %q", also))
			}
		}
		if _, ok := f.Queues[s.Exit]; s.Exit != "" && (!ok || s.Exit == q.Queue) {
			return wrongStep(i, fmt.Sprintf("exit: there is no other queue %q", s.Exit))
		}
	}
	leadsTo := func(id orchestrator.QueueID) orchestrator.QueueID {
		if id == q.Queue {
			return exitOf(q)
		}
		return exitOf(f.Queues[id])
	}
	if circle := routing.Circle(q.Queue, leadsTo); circle != "" {
		return wrongStep(len(q.Steps)-1, "exit: the queues lead to each other in a circle: "+circle)
	}
	return f.checkBorrows(q)
}

// exitOf is the queue to which the last step of a plan leads; "" is none.
func exitOf(q fact.QueueDefined) orchestrator.QueueID {
	if len(q.Steps) == 0 {
		return ""
	}
	return q.Steps[len(q.Steps)-1].Exit
}

// borrowFields are the fields of rules whose names in the API tell the unit.
var borrowFields = strings.NewReplacer("longest_wait", "longest_wait_seconds", "expected_wait", "expected_wait_seconds", "hold", "hold_seconds")

func (f *Floor) checkBorrows(q fact.QueueDefined) error {
	var rule *routing.BorrowError
	if err := routing.CheckBorrows(q.Queue, PlanOf(q).Borrow); errors.As(err, &rule) {
		return wrong(fmt.Sprintf("borrow.%d.%s", rule.Rule, borrowFields.Replace(rule.Field)), "%s", rule.Say)
	}
	for i, b := range q.Borrow {
		for _, from := range b.From {
			if _, ok := f.Queues[from]; !ok {
				return wrong(fmt.Sprintf("borrow.%d.from", i), "there is no queue %q", from)
			}
		}
	}
	return nil
}

// wrongStep refuses a step, and names its field where the reason begins with one.
func wrongStep(i int, says string) error {
	field := fmt.Sprintf("steps.%d", i)
	name, rest, cut := strings.Cut(says, ": ")
	if cut && slices.Contains([]string{"name", "if", "skip_if", "only", "also", "exit"}, name) {
		return wrong(field+"."+name, "%s", rest)
	}
	return wrong(field, "%s", says)
}

// changeQueue writes down a queue that is otherwise checked. Its plan gets a new version when it is another one.
func (f *Floor) changeQueue(q fact.QueueDefined) error {
	if err := f.checkPlan(q); err != nil {
		return err
	}
	if len(q.Steps) == 0 {
		q.Steps = nil // as the journal gives it back
	}
	if len(q.Borrow) == 0 {
		q.Borrow = nil
	}
	old := f.Queues[q.Queue]
	q.Plan = old.Plan
	if !samePlan(old, q) {
		q.Plan++
	}
	if !reflect.DeepEqual(old, q) {
		f.emit("", q)
		for range maxOverdue { // those beyond follow in the next turns
			if i := f.nextBehind(q.Queue); i != nil {
				f.stepAnew(i)
			}
		}
	}
	return nil
}

func samePlan(a, b fact.QueueDefined) bool {
	return a.Strategy == b.Strategy && a.Priority == b.Priority && a.Target == b.Target && reflect.DeepEqual(a.Steps, b.Steps) && reflect.DeepEqual(a.Borrow, b.Borrow)
}

func (f *Floor) routeQueue(c RouteQueue) error {
	q, ok := f.Queues[c.Queue]
	if !ok {
		return unknownQueue(c.Queue)
	}
	q.Strategy, q.Priority, q.Target, q.Steps, q.Borrow = c.Strategy, c.Priority, c.Target, c.Steps, c.Borrow
	return f.changeQueue(q)
}

func (f *Floor) teachAgent(c TeachAgent) error {
	a := f.Agents[c.Agent]
	if a == nil {
		return unknownAgent(c.Agent)
	}
	if err := routing.CheckSkills(c.Skills); err != nil {
		return wrong("skills", "%s", err)
	}
	if !slices.Equal(a.Skills, c.Skills) {
		skills := slices.Clone(c.Skills)
		f.emit("", fact.AgentDefined{Agent: a.ID, Endpoint: a.Endpoint, Queues: a.Queues, Skills: skills, Weight: a.Weight, Capacity: a.Capacity, Who: a.Who})
	}
	return nil
}

func unknownQueue(id orchestrator.QueueID) error {
	return &orchestrator.Error{Kind: orchestrator.NotFound, Say: fmt.Sprintf("there is no queue %q", id)}
}
