package postgres_test

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
)

// TestAppendMeetsOpener shows the fence where it is finest: an append that begins while another program is opening the cell
// waits for it, and is refused.
func TestAppendMeetsOpener(t *testing.T) {
	dsn := database(t)
	j := reopen(t, dsn).Journal()
	if _, err := j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	opener, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := opener.ExecContext(t.Context(), "update cell set epoch = epoch + 1"); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		done <- j.Append(t.Context(), []fact.Entry{{Seq: 1, At: noon, Fact: fact.QueueDefined{Queue: "sales"}}})
	}()
	deadline := time.After(20 * time.Second)
	for waits := 0; waits == 0; {
		if err := db.QueryRowContext(t.Context(), "select count(*) from pg_locks where not granted").Scan(&waits); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-done:
			t.Fatalf("the append does not wait for the opener: %v", err)
		case <-deadline:
			t.Fatal("the append neither waits nor ends")
		default:
		}
	}
	if err := opener.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, engine.ErrFenced) {
		t.Errorf("after the opener the append says %v", err)
	}
}
