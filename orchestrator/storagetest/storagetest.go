// Package storagetest shows what a store promises, on memory and on a real PostgreSQL alike: a suite of cases over the ports
// of the engine and the desk. A case knows nothing of the store behind the port.
//
//	storagetest.Run(t, func(t *testing.T) storagetest.Store { return memory.New(time.Now) })
package storagetest

import (
	"context"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/access"
	"tandem/orchestrator/desk/customer"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/place"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/desk/survey"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/desk/webhook"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
)

// Store is everything that a store implements.
type Store interface {
	// OpenJournal returns the journal as another program would see it.
	OpenJournal() engine.Journal
	desk.Follower
	view.Reader
	ticket.Desk
	notify.Outbox
	notify.Reader
	notify.Inbox
	survey.Desk
	survey.Book
	recording.Jobs
	recording.Reader
	access.Keys
	customer.Desk
	place.Desk
	webhook.Keeper
	webhook.Outbox
	provision.Store
	// Cursor is the last line that the reactor of that name has committed.
	Cursor(ctx context.Context, reactor string) (int64, error)
	// RebuildViews throws the views away and folds the whole journal again.
	RebuildViews(ctx context.Context) error
	desk.Eraser
	desk.Erasures
}

// Open makes an empty store for one case; it ends with the case.
type Open func(t *testing.T) Store

// deadline bounds every wait of a case.
const deadline = 20 * time.Second

// Run runs all cases.
func Run(t *testing.T, open Open) {
	for _, group := range []struct {
		name  string
		cases []testCase
	}{
		{"journal", journalCases},
		{"reactors", reactorCases},
		{"views", viewCases},
		{"tickets", ticketCases},
		{"ticket types", typeCases},
		{"customers", customerCases},
		{"places", placeCases},
		{"outbox", outboxCases},
		{"inbox", inboxCases},
		{"recordings", recordingCases},
		{"surveys", surveyCases},
		{"keys", keyCases},
		{"webhooks", webhookCases},
		{"provision", provisionCases},
		{"erasure", erasureCases},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.cases {
				t.Run(c.name, func(t *testing.T) {
					ctx, cancel := context.WithTimeout(t.Context(), deadline)
					defer cancel()
					c.run(ctx, t, open(t))
				})
			}
		})
	}
}

type testCase struct {
	name string
	run  func(ctx context.Context, t *testing.T, s Store)
}

// noon is when every story begins.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456000, time.UTC)

// at is a moment of a story.
func at(after time.Duration) time.Time { return noon.Add(after) }

// must ends the case on an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// get ends the case on an error and gives the value otherwise.
func get[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// all reads the whole journal in small pages.
func all(ctx context.Context, t *testing.T, j engine.Journal) []fact.Entry {
	t.Helper()
	var out []fact.Entry
	for {
		page, err := j.Entries(ctx, int64(len(out)), 7)
		must(t, err)
		if len(page) == 0 {
			return out
		}
		out = append(out, page...)
	}
}

// eventually waits until a condition holds. It is for rows that have no signal of their own.
func eventually(ctx context.Context, t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			t.Fatalf("in vain: %s", what)
		case <-tick.C:
		}
	}
}

// kind ends the case unless the error is of a kind.
func kind(t *testing.T, what string, err error, want orchestrator.Kind) {
	t.Helper()
	if have := orchestrator.KindOf(err); have != want {
		t.Fatalf("%s: %q (%v), want %q", what, have, err, want)
	}
}
