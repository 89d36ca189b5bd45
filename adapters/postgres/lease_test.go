package postgres_test

import (
	"context"
	"testing"
	"time"

	"tandem/adapters/postgres"
	"tandem/orchestrator"
)

// within takes a lease and says whether it came in time.
func within(t *testing.T, db *postgres.DB, limit time.Duration) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	err := db.Lease().Take(ctx)
	if err != nil && orchestrator.KindOf(err) != orchestrator.Unavailable {
		t.Fatal(err)
	}
	return err == nil
}

// TestLease: one program has it, another waits; it comes to the other when the first lets go, ends, or loses its session for good.
func TestLease(t *testing.T) {
	dsn := database(t)
	first, second := reopen(t, dsn), reopen(t, dsn)
	for range 2 {
		if !within(t, first, 10*time.Second) {
			t.Fatal("the first does not get it, or not again")
		}
	}
	if within(t, second, 700*time.Millisecond) {
		t.Fatal("two have it")
	}
	first.Lease().Release()
	if !within(t, second, 10*time.Second) {
		t.Fatal("it is not free after it was let go")
	}
	if within(t, first, 700*time.Millisecond) {
		t.Fatal("two have it the other way round")
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if !within(t, first, 10*time.Second) {
		t.Fatal("it is not free after its holder has ended")
	}
	third := reopen(t, dsn)
	// The session of a holder that lives is cut: it has it again before anybody else looks, or one who waited has it.
	raw(t, dsn, "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())")
	if !within(t, third, 700*time.Millisecond) && !within(t, first, 10*time.Second) {
		t.Fatal("after its session was cut nobody has it")
	}
	raw(t, dsn, `do $$ begin if (select count(*) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())) <> 1
		then raise 'not one has the lease'; end if; end $$`)
}
