// Package notify tells customers, and hears what they text back. A message is written to the outbox in the transaction of the
// business event that caused it, under a key that exists once; a sender then carries it out of the house by one of the routes:
//
//	queued ──> sending ──┬─> sent ──┬─> delivered
//	  ↑ ↓        │       │          └─> undelivered
//	  │ withheld │       ├─> failed        (no receipt: it stays sent)
//	  └──────────┘       └─> unsure ──> delivered, undelivered
//	 surely not taken
//
// No message is lost and none is sent twice: it becomes "sending" durably before its first octet leaves, so that a sender that
// was killed knows afterwards which messages may be out. Those are "unsure": not sent again by a route that cannot recognise
// a repetition, and shown to people; a receipt settles them still.
package notify

import (
	"context"
	"time"

	"tandem/orchestrator"
)

// State of a message.
type State string

// The states of a message.
const (
	Queued      State = "queued"
	Sending     State = "sending"     // handed over, no answer yet
	Sent        State = "sent"        // the network has taken it
	Delivered   State = "delivered"   // a receipt says that the phone has it
	Undelivered State = "undelivered" // a receipt says that it never will; Why says why
	Unsure      State = "unsure"      // the answer was lost: it may have been sent, and is not sent again
	Failed      State = "failed"      // given up; Why says why
	Withheld    State = "withheld"    // the number has opted out
)

// Class of a message.
type Class string

// The classes of a message.
const (
	Ordinary Class = ""
	Urgent   Class = "urgent" // breaks quiet hours
	Reply    Class = "reply"  // answers a text of the customer: at any hour, and to who has just opted out
)

// SMS is one text to one number.
type SMS struct {
	ID          int64
	Key         string // what caused it, such as "ticket.opened:1000017": unique
	Class       Class
	To          string
	Text        string
	Interaction orchestrator.InteractionID
	Ticket      string // service number
	State       State
	Attempts    int
	Why         string
	Route       string   // the last one that was tried
	Parts       int      // how many the text was cut into; 0 until it left
	Refs        []string // what the network calls the parts that it has taken, in their order
	Created     time.Time
	SentAt      time.Time // zero until sent
	ReceiptAt   time.Time // zero until a receipt has settled it
}

// Filter narrows a list; zero fields do not count. Newest come first.
type Filter struct {
	State  State
	Ticket string
	Before int64 // id of the last message of the page before
	Limit  int   // 1 to 200
}

// Tx is what a reaction may do, in one transaction with its cursor.
type Tx interface {
	// QueueSMS puts a message into the outbox; a key that is there already changes nothing.
	QueueSMS(ctx context.Context, m SMS) error
}

// Outbox hands messages to the sender.
type Outbox interface {
	// ClaimSMS leases up to n messages that are due for the time of lease; another claimer does not get them meanwhile. A
	// message in the state sending is one whose sender died on it. Attempts counts the claims, and tells them apart.
	ClaimSMS(ctx context.Context, n int, lease time.Duration) ([]SMS, error)
	// MadeSMS counts the messages made in the span before m, to any of the numbers, to numbers with any of the beginnings, and in all.
	// What failed or was withheld does not count.
	MadeSMS(ctx context.Context, m SMS, span time.Duration, numbers, beginnings []string) (Made, error)
	// LeaveSMS notes that a claimed message leaves by m.Route in m.Parts, and leases it anew; it is durable before it returns.
	// False: the message stays, because it was erased, another claimer has it, or the number m.To has opted out.
	LeaveSMS(ctx context.Context, m SMS, lease time.Duration) (bool, error)
	// SettleSMS writes what came of an attempt: m.State, Why, Route, Parts and Refs. Queued is tried again when due comes.
	// Receipts that were there before the answer count. What is settled stays, but for unsure, which may become sent.
	SettleSMS(ctx context.Context, m SMS, due time.Time) error
}

// Reader lists messages.
type Reader interface {
	Messages(ctx context.Context, f Filter) ([]SMS, error)
	// Texts lists what customers have texted, newest first.
	Texts(ctx context.Context, before int64, limit int) ([]Text, error)
	// OptOuts lists the numbers that want no messages, in their order, from behind a number.
	OptOuts(ctx context.Context, after string, limit int) ([]OptOut, error)
}

// OptOut is a number that wants no messages.
type OptOut struct {
	Number string // as Country.Canonical writes it
	Said   string // the text that asked for it; "" when it was asked for in another way
	Since  time.Time
}
