package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/customer"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/webhook"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

// TestErasedIsNowhere searches every row of every table for the number, after a call with all that can come of one.
func TestErasedIsNowhere(t *testing.T) {
	dsn := database(t)
	db := reopen(t, dsn)
	c := &centre{t: t, j: db.Journal()}
	if _, err := c.j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.tell(t.Context(), "", fact.QueueDefined{Queue: "sales", Name: "Sales", Number: "7000"}, fact.AgentDefined{Agent: "ann"})
	c.call(t.Context(), "i1") // from +4915112345
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, r := range desk.Reactions() {
		wg.Go(func() {
			if err := db.Follow(ctx, r.Name, r.React); err != nil {
				t.Error(err)
			}
		})
	}
	var tickets []ticket.Ticket
	for len(tickets) == 0 || tickets[0].Disposition == "" {
		var err error
		if tickets, err = db.Tickets(t.Context(), ticket.Filter{}); err != nil {
			t.Fatal(err)
		}
		pause(t.Context())
	}
	if _, err := db.WaitFor(t.Context(), c.seq); err != nil {
		t.Fatal(err)
	}
	cancel()
	wg.Wait()
	number := tickets[0].Number
	if _, err := db.Move(t.Context(), "key1", number, ticket.Pending, 0, "ann"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Comment(t.Context(), "key2", ticket.Comment{Ticket: number, Author: "ann", Text: "ring +4915112345"}); err != nil {
		t.Fatal(err)
	}
	_, err := db.SetCustomer(t.Context(), "ada", true, "ann", func(c customer.Customer) (customer.Customer, error) {
		c.Name, c.Identities = "Ada of +4915112345", []customer.Identity{{Kind: customer.Phone, Value: "+4915112345", Spelled: []string{"+4915112345", "015112345"}}}
		return c, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found := search(t, dsn, "15112345"); len(found) < 8 {
		t.Fatalf("before the erasure the number is only in %v: the test proves nothing", found)
	}
	if _, err := db.Erase(t.Context(), "+4915112345"); err != nil {
		t.Fatal(err)
	}
	if found := search(t, dsn, "15112345"); len(found) > 0 {
		t.Errorf("after the erasure the number is in %v", found)
	}
	if found := search(t, dsn, "notes"); len(found) > 0 {
		t.Errorf("after the erasure the notes are in %v", found)
	}
}

// search names the tables with a row that holds a text.
func search(t *testing.T, dsn, text string) (found []string) {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var names []string
	rows, err := db.QueryContext(t.Context(), "select tablename from pg_tables where schemaname = 'public'")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		var n int
		// What is kept as bytes, such as a checkpoint, is shown in hexadecimal.
		query := fmt.Sprintf("select count(*) from %s r where r::text like '%%' || $1 || '%%' or r::text like '%%' || encode($1::text::bytea, 'hex') || '%%'", name)
		if err := db.QueryRowContext(t.Context(), query, text).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			found = append(found, name)
		}
	}
	return found
}

// TestErasedFromEveryChannel searches for who wrote: address, name, subject and attributes of work of another channel, told to a webhook
// that gets persons and takes nothing, and held in the floor's memory of who spoke with whom.
func TestErasedFromEveryChannel(t *testing.T) {
	dsn := database(t)
	db := reopen(t, dsn)
	ctx := t.Context()
	h := webhook.Hook{ID: "crm", URL: "https://crm.example/in", Events: webhook.Types(), Person: true, State: webhook.Active, Secret: webhook.NewSecret()}
	if _, _, err := db.PutHook(ctx, h); err != nil {
		t.Fatal(err)
	}
	c := &centre{t: t, j: db.Journal()}
	if _, err := c.j.Open(ctx); err != nil {
		t.Fatal(err)
	}
	c.tell(ctx, "", fact.QueueDefined{Queue: "sales", Name: "Sales", Number: "7000"}, fact.AgentDefined{Agent: "ann"})
	c.tell(ctx, "i1", fact.InteractionOpened{Channel: orchestrator.ChannelEmail, Queue: "sales", Who: fact.Person{Number: "lovelace@example.com", Name: "Lovelace", Text: "lovelace asks"}},
		fact.AttributeSet{Name: "customer", Who: fact.Person{Text: "lovelace"}}, fact.ItemQueued{Queue: "sales"})
	c.tell(ctx, "i1", fact.OfferMade{Offer: "o1", Agent: "ann", Queue: "sales"}, fact.OfferConnected{Offer: "o1", Agent: "ann", Queue: "sales"},
		fact.TalkEnded{Offer: "o1", Agent: "ann"}, fact.WrapUpEnded{Offer: "o1", Agent: "ann", Disposition: "solved", Who: fact.Person{Text: "lovelace is glad"}},
		fact.ItemEnded{State: orchestrator.ItemDone}, fact.InteractionEnded{})
	stop := following(t, db)
	if _, err := db.WaitFor(ctx, c.seq); err != nil {
		t.Fatal(err)
	}
	for waiting := 0; waiting < 9; pause(ctx) {
		s, err := db.Standing(ctx, "crm")
		if err != nil {
			t.Fatal(err)
		}
		waiting = s.Waiting
	}
	stop()
	if _, err := db.SweepDeliveries(ctx, time.Now().Add(time.Hour), time.Time{}); err != nil { // all are dead letters
		t.Fatal(err)
	}
	save := func() {
		t.Helper()
		f := floor.New(floor.Defaults("x"))
		entries, err := c.j.Entries(ctx, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			f.Apply(e)
		}
		state, persons, err := f.Save()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.j.Save(ctx, engine.Checkpoint{Seq: f.Seq, Version: "1", State: state, Persons: persons}); err != nil {
			t.Fatal(err)
		}
	}
	save()
	if found := search(t, dsn, "ovelace"); len(found) < 3 {
		t.Fatalf("before the erasure the name is only in %v: the test proves nothing", found)
	}
	if _, err := db.Erase(ctx, "lovelace@example.com"); err != nil {
		t.Fatal(err)
	}
	c.tell(ctx, "", fact.AgentStatusSet{Agent: "ann", Status: orchestrator.Available})
	save() // Who was erased does not come back with the next one.
	if found := search(t, dsn, "ovelace"); len(found) > 0 {
		t.Errorf("after the erasure the name is in %v", found)
	}
}

// TestErasureLeavesTheDoNotCallList: who is erased is not called again because of that; a number that was taken off the list is forgotten.
func TestErasureLeavesTheDoNotCallList(t *testing.T) {
	dsn := database(t)
	db := reopen(t, dsn)
	c := &centre{t: t, j: db.Journal()}
	if _, err := c.j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	on, off := fact.Person{Number: "+4915112345"}, fact.Person{Number: "+4915167890"}
	for _, f := range []fact.Fact{
		fact.NumberForbidden{Who: on}, fact.NumberAllowed{Who: on}, fact.NumberForbidden{Who: on}, fact.NumberForbidden{Who: off}, fact.NumberAllowed{Who: off},
	} {
		c.tell(t.Context(), "", f)
	}
	c.call(t.Context(), "i1") // from the first
	for _, number := range []string{on.Number, off.Number} {
		if _, err := db.Erase(t.Context(), number); err != nil {
			t.Fatal(err)
		}
	}
	list := map[string]bool{}
	entries, err := c.j.Entries(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		switch x := e.Fact.(type) {
		case fact.NumberForbidden:
			list[x.Who.Number] = true
		case fact.NumberAllowed:
			delete(list, x.Who.Number)
		}
	}
	if !list[on.Number] || len(search(t, dsn, "15167890")) > 0 {
		t.Errorf("after the erasures the list is %v, and the number off it in %v", list, search(t, dsn, "15167890"))
	}
}
