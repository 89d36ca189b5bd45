package routing

import (
	"fmt"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/condition"
)

// Plan says how items of one queue find people: ordered steps, each with a wider ring than the one before. An item goes from step to
// step as it waits and keeps its place in line. Who drives the plan writes each step down as a fact, with the version.
type Plan struct {
	Version  int      `json:"version,omitempty" yaml:"version"`
	Strategy Strategy `json:"strategy,omitempty" yaml:"strategy"`
	Steps    []Step   `json:"steps,omitempty" yaml:"steps"`   // none is one step that asks for nothing
	Borrow   []Borrow `json:"borrow,omitempty" yaml:"borrow"` // whose idle people take items too in a surge
}

// Step is one ring.
type Step struct {
	Name      string                 `json:"name,omitempty" yaml:"name"`
	If        string                 `json:"if,omitempty" yaml:"if"`               // only people for whom this expression over their skills holds
	Required  []Skill                `json:"required,omitempty" yaml:"required"`   // at these levels; items may ask for more (Item.Need)
	Preferred []Skill                `json:"preferred,omitempty" yaml:"preferred"` // people who have more of them come first
	Also      []orchestrator.QueueID `json:"also,omitempty" yaml:"also"`           // people of these queues too: overflow, lending
	Only      Only                   `json:"only,omitempty" yaml:"only"`           // one person first
	Ahead     time.Duration          `json:"ahead,omitempty" yaml:"ahead"`         // head start that the item gains on entering the step, for good
	For       time.Duration          `json:"for,omitempty" yaml:"for"`             // how long it stays, counted from entry to this step; 0 in the last step: until it ends
	SkipIf    string                 `json:"skip_if,omitempty" yaml:"skip_if"`     // the step is passed over if this expression over a Sight holds on entry
	Exit      orchestrator.QueueID   `json:"exit,omitempty" yaml:"exit"`           // of the last step: the queue to which the item goes on when the time is over, with its place

	fits  *fitting             // If, by Ready
	skips *condition.Condition // SkipIf, by Ready
}

// Only names one person of the customer's.
type Only string

// Whom a step may be for.
const (
	Anybody   Only = ""
	LastAgent Only = "last_agent" // who spoke with the customer last
	Dedicated Only = "dedicated"  // the customer's account manager
)

const maxSteps = 20

// Check says what is wrong with a plan, with the step where it is, or nil.
func (p Plan) Check() error {
	if err := p.Strategy.Check(); err != nil {
		return err
	}
	if len(p.Steps) > maxSteps {
		return fmt.Errorf("%d steps are more than %d", len(p.Steps), maxSteps)
	}
	for i, s := range p.Steps {
		if err := s.check(i == len(p.Steps)-1); err != nil {
			return &StepError{i, err}
		}
	}
	return nil
}

// StepError says what is wrong with a step of a plan.
type StepError struct {
	Step int // from 0
	Err  error
}

func (e *StepError) Error() string { return fmt.Sprintf("steps[%d]: %s", e.Step, e.Err) }
func (e *StepError) Unwrap() error { return e.Err }

func (s Step) check(last bool) error {
	for _, skills := range [][]Skill{s.Required, s.Preferred} {
		if err := CheckSkills(skills); err != nil {
			return err
		}
	}
	switch {
	case last && (s.Only != Anybody || s.SkipIf != ""):
		return fmt.Errorf("the last step is where items stay: it has no one person and nothing to be skipped for")
	case last && (s.For != 0) != (s.Exit != ""):
		return fmt.Errorf("the last step is where items stay: it has a time only with an exit, the queue to which they go on then")
	case !last && s.Exit != "":
		return fmt.Errorf("exit: only the last step leads to another queue")
	case !last && s.For <= 0:
		return fmt.Errorf("say for how long an item stays here; only the last step has no end")
	case !slices.Contains([]Only{Anybody, LastAgent, Dedicated}, s.Only):
		return fmt.Errorf("only: %q is not known; use %s or %s", s.Only, LastAgent, Dedicated)
	}
	if s.If != "" {
		if _, err := fittingOf(s.If); err != nil {
			return err
		}
	}
	if s.SkipIf != "" {
		if _, err := skipOf(s.SkipIf); err != nil {
			return err
		}
	}
	return nil
}

// want is what an item asks for in a step; need must be well formed.
func (p Plan) want(key classKey) want {
	w := want{queues: []orchestrator.QueueID{key.queue}, only: key.only, strategy: p.Strategy, media: key.media}
	if len(p.Steps) > 0 {
		s := p.Steps[min(key.step, len(p.Steps)-1)]
		w.queues = append(w.queues, s.Also...)
		w.required, w.preferred, w.expression = slices.Clone(s.Required), s.Preferred, s.fits
	}
	need, _ := key.need.Skills()
	for _, n := range need {
		if i := slices.IndexFunc(w.required, func(s Skill) bool { return s.ID == n.ID }); i >= 0 {
			w.required[i].Level = max(w.required[i].Level, n.Level)
		} else {
			w.required = append(w.required, n)
		}
	}
	return w
}
