// Package customer keeps what is known of those who are served, so that routing can go by it: tier, language, region, the account
// manager, and the channel on which they like to be served. Each address of a customer is a row of its own and belongs to one
// customer; every change keeps its history row.
//
//	customer ──< identity (kind, normalised value, source, verified)
//	         ──< change   (field, from, to, by, at)
//
// An address is where somebody seems to come from, never a proof of who it is: what is found by it serves routing alone, and is
// neither said nor sent to anybody.
package customer

import (
	"context"
	"time"

	"tandem/orchestrator"
)

// Customer is a person or a firm that is served.
type Customer struct {
	ID         string // chosen by the client, as its other systems name the customer
	Name       string
	Tier       string
	Language   string // en, zh, pt-br; "" is not known
	Region     string
	Segment    string
	AgeBand    string
	Dedicated  orchestrator.AgentID // their account manager, "" for none
	Stated     orchestrator.Channel // as preferred, by the customer; "" for none
	Tags       []string
	Identities []Identity
	Habit      Habit // learnt from what was
	Version    int64 // counts the changes from 1
	Created    time.Time
	Changed    time.Time
}

// Kind says what sort of address an identity is.
type Kind string

// The kinds of address.
const (
	Phone  Kind = "phone"
	Email  Kind = "email"
	Chat   Kind = "chat"   // account at the chat server
	Social Kind = "social" // account at a social network
)

// Identity is one address of a customer.
type Identity struct {
	Kind     Kind
	Value    string   // normalised, see Normal
	Source   string   // who says so, such as crm or agent
	Verified bool     // the customer has shown that it is theirs, such as by a one-time code
	Spelled  []string `json:"-"` // the ways in which networks write it; given when a record is written, see Spellings
}

// Change is a row of a customer's history: what was changed from what, by whom.
type Change struct {
	Field, From, To, By string
	At                  time.Time
}

// Filter narrows a list; zero fields do not count.
type Filter struct {
	Kind   Kind   // of the address; "" is any
	Value  string // normalised address
	Before string // id of the last customer of the page before; newest come first
	Limit  int    // 1 to 200
}

// Desk is what a client may do. Errors are *orchestrator.Error.
type Desk interface {
	// Customer is NotFound when there is none.
	Customer(ctx context.Context, id string) (Customer, error)
	// CustomerAt is who has an address, normalised; NotFound when nobody has it.
	CustomerAt(ctx context.Context, kind Kind, value string) (Customer, error)
	Customers(ctx context.Context, f Filter) ([]Customer, error)
	// CustomerHistory lists all changes, oldest first; NotFound when there is no such customer.
	CustomerHistory(ctx context.Context, id string) ([]Change, error)
	// SetCustomer makes a customer of what change makes of the one that is there, or of none when may says that one may be made; else
	// NotFound. Conflict when an address is another customer's. Change runs within the transaction and asks the desk for nothing.
	SetCustomer(ctx context.Context, id string, may bool, by string, change func(Customer) (Customer, error)) (Customer, error)
}
