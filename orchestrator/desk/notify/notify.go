// Package notify tells customers. A message is written to the outbox in the transaction of the business event that caused it,
// under a key that exists once; a sender then carries it to a gateway and retries with backoff until it is sent or given up.
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
	Queued State = "queued"
	Sent   State = "sent"
	Failed State = "failed" // given up; Why says why
)

// SMS is one text to one number.
type SMS struct {
	ID          int64
	Key         string // what caused it, such as "ticket.opened:1000017": unique
	To          string
	Text        string
	Interaction orchestrator.InteractionID
	Ticket      string // service number
	State       State
	Attempts    int
	Why         string
	Created     time.Time
	SentAt      time.Time // zero until sent
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
	// ClaimSMS leases up to n messages that are due for the time of lease; another claimer does not get them meanwhile.
	ClaimSMS(ctx context.Context, n int, lease time.Duration) ([]SMS, error)
	// SettleSMS writes what came of an attempt: sent (why ""), to be tried again at retry, or failed when retry is zero.
	SettleSMS(ctx context.Context, id int64, why string, retry time.Time) error
}

// Gateway carries messages out of the house. ID of the message is the key under which the gateway can recognise a repetition.
type Gateway interface {
	// Send returns retry true when a later attempt may succeed.
	Send(ctx context.Context, m SMS) (retry bool, err error)
}

// Reader lists messages.
type Reader interface {
	Messages(ctx context.Context, f Filter) ([]SMS, error)
}
