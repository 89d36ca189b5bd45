// Package memory keeps the journal and the desk in maps, for tests and simulations: the same promises as adapters/postgres
// but durability, shown by the same suite (orchestrator/storagetest). It is not part of the program.
//
// One mutex guards all; a transaction that fails is undone step by step.
package memory

import (
	"sync"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/access"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/place"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/desk/webhook"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
)

// Store is one database. Its methods may be called from several goroutines.
type Store struct {
	now  func() time.Time
	mu   sync.Mutex    // guards all below
	next chan struct{} // closed and made anew at every change

	cell        string
	epoch       int64
	lines       []line
	checkpoints []engine.Checkpoint
	cursors     map[string]int64

	queues       map[orchestrator.QueueID]view.Queue
	switches     map[string]view.Switch
	agents       map[orchestrator.AgentID]view.Agent
	interactions map[orchestrator.InteractionID]view.Interaction

	tickets    map[int64]ticket.Ticket // by the order of opening
	comments   map[int64]ticket.Comment
	history    map[string][]ticket.Change // by service number
	answers    map[string]answer
	nextTicket int64

	messages   map[int64]message
	parts      map[partKey]part
	texts      []text
	optOuts    map[string]notify.OptOut // by number
	recordings map[string]job           // by ID
	erased     map[orchestrator.InteractionID]bool
	erasures   int64
	untold     []desk.Erasure
	keys       map[[32]byte]access.Key
	surveys    map[orchestrator.InteractionID]question

	customers    []record                                 // as they were made
	places       map[place.Sum]orchestrator.InteractionID // by what is kept of a link
	types        map[string]ticket.Type
	hooks        map[string]webhook.Hook
	deliveries   map[int64]delivery
	nextDelivery int64
	accounts     map[orchestrator.AgentID]provision.Account
	trunks       map[orchestrator.TrunkID]provision.Trunk
}

// line is a line of the journal as it is kept: encoded, so that nobody shares memory with it.
type line struct {
	entry  fact.Entry // without Fact
	kind   string
	body   []byte
	person []byte // nil when there is none or it was erased
}

// message is a message of the outbox; due is when it may be claimed.
type message struct {
	notify.SMS
	due time.Time
}

// job is a recording with its work; kept says that the switch still has its copy, claimed that somebody is at work on it.
type job struct {
	recording.Meta
	due           time.Time
	kept, claimed bool
}

// New makes an empty store whose records take their times from now.
func New(now func() time.Time) *Store {
	return &Store{
		now: now, next: make(chan struct{}), cell: "bcdfg", cursors: map[string]int64{},
		queues: map[orchestrator.QueueID]view.Queue{}, switches: map[string]view.Switch{},
		agents:       map[orchestrator.AgentID]view.Agent{},
		interactions: map[orchestrator.InteractionID]view.Interaction{},
		tickets:      map[int64]ticket.Ticket{}, comments: map[int64]ticket.Comment{},
		history: map[string][]ticket.Change{}, answers: map[string]answer{},
		messages: map[int64]message{}, parts: map[partKey]part{}, optOuts: map[string]notify.OptOut{}, recordings: map[string]job{}, keys: map[[32]byte]access.Key{},
		surveys: map[orchestrator.InteractionID]question{}, erased: map[orchestrator.InteractionID]bool{},
		hooks: map[string]webhook.Hook{}, deliveries: map[int64]delivery{},
		accounts: map[orchestrator.AgentID]provision.Account{}, trunks: map[orchestrator.TrunkID]provision.Trunk{},
		types: map[string]ticket.Type{}, places: map[place.Sum]orchestrator.InteractionID{},
	}
}

// Moved returns a channel that is closed at the next change.
func (s *Store) Moved() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next
}

// wake tells everybody who waits that something has changed; mu is held.
func (s *Store) wake() {
	close(s.next)
	s.next = make(chan struct{})
}

// stamp is the time now as a database keeps it.
func (s *Store) stamp() time.Time { return s.now().UTC().Truncate(time.Microsecond) }
