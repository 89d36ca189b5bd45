// Package ticket keeps requests until they are solved. A call opens one by itself (policy of its queue), exactly once; the
// customer is told its service number after the commit, never before. Every change keeps its own history row.
package ticket

import (
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/fact"
)

// State is where a ticket stands: open ⇄ pending → solved → closed; a solved one can be opened again, a closed one cannot.
type State string

// The states of a ticket.
const (
	Open    State = "open"
	Pending State = "pending" // waits for the customer
	Solved  State = "solved"
	Closed  State = "closed"
)

// Ticket is a request followed to its solution.
type Ticket struct {
	Number      string // service number: digits with a check digit, can be spoken and keyed in
	Type        string // "" has no fields
	Fields      Values // what the type asks for
	Interaction orchestrator.InteractionID
	Queue       orchestrator.QueueID
	Agent       orchestrator.AgentID // who took the call; "" when nobody did
	Customer    string               // number of the customer; "" when erased or withheld
	Subject     string
	Disposition string // as coded by the agent, "" until then
	Score       int    // the customer's rating, 1 to 5; 0 until then
	State       State
	Version     int64 // counts the changes from 1; a change names the version it has seen
	Opened      time.Time
	Changed     time.Time
}

// Comment is a note on a ticket.
type Comment struct {
	ID     int64
	Ticket string // service number
	Author string // agent id or name of the API key
	Text   string
	At     time.Time
}

// Change is a row of a ticket's history: what was changed from what, by whom.
type Change struct {
	Field, From, To, By string
	At                  time.Time
}

// Filter narrows a list; zero fields do not count.
type Filter struct {
	State       State
	Type        string
	Interaction orchestrator.InteractionID
	Queue       orchestrator.QueueID
	Before      string // service number of the last ticket of the page before; newest come first
	Limit       int    // 1 to 200
}

// Tx is what a reaction may do, in one transaction with its cursor.
type Tx interface {
	notify.Tx
	// Story returns what is written about an interaction up to the line upTo, oldest first.
	Story(ctx context.Context, id orchestrator.InteractionID, upTo int64) ([]fact.Entry, error)
	// QueueAt returns a queue as it was defined at the line upTo; NotFound when it was not.
	QueueAt(ctx context.Context, id orchestrator.QueueID, upTo int64) (fact.QueueDefined, error)
	// TicketTypes returns all types of ticket, by id; what was changed elsewhere may be missing for a second.
	TicketTypes(ctx context.Context) ([]Type, error)
	// OpenTicket opens the one ticket of t.Interaction and gives it its service number.
	// The second answer is false when there was one already: then that one is returned and nothing changes. A ticket without an
	// interaction is always opened.
	OpenTicket(ctx context.Context, t Ticket) (Ticket, bool, error)
	// TakeTicket gives the ticket of an interaction to the agent who took the call, and to the queue, where it has none; nothing
	// happens without a ticket, or when it has an agent.
	TakeTicket(ctx context.Context, id orchestrator.InteractionID, by orchestrator.AgentID, queue orchestrator.QueueID, at time.Time) error
	// RateTicket writes the customer's rating on the ticket of an interaction, as Ticket.Rate says, with the words
	// that its survey has; nothing happens without a ticket.
	RateTicket(ctx context.Context, id orchestrator.InteractionID, score int, at time.Time) error
	// DisposeTicket writes the disposition on the ticket of an interaction, the notes as a comment; nothing happens without a ticket.
	DisposeTicket(ctx context.Context, id orchestrator.InteractionID, by orchestrator.AgentID, disposition, notes string, at time.Time) error
}

// Desk is what a client may do. Errors are *orchestrator.Error: NotFound, Conflict (version or state), Invalid.
// A key that is not "" makes a change happen once: for 24 hours the same key with the same content returns the same answer, with
// other content it is a Conflict. Who calls puts the client's own id into the key, so that clients cannot meet.
type Desk interface {
	Ticket(ctx context.Context, number string) (Ticket, error)
	Tickets(ctx context.Context, f Filter) ([]Ticket, error)
	Comments(ctx context.Context, number string) ([]Comment, error)
	History(ctx context.Context, number string) ([]Change, error)
	Comment(ctx context.Context, key string, c Comment) (Comment, error)
	// Move sets the state; version 0 means "whatever it is now".
	Move(ctx context.Context, key, number string, to State, version int64, by string) (Ticket, error)
	// Open opens a ticket that no call asked for, and tells the customer when notice is not nil: it makes the text from the number.
	Open(ctx context.Context, key string, t Ticket, notice func(number string) notify.SMS) (Ticket, error)
	// Amend writes what change makes of the ticket as it is: its subject, type and fields; version 0 means "whatever it is now".
	// Change runs within the transaction and asks the desk for nothing.
	Amend(ctx context.Context, number string, version int64, by string, change func(Ticket) (Ticket, error)) (Ticket, error)
	// TicketTypes returns all types, by id.
	TicketTypes(ctx context.Context) ([]Type, error)
	// PutType makes a type or changes it; tickets keep what they have.
	PutType(ctx context.Context, t Type) (Type, error)
	// DeleteType forgets a type; tickets keep its name and what they have.
	DeleteType(ctx context.Context, id string) error
}
