// Package desk is everything durable that is not live. Its parts react to the journal, each with a cursor of its own, so that
// a ticket or a message that cannot be written never holds up what clients see:
//
//	journal ──> views ──────> queues, agents, interactions
//	       ├──> tickets ────> tickets, outbox ──> notify.Sender
//	       ├──> recordings ─> jobs ─────────────> recording.Collector
//	       ├──> surveys ────> surveys, outbox ──> survey.Teller, back into the journal
//	       └──> webhooks ───> deliveries ───────> webhook.Sender
package desk

import (
	"context"

	"tandem/orchestrator/desk/place"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/desk/survey"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/desk/webhook"
	"tandem/orchestrator/fact"
)

// Tx is what a store lets reactions do in one transaction.
type Tx interface {
	view.Tx
	ticket.Tx
	recording.Tx
	survey.Tx
	place.Tx
	webhook.Tx
}

// React answers one line of the journal with rows. What it writes and the cursor are there together or not at all.
type React func(ctx context.Context, tx Tx, e fact.Entry) error

// Follower follows the journal.
type Follower interface {
	// Follow calls react for each line after the cursor of that name, in order, each exactly once as far as rows can tell, and
	// returns when ctx ends. A database that is away is waited for. A line that cannot be reacted to ends it with an error that
	// names the line; the lines before it are done, and the cursor stays before it.
	Follow(ctx context.Context, name string, react React) error
}

// Reaction is a reactor by name; the name is also that of its cursor and is never changed.
type Reaction struct {
	Name  string
	React React
}

// Reactions lists all reactors; each is followed in a goroutine of its own. They send nobody a link to a survey.
func Reactions() []Reaction { return ReactionsWith(survey.Inviter{}, place.Linker{}) }

// ReactionsWith lists them with one that invites to surveys and one that texts links to a chat.
func ReactionsWith(inviter survey.Inviter, linker place.Linker) []Reaction {
	return []Reaction{
		{Views, func(ctx context.Context, tx Tx, e fact.Entry) error { return view.React(ctx, tx, e) }},
		{"tickets", func(ctx context.Context, tx Tx, e fact.Entry) error {
			if err := ticket.React(ctx, tx, e); err != nil {
				return err
			}
			return linker.React(ctx, tx, e)
		}},
		{"recordings", func(ctx context.Context, tx Tx, e fact.Entry) error { return recording.React(ctx, tx, e) }},
		{"surveys", func(ctx context.Context, tx Tx, e fact.Entry) error { return inviter.React(ctx, tx, e) }},
		{"webhooks", func(ctx context.Context, tx Tx, e fact.Entry) error { return webhook.React(ctx, tx, e) }},
	}
}

// Views is the reactor that view.Reader.Seq and WaitFor speak of.
const Views = "views"
