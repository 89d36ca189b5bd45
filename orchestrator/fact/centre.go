package fact

import (
	"time"

	"tandem/orchestrator"
)

type (
	// QueueDefined makes a queue or changes it; calls that wait keep waiting.
	QueueDefined struct {
		Queue    orchestrator.QueueID `json:"queue"`
		Name     string               `json:"name"`
		Number   string               `json:"number"`             // the dialled number that leads here
		Greeting string               `json:"greeting,omitempty"` // prompt URIs, heard before the line; "" is none
		Music    string               `json:"music"`              // class heard while waiting
		RingFor  time.Duration        `json:"ring_for"`           // how long one phone rings
		WrapUp   time.Duration        `json:"wrap_up"`            // longest time for after-call work; 0 is none
		Tickets  TicketPolicy         `json:"tickets"`
		Plan     int                  `json:"plan,omitempty"`     // version of what follows, one more with each change
		Strategy string               `json:"strategy,omitempty"` // who of those that fit takes an item; "" is who has been idle longest
		Priority int                  `json:"priority,omitempty"` // points, each worth a minute of waiting
		Target   time.Duration        `json:"target,omitempty"`   // within which an item is to be answered; 0 is the usual one
		Steps    []Step               `json:"rings,omitempty"`    // who fits, wider as an item waits; none: everybody who serves the queue
		Borrow   []Borrow             `json:"borrow,omitempty"`   // whose idle people take items too in a surge
		Survey   SurveyPolicy         `json:"survey,omitempty"`   // how callers are asked for a rating
	}
	// Step of a plan says who may take an item that waits, for some time.
	Step struct {
		Name      string                 `json:"name,omitempty"`
		If        string                 `json:"if,omitempty"`        // an expression over skills, which holds for whoever may take it
		Required  []orchestrator.Skill   `json:"required,omitempty"`  // all of them, at these levels
		Preferred []orchestrator.Skill   `json:"preferred,omitempty"` // who has more of them comes first
		Also      []orchestrator.QueueID `json:"also,omitempty"`      // people who serve these queues too
		Only      string                 `json:"only,omitempty"`      // last_agent or dedicated: for that person alone
		Ahead     time.Duration          `json:"ahead,omitempty"`     // head start gained on entering the step, for good
		For       time.Duration          `json:"for,omitempty"`       // until the next step, from entry to this one; 0 in the last
		SkipIf    string                 `json:"skip_if,omitempty"`   // an expression under which it is passed over
		Exit      orchestrator.QueueID   `json:"exit,omitempty"`      // of the last: where the item goes on when its time is over
	}
	// AgentDefined makes an agent or changes one. Who.Name is the name shown to others.
	AgentDefined struct {
		Agent    orchestrator.AgentID   `json:"agent"`
		Endpoint string                 `json:"endpoint"`         // SIP account of the agent's phone
		Switch   string                 `json:"switch,omitempty"` // that the phone is on; "" leaves it where it is
		Queues   []orchestrator.QueueID `json:"queues"`
		Skills   []orchestrator.Skill   `json:"skills,omitempty"`
		Weight   int                    `json:"weight,omitempty"`   // share of the work under strategy weighted; 0 is 1
		Capacity *Capacity              `json:"capacity,omitempty"` // nil is the usual one
		Who      Person                 `json:"-"`
	}
	// Capacity is how much a person carries at once. Media classes are voice, chat, message and mail.
	Capacity struct {
		Slots  map[string]int      `json:"slots"`            // the most of each media class; one that is not named: none
		Total  int                 `json:"total,omitempty"`  // the most of all together; 0: no such limit
		During map[string][]string `json:"during,omitempty"` // what else may be in hand when an item of a media class is offered
	}
	// DayBegun ends the day of the centre: what people did today counts anew, until the next one begins.
	DayBegun struct {
		Until time.Time `json:"until"`
	}
	// AgentStatusSet is the choice of a person; it also ends "not responding".
	AgentStatusSet struct {
		Agent  orchestrator.AgentID `json:"agent"`
		Status orchestrator.Status  `json:"status"`
		Reason string               `json:"reason,omitempty"` // of Away
		By     string               `json:"by,omitempty"`     // ByPhone; "" is a client of the API
	}
	// PhoneChanged tells the state of an endpoint.
	PhoneChanged struct {
		Endpoint string              `json:"endpoint"`
		Health   orchestrator.Health `json:"health"`
		Switch   string              `json:"switch,omitempty"` // that told; "" where there is one switch only
	}
	// PersonErased says that somebody was forgotten: these are their interactions, of which the journal holds no person any more. Whoever
	// keeps something of a person in memory forgets it now.
	PersonErased struct {
		Interactions []orchestrator.InteractionID `json:"interactions"`
	}
	// CommandDone remembers the idempotency key of a command that was carried out in this turn.
	CommandDone struct {
		Key   string                     `json:"key"`
		Hash  string                     `json:"hash"`            // of the whole command; the same key with another hash is a conflict
		About orchestrator.InteractionID `json:"about,omitempty"` // the interaction that it opened
	}
)

// TicketPolicy says which calls of a queue open a ticket by themselves.
type TicketPolicy string

// Which calls open a ticket.
const (
	TicketAnswered TicketPolicy = "answered" // calls that an agent took (default)
	TicketAll      TicketPolicy = "all"      // abandoned ones too
	TicketNever    TicketPolicy = "never"
)

// Kind implements Fact.
func (QueueDefined) Kind() string { return "queue_defined" }

// Kind implements Fact.
func (AgentDefined) Kind() string { return "agent_defined" }

func (f AgentDefined) person() Person { return f.Who }

// Kind implements Fact.
func (AgentStatusSet) Kind() string { return "agent_status_set" }

// Kind implements Fact.
func (PhoneChanged) Kind() string { return "phone_changed" }

// Kind implements Fact.
func (PersonErased) Kind() string { return "person_erased" }

// Kind implements Fact.
func (DayBegun) Kind() string { return "day_begun" }

// Kind implements Fact.
func (CommandDone) Kind() string { return "command_done" }
