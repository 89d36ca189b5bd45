package fact

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

type (
	// CallbackRequested says that Tandem calls the customer of this interaction (InteractionOpened has the number, and names as Previous
	// the call that it goes on from). It takes the place that this one kept.
	CallbackRequested struct {
		Switch    string    `json:"switch"`              // that calls
		Since     time.Time `json:"since"`               // enqueue time, in line
		NotBefore time.Time `json:"not_before,omitzero"` // when the customer wants to be called
		Language  string    `json:"language"`            // of what is said
	}
	// CallbackWaits takes a callback out of line, or keeps it out, until a moment. Its place is kept.
	CallbackWaits struct {
		Until  time.Time    `json:"until"`
		Why    CallbackStop `json:"why"`
		Switch string       `json:"switch,omitempty"` // that calls from now on; "" is the one as before
	}
	// OfferAccepted says that the agent has answered for a callback, and hears who is called.
	OfferAccepted struct {
		Offer orchestrator.OfferID `json:"offer"`
		Agent orchestrator.AgentID `json:"agent"`
		Room  media.RoomID         `json:"room"`
		Task  media.TaskID         `json:"task"`
		Until time.Time            `json:"until"` // after this it has been heard, whatever the switch tells
	}
	// AgentTold says that the agent has heard what was said.
	AgentTold struct {
		Offer orchestrator.OfferID `json:"offer"`
		Task  media.TaskID         `json:"task"`
		Why   media.Cause          `json:"why,omitempty"`
	}
	// CustomerDialled is one attempt: the customer's phone is called over a trunk, under the name Leg.
	CustomerDialled struct {
		Offer   orchestrator.OfferID `json:"offer"`
		Leg     media.LegID          `json:"leg"`
		Trunk   string               `json:"trunk"`           // the switch's name of it
		Shown   string               `json:"shown,omitempty"` // our number, that the customer's phone shows
		Attempt int                  `json:"attempt"`         // from 1
		Room    media.RoomID         `json:"room"`            // in which the agent hears how it goes
		Until   time.Time            `json:"until"`           // it rings no longer
	}
	// CustomerGivenUp ends an attempt from our side; the leg is dropped.
	CustomerGivenUp struct {
		Leg    media.LegID `json:"leg"`
		Why    media.Cause `json:"why"`
		Spared bool        `json:"spared,omitempty"` // the attempt does not count: the customer has called in meanwhile
	}
	// CustomerMissed says that an attempt came to nothing, and why. The agent, when still there, hears Prompts.
	CustomerMissed struct {
		Offer   orchestrator.OfferID `json:"offer"`
		Leg     media.LegID          `json:"leg"`
		Attempt int                  `json:"attempt"`
		Why     media.Cause          `json:"why"`
		SIP     int                  `json:"sip,omitempty"`
		Task    media.TaskID         `json:"task,omitempty"`
		Prompts string               `json:"prompts,omitempty"`
		Until   time.Time            `json:"until,omitzero"`
		Spared  bool                 `json:"spared,omitempty"` // it does not count
	}
	// CustomerCalledIn takes a callback out of line because its customer waits in that line as By, who has its place. It stands again
	// (CallbackResumed) or is superseded, whichever comes of that call.
	CustomerCalledIn struct {
		By orchestrator.InteractionID `json:"by"`
	}
	// CallbackResumed says that By has left without having been served: the callback stands again, in its own place and with its attempts.
	CallbackResumed struct {
		By orchestrator.InteractionID `json:"by"`
	}
	// NumberForbidden puts Who.Number on the do-not-call list.
	NumberForbidden struct {
		Who Person `json:"-"`
	}
	// NumberAllowed takes Who.Number off it.
	NumberAllowed struct {
		Who Person `json:"-"`
	}
)

// CallbackStop is why a callback is not in line.
type CallbackStop string

// Why a callback is not in line, or can never be. The causes of a call that came to nothing are added by media.Cause.
const (
	StopNotBefore CallbackStop = "not_before"   // the customer wants to be called later
	StopClosed    CallbackStop = "closed"       // nobody may be called at this hour
	StopHourly    CallbackStop = "hourly_limit" // of the centre is reached
	StopNumber    CallbackStop = "number_limit" // of calls of this number in a day is reached
	StopSwitch    CallbackStop = "other_switch" // calls from now on: the one that was to call has no trunk any more, or is not there at all
)

// Kind implements Fact.
func (CallbackRequested) Kind() string { return "callback_requested" }

// Kind implements Fact.
func (CallbackWaits) Kind() string { return "callback_waits" }

// Kind implements Fact.
func (OfferAccepted) Kind() string { return "offer_accepted" }

// Kind implements Fact.
func (AgentTold) Kind() string { return "agent_told" }

// Kind implements Fact.
func (CustomerDialled) Kind() string { return "customer_dialled" }

// Kind implements Fact.
func (CustomerGivenUp) Kind() string { return "customer_given_up" }

// Kind implements Fact.
func (CustomerMissed) Kind() string { return "customer_missed" }

// Kind implements Fact.
func (CustomerCalledIn) Kind() string { return "customer_called_in" }

// Kind implements Fact.
func (CallbackResumed) Kind() string { return "callback_resumed" }

// Kind implements Fact.
func (NumberForbidden) Kind() string { return "number_forbidden" }

func (f NumberForbidden) person() Person { return f.Who }

// Kind implements Fact.
func (NumberAllowed) Kind() string { return "number_allowed" }

func (f NumberAllowed) person() Person { return f.Who }
