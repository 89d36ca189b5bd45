package postgres_test

import (
	"testing"
	"time"

	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/fact"
)

// TestClaimsOfTheDeadAreFree: a message that a killed program had claimed does not wait for the end of the lease, and one that a
// living program has claimed does.
func TestClaimsOfTheDeadAreFree(t *testing.T) {
	dsn := database(t)
	dead := reopen(t, dsn)
	c := &centre{t: t, j: dead.Journal()}
	if _, err := c.j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop := following(t, dead)
	c.tell(t.Context(), "", fact.QueueDefined{Queue: "sales", Name: "Sales", Number: "7000"}, fact.AgentDefined{Agent: "ann"})
	c.call(t.Context(), "i1")
	claimed := func() []notify.SMS {
		t.Helper()
		rows, err := dead.ClaimSMS(t.Context(), 10, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	rows := claimed()
	for ; len(rows) == 0; rows = claimed() {
		pause(t.Context())
	}
	stop()
	if again := claimed(); len(again) > 0 {
		t.Fatalf("claimed twice: %+v", again)
	}
	next := reopen(t, dsn)
	woken := next.Queued()
	if _, err := next.Journal().Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-woken:
	default:
		t.Error("the sender is not woken")
	}
	mine, err := next.ClaimSMS(t.Context(), 10, time.Hour)
	if err != nil || len(mine) != 1 || mine[0].Attempts != 2 {
		t.Fatalf("the next program gets %+v (%v)", mine, err)
	}
	if again := claimed(); len(again) > 0 {
		t.Errorf("the dead one takes it back: %+v", again)
	}
}

// TestWhoStandsByBringsNothingHome: its shelf need not be that of the program that decides, and the switch would forget its copy.
func TestWhoStandsByBringsNothingHome(t *testing.T) {
	dsn := database(t)
	db := reopen(t, dsn)
	raw(t, dsn, `insert into recording (id, tape, switch, interaction, queue, agent, state, started) values ('r', 'v', 's', 'i1', 'sales', 'ann', 'stopped', now())`)
	if due, err := db.ClaimRecordings(t.Context(), 1, time.Hour); err != nil || len(due) != 0 {
		t.Errorf("one that stands by gets %+v (%v)", due, err)
	}
	if _, err := db.Journal().Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if due, err := db.ClaimRecordings(t.Context(), 1, time.Hour); err != nil || len(due) != 1 {
		t.Errorf("one that decides gets %+v (%v)", due, err)
	}
}
