package notify

import (
	"context"
	"time"
)

// Route is one way out of the house: an SMPP line, an HTTP gateway, the sink. Its methods may be called from several goroutines.
type Route interface {
	// Name is unique among the routes, and never changes: messages and receipts carry it.
	Name() string
	// Up says whether it makes sense to send now; while no route is up, messages wait without being tried.
	Up() bool
	// Repeats says whether the other side recognises a message that it was given already, by its Key: then a message whose
	// answer was lost is simply sent again.
	Repeats() bool
	// Send hands one message over, or those of its parts that have no ref yet, and returns when the other side has answered
	// or can no longer be waited for. It calls leave with the number of parts exactly once, right before the first octet
	// leaves; when leave answers false, nothing leaves and the fate is Kept. When ctx ends, Send returns soon.
	Send(ctx context.Context, m SMS, leave Leave) Result
}

// Leave notes durably that a message is about to leave, in so many parts. False: it must not.
type Leave func(parts int) bool

// Fate is what became of a message at a route.
type Fate string

// The fates of a message.
const (
	Taken   Fate = "taken"   // the network has it
	Refused Fate = "refused" // the network will never take it: the number or the text is wrong
	Later   Fate = "later"   // surely not taken: throttled, or no line; another route or another time
	Doubt   Fate = "doubt"   // handed over, and the answer is lost
	Kept    Fate = "kept"    // it was not to leave
)

// Result is what a route answers.
type Result struct {
	Fate Fate
	Refs []string // what the network calls all parts that it has taken so far, with those of earlier attempts
	Why  string   // for people; names neither number nor text
	Wait time.Duration
}

// Listener hears what routes hear. A route acknowledges to the network only what the listener has taken: on an error the
// network is to bring it again.
type Listener interface {
	Receipt(ctx context.Context, r Receipt) error
	Text(ctx context.Context, t Text) error
}

// Receipt is what became of one part that the network had taken. It may come before the answer to the part, twice, or never.
type Receipt struct {
	Route   string
	Ref     string // as in Result.Refs
	Message int64  // SMS.ID modulo 65536 where the network gives it back, else -1: it finds a message whose answer was lost
	State   State  // Delivered or Undelivered; Sent: the answer of a doubtful one came after all; "": not final, changes nothing
	Why     string // of Undelivered, such as "UNDELIV 011"
}

// Text is a text from a customer.
type Text struct {
	ID       int64
	Key      string // what the gateway calls it, with which it recognises a repetition; "" when it has no name
	Route    string
	From, To string // From as Country.Canonical writes it
	Text     string
	Word     Word // what it means
	Received time.Time
	Joint    Joint // zero when the text is whole
}

// Joint is how one part of a long text belongs to the others.
type Joint struct {
	Ref         int // of the whole, chosen by the phone
	Total, Part int // Part counts from 1
}

// Inbox keeps what comes from the network, durably before it returns.
type Inbox interface {
	// KeepReceipt settles the message that the receipt belongs to, now or when its answer comes. The first final one counts.
	KeepReceipt(ctx context.Context, r Receipt) error
	// KeepText keeps a text and what it means, in one transaction; meaning is asked when the text is whole. A Key that is there
	// already on that route changes nothing.
	KeepText(ctx context.Context, t Text, meaning func(whole string) Meaning) error
	// SetOptOut puts a number on the list of those that want no messages, or takes it off.
	SetOptOut(ctx context.Context, number string, out bool) error
	// ResendSMS queues a message anew that is unsure, undelivered or failed, because a person has decided so; parts that the network
	// has taken of an unsure or failed one are not sent again. NotFound; Conflict in any other state, and when it was erased.
	ResendSMS(ctx context.Context, id int64) (SMS, error)
}

// Meaning is what a text means and what is answered.
type Meaning struct {
	Word  Word
	Reply SMS // Text "" is no answer
}
