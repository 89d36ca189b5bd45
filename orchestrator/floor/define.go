package floor

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
)

// What an admin may write. Everything that reaches a switch has a form that can never be read as its syntax.
var (
	idForm          = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)
	numberForm      = regexp.MustCompile(`^[0-9*#]{1,24}$`)
	endpointForm    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$`)
	musicForm       = regexp.MustCompile(`^[A-Za-z0-9_-]{0,40}$`)
	promptsForm     = regexp.MustCompile(`^((prompt|sound):[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*( (prompt|sound):[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*)*)?$`)
	dispositionForm = regexp.MustCompile(`^[a-z0-9_-]{1,64}$`)
)

const (
	maxName    = 64
	maxReason  = 100
	maxNotes   = 4000
	maxPrompts = 500
	maxQueues  = 1000
	maxAgents  = 100_000
)

func (f *Floor) defineQueue(q fact.QueueDefined) error {
	if q.Tickets == "" {
		q.Tickets = fact.TicketAnswered
	}
	if q.Survey == "none" {
		q.Survey = fact.SurveyNone
	}
	if old := f.Queues[q.Queue]; q.Strategy == "" && len(q.Steps) == 0 && len(q.Borrow) == 0 {
		q.Strategy, q.Priority, q.Target, q.Steps, q.Borrow = old.Strategy, old.Priority, old.Target, old.Steps, old.Borrow
	}
	switch {
	case !idForm.MatchString(string(q.Queue)):
		return invalid("queue id: 1 to 63 of a-z, 0-9, _ and -")
	case badName(q.Name):
		return wrong("name", "1 to %d characters, no control characters", maxName)
	case !numberForm.MatchString(q.Number):
		return wrong("number", "1 to 24 of 0-9, * and #")
	case !promptsForm.MatchString(q.Greeting) || len(q.Greeting) > maxPrompts:
		return wrong("greeting", "prompts such as \"prompt:welcome\" (Tandem's own) or \"sound:beep\" (the switch's) with a space between, at most %d characters", maxPrompts)
	case !musicForm.MatchString(q.Music):
		return wrong("music", "the name of a class of music, such as \"default\"")
	case q.RingFor < 5*time.Second || q.RingFor > 2*time.Minute:
		return wrong("ring_seconds", "5 s to 2 min")
	case q.WrapUp < 0 || q.WrapUp > time.Hour:
		return wrong("wrap_up_seconds", "0 to 1 h")
	case q.Tickets != fact.TicketAnswered && q.Tickets != fact.TicketAll && q.Tickets != fact.TicketNever:
		return wrong("tickets", "answered, all or never")
	case q.Survey != fact.SurveyNone && !q.Survey.ByKey() && !q.Survey.BySMS():
		return wrong("survey", "none, key, key+sms or sms")
	case f.Queues[q.Queue].Queue == "" && len(f.Queues) >= maxQueues:
		return &orchestrator.Error{Kind: orchestrator.Limit, Say: "there are too many queues"}
	}
	if err := f.codeAt(q.Number); err != nil {
		return err
	}
	if other := f.queueAt(q.Number); other != "" && other != q.Queue {
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: "number " + q.Number + " leads to queue " + string(other) + " already"}
	}
	if through := f.dialled[q.Number]; through != "" {
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: "number " + q.Number + " leads to flow " + string(through) + " already"}
	}
	return f.changeQueue(q)
}

func (f *Floor) defineAgent(a fact.AgentDefined) error {
	switch {
	case !idForm.MatchString(string(a.Agent)):
		return invalid("agent id: 1 to 63 of a-z, 0-9, _ and -")
	case badName(a.Who.Name):
		return wrong("name", "1 to %d characters, no control characters", maxName)
	case !endpointForm.MatchString(a.Endpoint):
		return wrong("endpoint", "the name of the phone's SIP account, 1 to 63 of letters, digits, _ and -")
	case a.Switch != "" && !slices.Contains(f.cfg.Switches, a.Switch):
		return wrong("switch", "%s", f.unknownSwitch())
	case f.Agents[a.Agent] == nil && len(f.Agents) >= maxAgents:
		return &orchestrator.Error{Kind: orchestrator.Limit, Say: "there are too many agents"}
	}
	if err := routing.CheckSkills(a.Skills); err != nil {
		return wrong("skills", "%s", err)
	}
	for _, q := range a.Queues {
		if _, ok := f.Queues[q]; !ok {
			return invalid("there is no queue %q", q)
		}
	}
	for id, other := range f.Agents {
		if other.Endpoint == a.Endpoint && id != a.Agent {
			return &orchestrator.Error{Kind: orchestrator.Conflict, Say: "phone " + a.Endpoint + " belongs to agent " + string(id) + " already"}
		}
	}
	a.Who = fact.Person{Name: a.Who.Name}
	old := f.Agents[a.Agent]
	if old != nil && a.Skills == nil {
		a.Skills = old.Skills
	}
	if old != nil && a.Weight == 0 && a.Capacity == nil {
		a.Weight, a.Capacity = old.Weight, old.Capacity
	}
	moves := old == nil || old.Endpoint != a.Endpoint || a.Switch != "" && a.Switch != f.home(old)
	if old != nil && f.onPhone(old) && moves {
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: "agent " + string(a.Agent) + " has a call on phone " + old.Endpoint + "; change the phone when it is over"}
	}
	f.emit("", a)
	if moves {
		f.sayPhone(a.Endpoint)
	}
	return nil
}

func badName(name string) bool {
	n := len([]rune(name))
	return n == 0 || n > maxName || strings.ContainsFunc(name, unicode.IsControl)
}
