// Package orchestrator holds the nouns that every room of the house shares:
// the ids, the closed sets of states and endings, and the kinds of error.
// One word, one meaning, in code, API and reports.
//
// It imports nothing of the house and does nothing.
package orchestrator

import "cmp"

// An id names one thing for ever and is never used again. Only [A-Za-z0-9._-].
type (
	// InteractionID names one conversation with one customer on one channel.
	InteractionID string
	// OfferID names one work item offered to one agent.
	OfferID string
	// AgentID names a person who takes work. Chosen by the admin.
	AgentID string
	// QueueID names a line in which work items wait. Chosen by the admin.
	QueueID string
	// TrunkID names a line to the world outside. Chosen by the admin.
	TrunkID string
	// FlowID names an IVR flow. Chosen by the admin.
	FlowID string
	// TableID names a decision table. Chosen by the admin.
	TableID string
)

// CompareIDs orders ids that end in a number as they were made: i9 before i10.
func CompareIDs[T ~string](a, b T) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// Channel is how a customer and the centre speak with each other.
type Channel string

// The channels of interactions.
const (
	ChannelVoice    Channel = "voice"
	ChannelChat     Channel = "chat"
	ChannelEmail    Channel = "email"
	ChannelSMS      Channel = "sms"
	ChannelSocial   Channel = "social"
	ChannelTicket   Channel = "ticket"
	ChannelCallback Channel = "callback" // a promise to ring: whoever takes it dials
)

// ItemState is where a work item stands. The why stands beside it, in a Reason.
type ItemState string

// States of a work item: new → queued → offered → assigned → wrapping → done, or one of the other endings.
const (
	ItemNew       ItemState = "new"
	ItemQueued    ItemState = "queued"
	ItemOffered   ItemState = "offered"
	ItemAssigned  ItemState = "assigned"
	ItemWrapping  ItemState = "wrapping"
	ItemDone      ItemState = "done"
	ItemAbandoned ItemState = "abandoned"
	ItemFlowedOut ItemState = "flowed_out"
	ItemConverted ItemState = "converted_to_callback"
	ItemCanceled  ItemState = "canceled"
	ItemExpired   ItemState = "expired"
)

// Ended says whether nothing more happens to the work item.
func (s ItemState) Ended() bool {
	switch s {
	case ItemDone, ItemAbandoned, ItemFlowedOut, ItemConverted, ItemCanceled, ItemExpired:
		return true
	}
	return false
}

// OfferState is where an offer stands. Every offer has exactly one ending.
type OfferState string

// States of an offer: delivering → alerting → (accepted →) connected → wrapping → completed, or one of the other endings.
const (
	OfferDelivering OfferState = "delivering"
	OfferAlerting   OfferState = "alerting"
	OfferAccepted   OfferState = "accepted" // of a callback: the agent is there, the customer is not yet
	OfferConnected  OfferState = "connected"
	OfferWrapping   OfferState = "wrapping"
	OfferCompleted  OfferState = "completed"

	OfferNoAnswer     OfferState = "no_answer"     // the only ending that counts against the person
	OfferRejected     OfferState = "rejected"      // the person declined
	OfferDeviceFailed OfferState = "device_failed" // busy, unreachable, media error: the phone cools down
	OfferRescinded    OfferState = "rescinded"     // taken back by the centre
	OfferCallerGone   OfferState = "caller_gone"   // the customer hung up first
	OfferLost         OfferState = "lost"          // a crash or a lost line: nobody knows
)

// Ended says whether the offer has had its one ending.
func (s OfferState) Ended() bool {
	switch s {
	case OfferDelivering, OfferAlerting, OfferAccepted, OfferConnected, OfferWrapping:
		return false
	}
	return true
}

// Status is what a person chose to be. It is one of three axes of an agent; slots and device health are the others.
type Status string

// The statuses a person can choose.
const (
	Available Status = "available"
	Away      Status = "away" // with a reason: lunch, training, …
	SignedOut Status = "signed_out"
)

// Health is the state of an agent's phone, a system fact that is never the person's fault.
type Health string

// What is known of a phone.
const (
	HealthUnknown      Health = "unknown"
	HealthRegistered   Health = "registered"
	HealthUnregistered Health = "unregistered"
	HealthBusy         Health = "busy" // with a call that is not ours
)
