package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"

	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/fact"
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
	if found := search(t, dsn, "15112345"); len(found) < 5 {
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
		query := fmt.Sprintf("select count(*) from %s r where r::text like '%%' || $1 || '%%'", name)
		if err := db.QueryRowContext(t.Context(), query, text).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			found = append(found, name)
		}
	}
	return found
}
