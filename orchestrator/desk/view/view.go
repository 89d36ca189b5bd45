// Package view is what clients read of the live centre: a fold over the journal into rows. It decides nothing.
// Every answer says up to which line of the journal it is true.
package view

import (
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

type (
	// Queue is a line as it stands now.
	Queue struct {
		ID          orchestrator.QueueID
		Name        string
		Number      string
		Greeting    string
		Music       string
		RingFor     time.Duration
		WrapUp      time.Duration
		Tickets     fact.TicketPolicy
		Survey      fact.SurveyPolicy
		Waiting     int       // items in line, offered ones included; those of a switch that is missed are not counted
		OldestSince time.Time // enqueue time of the one that waits longest; zero when nobody waits
	}
	// Agent is a person as they stand now: the three axes, and the work in hand.
	Agent struct {
		ID            orchestrator.AgentID
		Name          string
		Endpoint      string
		Switch        string // that the phone is on; "" where nobody said and nothing is known
		Queues        []orchestrator.QueueID
		Status        orchestrator.Status
		Reason        string
		StatusSince   time.Time
		NotResponding bool
		Phone         orchestrator.Health
		CoolUntil     time.Time
		Offer         orchestrator.OfferID // the call in hand; "" without one, whatever else is in hand
		OfferState    orchestrator.OfferState
		Interaction   orchestrator.InteractionID
	}
	// Interaction is a conversation, living or over.
	Interaction struct {
		ID        orchestrator.InteractionID
		Channel   orchestrator.Channel
		Switch    string // "" for a channel without a line
		From      string // number as given by the network; "" when withheld or erased
		Name      string
		To        string
		Queue     orchestrator.QueueID
		State     orchestrator.ItemState
		Reason    string
		Agent     orchestrator.AgentID // who has or had it
		Score     int                  // the customer's rating, 1 to 5; 0 for none
		Arrived   time.Time
		Queued    time.Time // enqueue time; zero before
		Connected time.Time // zero before
		Ended     time.Time // zero while the customer's leg lives
		Estimated bool      // Ended is when we learnt of it
		AwaySince time.Time // since when its switch is away, while it is live; zero: the switch is there
		// Of a promised call:
		Callback orchestrator.CallbackState
		Attempts int                        // calls of the customer's phone
		Due      time.Time                  // while it waits: when it comes into line; zero else
		Previous orchestrator.InteractionID // the call that it goes on from
	}
	// Switch is a switch that is or was away.
	Switch struct {
		Name   string
		Away   time.Time // since when; zero: it is there
		Missed bool      // its callers do not count as waiting any more
	}
	// Filter narrows a list of interactions; zero fields do not count. Newest come first.
	Filter struct {
		Queue     orchestrator.QueueID
		Agent     orchestrator.AgentID
		State     orchestrator.ItemState
		From      time.Time                  // that arrived then or later; zero is any
		To        time.Time                  // that arrived before; zero is any
		Callbacks bool                       // only promised calls
		Callback  orchestrator.CallbackState // only those in this state
		Live      bool                       // only those whose customer is still there or whose agent still works on them
		Before    string                     // id of the last interaction of the page before
		Limit     int                        // 1 to 200
	}
)

// Tx is what the view's reaction may do, in one transaction with its cursor. Each Put writes one noun; each …Row reads one,
// NotFound when there is none. Waiting and OldestSince of a queue, and AwaySince of an interaction, are found out by the
// reader and never kept.
type Tx interface {
	PutQueue(ctx context.Context, q Queue) error
	PutSwitch(ctx context.Context, s Switch) error
	SwitchRow(ctx context.Context, name string) (Switch, error)
	PutAgent(ctx context.Context, a Agent) error
	PutInteraction(ctx context.Context, i Interaction) error
	AgentRow(ctx context.Context, id orchestrator.AgentID) (Agent, error)
	AgentsAt(ctx context.Context, endpoint string) ([]Agent, error)
	AgentsOn(ctx context.Context, sw string) ([]Agent, error)                 // those whose phone is or may be on that switch
	AgentWith(ctx context.Context, offer orchestrator.OfferID) (Agent, error) // who has that offer in hand
	InteractionRow(ctx context.Context, id orchestrator.InteractionID) (Interaction, error)
}

// Reader answers the questions of clients. Errors are *orchestrator.Error.
type Reader interface {
	Queues(ctx context.Context) ([]Queue, error)
	Queue(ctx context.Context, id orchestrator.QueueID) (Queue, error)
	Agents(ctx context.Context) ([]Agent, error)
	Agent(ctx context.Context, id orchestrator.AgentID) (Agent, error)
	Interactions(ctx context.Context, f Filter) ([]Interaction, error)
	Interaction(ctx context.Context, id orchestrator.InteractionID) (Interaction, error)
	// Timeline returns the facts about one interaction, oldest first; NotFound when there was none.
	Timeline(ctx context.Context, id orchestrator.InteractionID) ([]fact.Entry, error)
	// Flows returns the publications of a flow, newest first, at most 100; of "" the newest of every flow. Each is a
	// fact.FlowPublished.
	Flows(ctx context.Context, id orchestrator.FlowID) ([]fact.Entry, error)
	// Tables returns the publications of a decision table as Flows does those of a flow. Each is a fact.RulesPublished.
	Tables(ctx context.Context, id orchestrator.TableID) ([]fact.Entry, error)
	// Entries returns up to limit lines of the journal after seq, oldest first: the live feed is a loop over it.
	Entries(ctx context.Context, after int64, limit int) ([]fact.Entry, error)
	// Seq is the last line that the view has folded in.
	Seq(ctx context.Context) (int64, error)
	// WaitFor returns when the view has folded in seq, and how far it is then; Unavailable when ctx ends first.
	WaitFor(ctx context.Context, seq int64) (int64, error)
}
