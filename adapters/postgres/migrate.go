package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"tandem/orchestrator"
	"tandem/sql"
)

// Migrate brings the database to the schema of this program. Several programs may do it at once: one works, the others wait
// for it. It changes nothing when there is nothing to do.
func Migrate(ctx context.Context, dsn string) error {
	pool, err := connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	p, err := provider(pool)
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return wrap("database.migrate", err)
	}
	if have > want {
		return tooNew(have, want)
	}
	if _, err := p.Up(ctx); err != nil {
		return wrap("database.migrate", err)
	}
	return nil
}

func provider(pool *sqlx.DB) (*goose.Provider, error) {
	// One try a second for two minutes: another program may be at work on a large table.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120))
	if err != nil {
		return nil, fmt.Errorf("migration lock: %w", err)
	}
	return goose.NewProvider(goose.DialectPostgres, pool.DB, sql.Migrations(),
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
}

// checkVersion refuses a schema that is not exactly this program's. It reads only, so that a user without the right to make
// tables can run the program.
func checkVersion(ctx context.Context, pool *sqlx.DB) error {
	p, err := provider(pool)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	want := sources[len(sources)-1].Version
	var there bool
	if err := pool.GetContext(ctx, &there, "select to_regclass('goose_db_version') is not null"); err != nil {
		return wrap("database.open", err)
	}
	var have int64
	if there {
		if err := pool.GetContext(ctx, &have, "select coalesce(max(version_id), 0) from goose_db_version where is_applied"); err != nil {
			return wrap("database.open", err)
		}
	}
	switch {
	case have > want:
		return tooNew(have, want)
	case have < want:
		return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "database.open",
			Say: fmt.Sprintf("the database is at schema %d and this program needs %d; tandem serve brings it there when it starts, or run: tandem migrate", have, want)}
	}
	return nil
}

var errTooNew = errors.New("schema is newer than the program")

func tooNew(have, want int64) error {
	return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "database.open", Err: errTooNew,
		Say: fmt.Sprintf("the database is at schema %d and this program knows only %d; install the newer program", have, want)}
}
