package fact

import (
	"time"

	"tandem/orchestrator"
)

type (
	// FlowPublished makes a version of an IVR flow the one that new calls enter; calls inside end on the version they began with.
	FlowPublished struct {
		Flow    orchestrator.FlowID `json:"flow"`
		Version int                 `json:"version"` // from 1, one more each time
		Numbers []string            `json:"numbers"` // dialled numbers that lead here
		Text    string              `json:"text"`    // YAML; orchestrator/flow reads it
	}
	// FlowUnreadable says that this program cannot read the version of a flow that a call is to walk through, or is inside: the caller
	// is handed to the switch's own fallback, and never silently hung up on.
	FlowUnreadable struct {
		Flow    orchestrator.FlowID `json:"flow"`
		Version int                 `json:"version"`
	}
	// FlowEntered begins the walk of a call through a flow.
	FlowEntered struct {
		Flow     orchestrator.FlowID `json:"flow"`
		Version  int                 `json:"version"`
		Language string              `json:"language"`
	}
	// NodeEntered says where in the flow a call is, and why it went there. Who.Text is the key that was pressed (before 2026-11-22 it
	// stood in Via, as "key 3").
	NodeEntered struct {
		Node string `json:"node"`
		Via  string `json:"via,omitempty"` // "key", a state of hours, a condition, "no answer", …
		Who  Person `json:"-"`
	}
	// LanguageChosen says what is spoken with the caller from now on.
	LanguageChosen struct {
		Language string `json:"language"`
	}
	// AttributeSet keeps a value with the call: Who.Text, which may have been keyed in. Of a masked one it is known only that it was
	// keyed in and was right.
	AttributeSet struct {
		Name   string `json:"name"`
		Masked bool   `json:"masked,omitempty"`
		Who    Person `json:"-"`
	}
	// RoutingAsked says what a flow asks of whoever takes the call, from here on: all that it has asked for so far, beside what the
	// queue's plan does.
	RoutingAsked struct {
		Line     bool          `json:"line,omitempty"` // for the line that it comes to now, and not for those after it
		Priority int           `json:"priority,omitempty"`
		Need     string        `json:"need,omitempty"`
		Due      time.Duration `json:"due,omitempty"` // within which it is to be answered; 0 is the queue's target
	}
	// LookupBegun asks a web service on behalf of the flow.
	LookupBegun struct {
		Lookup string    `json:"lookup"`
		Until  time.Time `json:"until"` // after this we stop waiting
	}
	// LookupEnded says whether it answered as expected, or why not.
	LookupEnded struct {
		Lookup string `json:"lookup"`
		Found  bool   `json:"found,omitempty"`
		Why    string `json:"why,omitempty"`
	}
	// QueueLeft takes the work item out of line and back into the flow, without an ending. Who.Text is the key that was pressed.
	QueueLeft struct {
		Queue orchestrator.QueueID `json:"queue"`
		Via   string               `json:"via"`
		Who   Person               `json:"-"`
		Wait  time.Duration        `json:"wait"`
	}
	// CallTransferred hands the customer's leg to an extension of the switch's own dialplan, for good.
	CallTransferred struct {
		Extension string `json:"extension"`
	}
	// SMSAsked sends a text to the caller: Who.Text, as the flow wrote it.
	SMSAsked struct {
		Who Person `json:"-"`
	}
	// TicketAsked opens the ticket of the call, if it has none.
	TicketAsked struct {
		Subject string `json:"subject"`
	}
)

// Kind implements Fact.
func (RoutingAsked) Kind() string { return "routing_asked" }

// Kind implements Fact.
func (FlowPublished) Kind() string { return "flow_published" }

// Kind implements Fact.
func (FlowUnreadable) Kind() string { return "flow_unreadable" }

// Kind implements Fact.
func (FlowEntered) Kind() string { return "flow_entered" }

// Kind implements Fact.
func (NodeEntered) Kind() string { return "node_entered" }

func (f NodeEntered) person() Person { return f.Who }

// Kind implements Fact.
func (LanguageChosen) Kind() string { return "language_chosen" }

// Kind implements Fact.
func (AttributeSet) Kind() string { return "attribute_set" }

func (f AttributeSet) person() Person { return f.Who }

// Kind implements Fact.
func (LookupBegun) Kind() string { return "lookup_begun" }

// Kind implements Fact.
func (LookupEnded) Kind() string { return "lookup_ended" }

// Kind implements Fact.
func (QueueLeft) Kind() string { return "queue_left" }

func (f QueueLeft) person() Person { return f.Who }

// Kind implements Fact.
func (CallTransferred) Kind() string { return "call_transferred" }

// Kind implements Fact.
func (SMSAsked) Kind() string { return "sms_asked" }

func (f SMSAsked) person() Person { return f.Who }

// Kind implements Fact.
func (TicketAsked) Kind() string { return "ticket_asked" }
