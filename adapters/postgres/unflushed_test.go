package postgres_test

import (
	"context"
	"log/slog"
	"strconv"
	"syscall"
	"testing"
	"time"

	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
	"tandem/adapters/postgres"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/fact"
)

// TestReactionsDoNotWaitForTheDisk kills a server that has not flushed anything by itself: what a reactor has written is gone, its cursor
// with it, and the next one to follow writes it once. What it reacted to, the journal, is all there.
func TestReactionsDoNotWaitForTheDisk(t *testing.T) {
	server := labtest.PostgresServer(t)
	if err := postgres.Migrate(t.Context(), server.DSN); err != nil {
		t.Fatal(err)
	}
	var tickets desk.Reaction
	for _, r := range desk.Reactions() {
		if r.Name == "tickets" {
			tickets = r
		}
	}
	db, err := postgres.Open(t.Context(), server.DSN, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	stop := following(t, db, tickets) // Its row is made before the server's own writers stand still.
	c := &centre{t: t, j: db.Journal()}
	if _, err := c.j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.tell(t.Context(), "", fact.QueueDefined{Queue: "sales", Name: "Sales", Number: "7000", Tickets: fact.TicketAnswered})
	reach(t, db, "tickets", c.seq)

	stop()
	killWriters := stopWriters(t, server)
	c.call(t.Context(), "i1")
	stop = following(t, db, tickets) // only now: each append brings to the disk what was committed before it
	reach(t, db, "tickets", c.seq)
	stop()
	if n := count(t, db); n != 1 {
		t.Errorf("before the crash there are %d tickets", n)
	}
	if err := server.Kill(); err != nil {
		t.Error(err)
	}
	killWriters()
	_ = db.Close()
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}

	if db, err = postgres.Open(t.Context(), server.DSN, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if entries, err := db.Entries(t.Context(), 0, 100); err != nil || len(entries) != int(c.seq) {
		t.Errorf("after the crash the journal has %d of %d lines (%v)", len(entries), c.seq, err)
	}
	if n := count(t, db); n != 0 {
		t.Errorf("after the crash there are %d tickets: the reaction has waited for the disk", n)
	}
	stop = following(t, db, tickets)
	reach(t, db, "tickets", c.seq)
	stop()
	if n := count(t, db); n != 1 {
		t.Errorf("in the end there are %d tickets", n)
	}
}

// stopWriters lets the processes stand still that flush what nobody waits for. Killed they must be after the server: they would never
// learn of its end, and keep its memory.
func stopWriters(t *testing.T, server *lab.Postgres) (kill func()) {
	t.Helper()
	rows, err := server.Query(t.Context(), "select pid from pg_stat_activity where backend_type in ('walwriter', 'background writer', 'checkpointer')")
	if err != nil {
		t.Fatal(err)
	}
	var writers []int
	signal := func(s syscall.Signal) {
		for _, pid := range writers {
			_ = syscall.Kill(pid, s)
		}
	}
	t.Cleanup(func() { signal(syscall.SIGCONT) }) // else the server of a test that has failed does not end
	for _, text := range rows {
		pid, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		writers = append(writers, pid)
	}
	signal(syscall.SIGSTOP)
	return func() {
		signal(syscall.SIGKILL)
		writers = nil
	}
}

// reach waits until a reactor has come to a line.
func reach(t *testing.T, db *postgres.DB, name string, seq int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		at, err := db.Cursor(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		if at >= seq {
			return
		}
		if pause(ctx); ctx.Err() != nil {
			t.Fatalf("the reactor %s is at line %d of %d", name, at, seq)
		}
	}
}

func count(t *testing.T, db *postgres.DB) int {
	t.Helper()
	all, err := db.Tickets(context.Background(), ticket.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}
