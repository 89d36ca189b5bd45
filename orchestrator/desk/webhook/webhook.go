// Package webhook tells other systems what happens, as CloudEvents 1.0 over HTTP, signed.
//
//	journal ──> React ──> deliveries ──> Sender ──> the other system
//	tickets ──────────────┘  │    ↑
//	                         └─> dead ── sent again by a person
//
// Contract. A delivery is written in the transaction of what it tells, once for each hook that wants it. It leaves at least once,
// always under the same id, by which the other side knows a repetition. Those about one interaction or one ticket leave one after
// the other, in their order; others may overtake. What cannot be delivered is tried again for a day, then it is a dead letter: kept
// for a month, listed, and sent again when a person says so. One hook that fails or is slow holds up no other, and never a call:
// nothing here is awaited by who writes the journal.
//
// A delivery holds no content: that is read when it leaves. So a person who was erased is in none, dead letters included.
//
// It is no second notify.Sender: a text to a customer must never leave twice and is left in doubt instead, an event must arrive and
// may leave twice. They share the pauses (package retry).
package webhook

import (
	"context"
	"time"

	"tandem/orchestrator/fact"
)

// State says whether a hook is served.
type State string

// The states of a hook.
const (
	Active State = "active"
	Paused State = "paused" // nothing new is noted for it, and nothing leaves
)

// Hook is another system that wants to be told.
type Hook struct {
	ID      string
	URL     string
	Events  []string // of Types
	Person  bool     // numbers, names and what was said or keyed in are told too
	State   State
	After   int64 // the last line of the journal when it was made; it is told what comes later
	Created time.Time
	Changed time.Time

	Secret    string    // that deliveries are signed with; see NewSecret
	OldSecret string    // signs too until OldUntil
	OldUntil  time.Time // zero: there is none

	Failures int       // in a row, of the other side as a whole
	Failing  time.Time // since when; zero: it works
	RetryAt  time.Time // nothing leaves before
	Why      string    // the last failure
}

// Standing is how much lies before a hook.
type Standing struct {
	Waiting int
	Oldest  time.Time // of those that wait; zero: none
	Dead    int
}

// Event is something to tell.
type Event struct {
	Type    string
	Lane    string    // events of one lane leave in their order: an interaction, a ticket, or agent/ann, queue/sales, flow/main, decision/parcels
	Seq     int64     // line of the journal; 0: it is about a ticket
	Ticket  string    // service number
	Version int64     // of the ticket
	At      time.Time // when it happened
}

// DeliveryState is where a delivery stands; one that has arrived is forgotten.
type DeliveryState string

// The states of a delivery.
const (
	Queued DeliveryState = "queued"
	Dead   DeliveryState = "dead"
)

// Delivery is an event for a hook.
type Delivery struct {
	ID       int64
	Hook     string
	Event    Event
	State    DeliveryState
	Attempts int
	Why      string    // the last attempt failed
	Queued   time.Time // patience counts from here
}

// Tx is what a transaction that makes events may do.
type Tx interface {
	// WantedHooks returns the active hooks; what was changed elsewhere may be missing for a second.
	WantedHooks(ctx context.Context) ([]Hook, error)
	// QueueDelivery notes an event for a hook; one that is noted already changes nothing.
	QueueDelivery(ctx context.Context, hook string, e Event) error
}

// Outbox hands deliveries to the sender.
type Outbox interface {
	// ActiveHooks returns the active hooks as they are now.
	ActiveHooks(ctx context.Context) ([]Hook, error)
	// ClaimDeliveries leases up to n deliveries of an active hook that are due, only the first of each lane; another claimer does
	// not get them meanwhile. Attempts counts the claims, and tells them apart.
	ClaimDeliveries(ctx context.Context, hook string, n int, lease time.Duration) ([]Delivery, error)
	// ArrivedDelivery forgets a delivery that has arrived.
	ArrivedDelivery(ctx context.Context, d Delivery) error
	// LaterDelivery writes d.State and d.Why of a claimed delivery; Queued is tried again when due comes.
	LaterDelivery(ctx context.Context, d Delivery, due time.Time) error
	// HookWent notes how the other side did: no failures is well.
	HookWent(ctx context.Context, hook string, failures int, why string, retryAt time.Time) error
	// SweepDeliveries makes dead what was queued before the one moment, and forgets the dead queued before the other. It returns
	// how many died.
	SweepDeliveries(ctx context.Context, queued, dead time.Time) (int, error)
}

// Keeper is what a client may do. Errors are *orchestrator.Error: NotFound, and Conflict when there are too many.
type Keeper interface {
	Hooks(ctx context.Context) ([]Hook, error)
	Hook(ctx context.Context, id string) (Hook, error)
	// PutHook makes a hook or changes URL, Events, Person and State of one; the secret counts only when it is made, which the
	// answer tells. A new URL begins without failures.
	PutHook(ctx context.Context, h Hook) (hook Hook, made bool, err error)
	// DeleteHook forgets a hook with all that lies before it.
	DeleteHook(ctx context.Context, id string) error
	// RotateHook gives a hook another secret; the old one signs too until then.
	RotateHook(ctx context.Context, id, secret string, until time.Time) (Hook, error)
	Standing(ctx context.Context, id string) (Standing, error)
	// DeadDeliveries lists the dead letters of a hook, newest first, before an id (0: from the newest).
	DeadDeliveries(ctx context.Context, hook string, before int64, limit int) ([]Delivery, error)
	// ResendDeliveries queues dead letters again: these, or the oldest 1000 when none is named. It returns how many.
	ResendDeliveries(ctx context.Context, hook string, ids []int64) (int, error)
}

// Lines reads the journal.
type Lines interface {
	Entries(ctx context.Context, after int64, limit int) ([]fact.Entry, error)
}
