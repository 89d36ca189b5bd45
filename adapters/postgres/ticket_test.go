package postgres_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/fact"
)

// TestRatedWhileMoved: a rating that comes while somebody moves the ticket takes nothing of the move back.
func TestRatedWhileMoved(t *testing.T) {
	dsn := database(t)
	db := reopen(t, dsn)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c := &centre{t: t, j: db.Journal()}
	if _, err := c.j.Open(ctx); err != nil {
		t.Fatal(err)
	}
	c.tell(ctx, "", fact.QueueDefined{Queue: "sales", Name: "Sales", Number: "7000", Tickets: fact.TicketAnswered}, fact.AgentDefined{Agent: "ann"})
	c.call(ctx, "i1")
	defer following(t, db)()
	opened := func() (all []ticket.Ticket) {
		for len(all) == 0 || all[0].Disposition == "" {
			pause(ctx)
			var err error
			if all, err = db.Tickets(ctx, ticket.Filter{}); err != nil {
				t.Fatal(err)
			}
		}
		return all
	}
	number := opened()[0].Number

	other, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	moves, err := other.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := moves.ExecContext(ctx, "update ticket set state = 'closed', version = version + 1"); err != nil {
		t.Fatal(err)
	}
	c.tell(ctx, "i1", fact.SurveyAnswered{Queue: "sales", Agent: "ann", Score: 5, Via: fact.ViaKey})
	for waiting := 0; waiting == 0; pause(ctx) {
		if err := other.QueryRowContext(ctx, "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'").Scan(&waiting); err != nil {
			t.Fatal(err)
		}
	}
	if err := moves.Commit(); err != nil {
		t.Fatal(err)
	}
	for score := 0; score == 0; pause(ctx) {
		k, err := db.Ticket(ctx, number)
		if err != nil {
			t.Fatal(err)
		}
		if score = k.Score; score != 0 && k.State != ticket.Closed {
			t.Errorf("the ticket that was closed is %s", k.State)
		}
	}
}
