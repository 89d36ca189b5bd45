package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tandem/adapters/postgres"
	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/fact"
)

// following runs the reactors of a program, all of them unless some are given, until stop is called.
func following(t *testing.T, db *postgres.DB, reactions ...desk.Reaction) (stop func()) {
	if len(reactions) == 0 {
		reactions = desk.Reactions()
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, r := range reactions {
		wg.Go(func() {
			if err := db.Follow(ctx, r.Name, r.React); err != nil {
				t.Errorf("the reactor %s has ended: %v", r.Name, err)
			}
		})
	}
	return func() { cancel(); wg.Wait() }
}

// TestTwoProgramsFold lets two programs react while the journal goes from one to the other and back: what one has in hand does
// not hold after the other has worked.
func TestTwoProgramsFold(t *testing.T) {
	dsn := database(t)
	programs := []*postgres.DB{reopen(t, dsn), reopen(t, dsn)}
	defer following(t, programs[0])()
	defer following(t, programs[1])()
	c := &centre{t: t}
	const calls = 24
	for i := range calls {
		db := programs[i/3%2]
		c.j = db.Journal()
		if _, err := c.j.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			c.tell(t.Context(), "", fact.QueueDefined{Queue: "sales", Name: "Sales", Number: "7000"}, fact.AgentDefined{Agent: "ann"})
		}
		c.call(t.Context(), orchestrator.InteractionID(fmt.Sprintf("i%d", i)))
		if _, err := db.WaitFor(t.Context(), c.seq); err != nil {
			t.Fatal(err)
		}
		if i, err := db.Interaction(t.Context(), orchestrator.InteractionID(fmt.Sprintf("i%d", i))); err != nil || i.State != orchestrator.ItemDone {
			t.Fatalf("after WaitFor the call is %+v (%v)", i, err)
		}
	}
	for _, db := range programs {
		for _, r := range desk.Reactions() {
			for seq := int64(0); seq < c.seq; pause(t.Context()) {
				var err error
				if seq, err = db.Cursor(t.Context(), r.Name); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := programs[0].Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if found := search(t, dsn, "notes"); len(found) != 2 { // journal_person, ticket_comment
		t.Errorf("the notes stand in %v", found)
	}
}

// TestErasedBehindTheBack erases in another program while the reactors of this one have the person in hand.
func TestErasedBehindTheBack(t *testing.T) {
	dsn := database(t)
	db := reopen(t, dsn)
	var waiting, held sync.WaitGroup
	erased := make(chan struct{})
	var reactions []desk.Reaction
	for _, r := range desk.Reactions() {
		wait := sync.OnceFunc(func() { waiting.Done(); <-erased })
		waiting.Add(1)
		held.Add(1)
		seen := sync.OnceFunc(held.Done)
		reactions = append(reactions, desk.Reaction{Name: r.Name, React: func(ctx context.Context, tx desk.Tx, e fact.Entry) error {
			switch e.Fact.(type) {
			case fact.AgentDefined:
				seen()
			case fact.TalkEnded:
				wait()
			}
			return r.React(ctx, tx, e)
		}})
	}
	stop := following(t, db, reactions...)
	c := &centre{t: t, j: db.Journal()}
	if _, err := c.j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.tell(t.Context(), "", fact.QueueDefined{Queue: "sales", Name: "Sales", Number: "7000"}, fact.AgentDefined{Agent: "ann"})
	held.Wait()
	c.tell(t.Context(), "i1", fact.InteractionArrived{Switch: "s", To: "7000", Queue: "sales", Who: fact.Person{Number: "+4915112345"}},
		fact.ItemQueued{Queue: "sales"}, fact.OfferMade{Offer: "o", Agent: "ann"}, fact.OfferConnected{Offer: "o", Agent: "ann"},
		fact.TalkEnded{Offer: "o", Agent: "ann"}, fact.WrapUpEnded{Offer: "o", Agent: "ann", Who: fact.Person{Text: "notes"}},
		fact.InteractionEnded{})
	waiting.Wait()
	if _, err := reopen(t, dsn).Erase(t.Context(), "+4915112345"); err != nil {
		t.Fatal(err)
	}
	close(erased)
	for _, r := range reactions {
		for seq := int64(0); seq < c.seq; pause(t.Context()) {
			var err error
			if seq, err = db.Cursor(t.Context(), r.Name); err != nil {
				t.Fatal(err)
			}
		}
	}
	stop()
	for _, trace := range []string{"15112345", "notes"} {
		if found := search(t, dsn, trace); len(found) > 0 {
			t.Errorf("after the erasure %q is in %v", trace, found)
		}
	}
	if tickets, err := db.Tickets(t.Context(), ticket.Filter{}); err != nil || len(tickets) != 1 {
		t.Errorf("the tickets are %+v (%v)", tickets, err)
	}
}

// TestWhatMeansNothingIsNotWritten: a reactor comes far without a row of its own being touched, and a program that starts anew
// reads what was not written once more, without doing anything twice.
func TestWhatMeansNothingIsNotWritten(t *testing.T) {
	dsn := database(t)
	db := reopen(t, dsn)
	stop := following(t, db)
	c := &centre{t: t, j: db.Journal()}
	if _, err := c.j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.tell(t.Context(), "", fact.QueueDefined{Queue: "sales", Name: "Sales", Number: "7000"}, fact.AgentDefined{Agent: "ann"})
	c.call(t.Context(), "i1")
	if _, err := db.WaitFor(t.Context(), c.seq); err != nil { // else the last lines come in one batch with the call
		t.Fatal(err)
	}
	for range 200 {
		c.tell(t.Context(), "", fact.StrayGone{Leg: "stray"})
	}
	if seq, err := db.WaitFor(t.Context(), c.seq); err != nil || seq != c.seq {
		t.Fatalf("the views are at %d of %d (%v)", seq, c.seq, err)
	}
	if seq, err := reopen(t, dsn).Cursor(t.Context(), desk.Views); err != nil || seq >= c.seq {
		t.Errorf("the row stands at %d of %d although the last lines mean nothing (%v)", seq, c.seq, err)
	}
	stop()
	again := reopen(t, dsn)
	defer following(t, again)()
	if _, err := again.WaitFor(t.Context(), c.seq); err != nil {
		t.Fatal(err)
	}
	if found := search(t, dsn, "notes"); len(found) != 2 { // journal_person, ticket_comment
		t.Errorf("the notes stand in %v", found)
	}
}

// TestFollowsWhatOnlyReads: a reactor that comes from far behind, asks the database about each line and writes nothing, gets to the end:
// the cursor that its own transaction holds is let go before it is moved.
func TestFollowsWhatOnlyReads(t *testing.T) {
	dsn := database(t)
	writer := reopen(t, dsn)
	c := &centre{t: t, j: writer.Journal()}
	if _, err := c.j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	for c.seq < 1500 {
		c.tell(t.Context(), "i1", slices.Repeat([]fact.Fact{fact.InteractionEnded{}}, 250)...)
	}
	db := reopen(t, dsn)
	defer following(t, db, desk.Reaction{Name: "reader", React: func(ctx context.Context, tx desk.Tx, e fact.Entry) error {
		_, err := tx.Story(ctx, "nobody", e.Seq)
		return err
	}})()
	limit, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for seq := int64(0); seq < c.seq; pause(limit) {
		var err error
		if seq, err = db.Cursor(limit, "reader"); err != nil {
			t.Fatalf("the reactor hangs: %v", err)
		}
	}
}
