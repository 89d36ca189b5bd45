package postgres_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"tandem/adapters/lab/labtest"
	"tandem/adapters/postgres"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/storagetest"
)

type store struct{ *postgres.DB }

func (s store) OpenJournal() engine.Journal { return s.Journal() }

// open makes a migrated database that ends with the test.
func open(t testing.TB) *postgres.DB {
	t.Helper()
	return reopen(t, database(t))
}

// database makes an empty, migrated database.
func database(t testing.TB) string {
	t.Helper()
	return labtest.PostgresFrom(t, "migrated", func(dsn string) error { return postgres.Migrate(context.Background(), dsn) })
}

// reopen opens a database as another program would.
func reopen(t testing.TB, dsn string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), dsn, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// empty makes a database that was used as good as new, but for the name of its cell: much faster than a new one.
func empty(t testing.TB, dsn string) {
	t.Helper()
	raw(t, dsn, `do $$ declare name text; begin
		for name in select tablename from pg_tables
			where schemaname = 'public' and tablename not in ('goose_db_version', 'cell') order by tablename = 'ticket'
		loop execute 'delete from ' || name; end loop;
	end $$`)
}

func TestStorage(t *testing.T) {
	dsn := database(t)
	db := reopen(t, dsn)
	storagetest.Run(t, func(t *testing.T) storagetest.Store {
		empty(t, dsn)
		return store{db}
	})
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
