package postgres_test

import (
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/fact"
)

// TestAnswersAreKeptForADay: then a key is a new one, and the old row is gone.
func TestAnswersAreKeptForADay(t *testing.T) {
	dsn := database(t)
	db := reopen(t, dsn)
	c := &centre{t: t, j: db.Journal()}
	if _, err := c.j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.tell(t.Context(), "", fact.QueueDefined{Queue: "sales", Name: "Sales", Number: "7000"}, fact.AgentDefined{Agent: "ann"})
	c.call(t.Context(), "i1")
	defer following(t, db)()
	var tickets []ticket.Ticket
	for ; len(tickets) == 0; pause(t.Context()) {
		var err error
		if tickets, err = db.Tickets(t.Context(), ticket.Filter{}); err != nil {
			t.Fatal(err)
		}
	}
	say := func(key, text string) error {
		_, err := db.Comment(t.Context(), key, ticket.Comment{Ticket: tickets[0].Number, Author: "ann", Text: text})
		return err
	}
	for _, key := range []string{"k1", "k2"} {
		if err := say(key, "first"); err != nil {
			t.Fatal(err)
		}
	}
	raw(t, dsn, "update answer set at = at - interval '23 hours'")
	if err := say("k1", "second"); orchestrator.KindOf(err) != orchestrator.Conflict {
		t.Errorf("after 23 hours: %v", err)
	}
	raw(t, dsn, "update answer set at = at - interval '2 hours'")
	if err := say("k1", "second"); err != nil {
		t.Errorf("after 25 hours: %v", err)
	}
	raw(t, dsn, "do $$ begin if (select count(*) from answer) <> 1 then raise 'old answers are kept'; end if; end $$")
}
