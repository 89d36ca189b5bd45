// Package access says who may call the API. A key is shown once, when it is made; only its SHA-256 is kept.
package access

import (
	"context"
	"time"
)

// Scope is one right of a key.
type Scope string

// The scopes. Admin includes all others.
const (
	Admin      Scope = "admin"      // define queues and agents, make and revoke keys
	Read       Scope = "read"       // see queues, agents, interactions, tickets, SMS, events
	Agents     Scope = "agents"     // change an agent's status, wrap up
	Tickets    Scope = "tickets"    // comment on tickets and move them
	Recordings Scope = "recordings" // list and download recordings
)

// Scopes lists every scope.
var Scopes = [...]Scope{Admin, Read, Agents, Tickets, Recordings}

// Key is an API key without its secret.
type Key struct {
	ID      string // public part
	Name    string // whose it is
	Scopes  []Scope
	Created time.Time
	Revoked time.Time // zero while it is good
}

// Keys keeps the keys. Errors are *orchestrator.Error.
type Keys interface {
	// AddKey stores a key under the SHA-256 of its secret.
	AddKey(ctx context.Context, k Key, sum [32]byte) error
	// KeyBySum finds the key with that sum; NotFound when there is none. A revoked one is returned with Revoked set.
	KeyBySum(ctx context.Context, sum [32]byte) (Key, error)
	ListKeys(ctx context.Context) ([]Key, error)
	RevokeKey(ctx context.Context, id string, at time.Time) error
}
