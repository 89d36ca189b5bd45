package fact

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

type (
	// OfferMade offers the work item to one agent, whose phone is dialled under the name Leg.
	OfferMade struct {
		Offer     orchestrator.OfferID `json:"offer"`
		Agent     orchestrator.AgentID `json:"agent"`
		Queue     orchestrator.QueueID `json:"queue"`
		Leg       media.LegID          `json:"leg"`
		RingUntil time.Time            `json:"ring_until"`
		Fit       int                  `json:"fit,omitempty"`  // people who fitted, whatever they did
		Free      int                  `json:"free,omitempty"` // of them, those who could be offered something
		Next      orchestrator.AgentID `json:"next,omitempty"` // who would have taken it but for Agent
		By        string               `json:"by,omitempty"`   // what it was decided by between the two
		Lent      orchestrator.QueueID `json:"lent,omitempty"` // the queue that lent the agent
	}
	// OfferAlerting says that the phone rings.
	OfferAlerting struct {
		Offer orchestrator.OfferID `json:"offer"`
	}
	// OfferConnected says that the agent answered; both legs share Room and the customer's leg is recorded on Tape.
	OfferConnected struct {
		Offer orchestrator.OfferID `json:"offer"`
		Agent orchestrator.AgentID `json:"agent"`
		Queue orchestrator.QueueID `json:"queue"`
		Room  media.RoomID         `json:"room"`
		Tape  media.TapeID         `json:"tape,omitempty"`
		Wait  time.Duration        `json:"wait"` // queue entry to here
	}
	// OfferEnded ends an offer that was never connected; the work item is back in line unless its own ending follows.
	OfferEnded struct {
		Offer         orchestrator.OfferID    `json:"offer"`
		Agent         orchestrator.AgentID    `json:"agent"`
		State         orchestrator.OfferState `json:"state"`
		Why           media.Cause             `json:"why,omitempty"`
		SIP           int                     `json:"sip,omitempty"`
		CoolUntil     time.Time               `json:"cool_until,omitzero"` // no offers to this agent before
		NotResponding bool                    `json:"not_responding,omitempty"`
		Accepted      bool                    `json:"accepted,omitempty"` // of a callback: the agent was on the phone for it
	}
	// TalkEnded ends the conversation; after-call work begins and lasts until WrapUntil at most.
	TalkEnded struct {
		Offer     orchestrator.OfferID `json:"offer"`
		Agent     orchestrator.AgentID `json:"agent"`
		By        Side                 `json:"by"`
		Why       media.Cause          `json:"why"`
		Tape      media.TapeID         `json:"tape,omitempty"` // the segment that ends with it
		Talk      time.Duration        `json:"talk"`
		WrapUntil time.Time            `json:"wrap_until"`
		Estimated bool                 `json:"estimated,omitempty"`
	}
	// WrapUpEnded completes the offer. Disposition is coded by the agent, "" when the time ran out; Who.Text are the notes.
	WrapUpEnded struct {
		Offer       orchestrator.OfferID `json:"offer"`
		Agent       orchestrator.AgentID `json:"agent"`
		Disposition string               `json:"disposition,omitempty"`
		Wrap        time.Duration        `json:"wrap"`
		// Root is the interaction that this one goes on from first, such as the call before a callback; "" is this one.
		Root orchestrator.InteractionID `json:"root,omitempty"`
		Who  Person                     `json:"-"`
	}
	// LegGone says that the leg of an agent's phone is over: only now can the phone be dialled again.
	LegGone struct {
		Offer orchestrator.OfferID `json:"offer"`
		Leg   media.LegID          `json:"leg"`
		Why   media.Cause          `json:"why"`
	}
)

// Side says who ended a conversation.
type Side string

// Who ended a conversation.
const (
	ByAgent    Side = "agent"
	ByCustomer Side = "customer"
	BySwitch   Side = "switch" // lost, refused, or nobody knows
)

// Kind implements Fact.
func (OfferMade) Kind() string { return "offer_made" }

// Kind implements Fact.
func (OfferAlerting) Kind() string { return "offer_alerting" }

// Kind implements Fact.
func (OfferConnected) Kind() string { return "offer_connected" }

// Kind implements Fact.
func (OfferEnded) Kind() string { return "offer_ended" }

// Kind implements Fact.
func (TalkEnded) Kind() string { return "talk_ended" }

// Kind implements Fact.
func (WrapUpEnded) Kind() string { return "wrap_up_ended" }

func (f WrapUpEnded) person() Person { return f.Who }

// Kind implements Fact.
func (LegGone) Kind() string { return "leg_gone" }
