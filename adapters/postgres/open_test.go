package postgres_test

import (
	"database/sql"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"

	"tandem/adapters/lab/labtest"
	"tandem/adapters/postgres"
	"tandem/orchestrator"
)

// raw speaks to a database behind the adapter's back.
func raw(t testing.TB, dsn string, statements ...string) {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	opened := func(dsn string) error {
		db, err := postgres.Open(t.Context(), dsn, slog.New(slog.DiscardHandler))
		if err == nil {
			err = db.Close()
		}
		return err
	}
	bare := labtest.Postgres(t)
	if err := opened(bare); err == nil || !strings.Contains(err.Error(), "tandem migrate") || strings.Contains(err.Error(), "\n") {
		t.Errorf("an empty database: %v", err)
	}
	dsn := database(t)
	if err := opened(dsn); err != nil {
		t.Errorf("a good one: %v", err)
	}
	raw(t, dsn, "insert into goose_db_version (version_id, is_applied) values (9999, true)")
	for what, err := range map[string]error{"Open": opened(dsn), "Migrate": postgres.Migrate(t.Context(), dsn)} {
		if err == nil || !strings.Contains(err.Error(), "newer program") {
			t.Errorf("%s of a schema of the future: %v", what, err)
		}
	}
	raw(t, bare, "create database test_latin template template0 encoding 'LATIN1' locale 'C'")
	defer raw(t, bare, "drop database test_latin")
	u, err := url.Parse(bare)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/test_latin"
	latin := u.String()
	for what, err := range map[string]error{"Open": opened(latin), "Migrate": postgres.Migrate(t.Context(), latin)} {
		if err == nil || !strings.Contains(err.Error(), "UTF8") {
			t.Errorf("%s of a database that is not UTF-8: %v", what, err)
		}
	}
	if err := opened("postgres://nobody@127.0.0.1:1/x?sslmode=disable"); orchestrator.KindOf(err) != orchestrator.Unavailable {
		t.Errorf("a server that is not there: %v", err)
	}
	if err := opened("postgres://%zz"); orchestrator.KindOf(err) != orchestrator.Invalid {
		t.Errorf("no URL: %v", err)
	}
}

// Several programs that start at once on a new database migrate once and agree on the name of the cell.
func TestStartTogether(t *testing.T) {
	dsn := labtest.Postgres(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	names := map[string]int{}
	for range 4 {
		wg.Go(func() {
			if err := postgres.Migrate(t.Context(), dsn); err != nil {
				t.Error(err)
				return
			}
			db, err := postgres.Open(t.Context(), dsn, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			cell, err := db.Journal().Open(t.Context())
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			names[cell.Name]++
		})
	}
	wg.Wait()
	if len(names) != 1 {
		t.Errorf("the cell is called %v", names)
	}
}
