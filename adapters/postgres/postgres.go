// Package postgres keeps the journal and the desk in PostgreSQL.
//
//	engine ── Append ──> journal ──> Follow(views)      ──> rows that clients read
//	                        │ wake   Follow(tickets)    ──> tickets, outbox
//	                        └──────> Follow(recordings) ──> recordings
//
// Contract. A turn of the engine is one statement, fenced by the epoch of the cell. A reactor's rows and its cursor move in
// one transaction, so that each entry is reacted to exactly once whatever is killed when; it does not wait for the disk, and what a
// crash of the server takes is done again from the journal, before anything of it has left the house. Times are UTC and microseconds.
// Errors leave this package as *orchestrator.Error, engine.ErrFenced or *Poison; texts that PostgreSQL cannot hold (NUL, bad
// UTF-8) are mended at the border and never refused. It is the only package that imports sqlx and lib/pq.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"tandem/orchestrator"
)

// connections is the most that one program holds: a handful of reactors and loops, and the lease, beside the requests of the API.
const connections = 17

// DB is one database. Its methods may be called from several goroutines.
type DB struct {
	db       *sqlx.DB
	log      *slog.Logger
	cell     string
	q        statements
	epoch    atomic.Int64 // of our last Open of the journal, 0 before
	tail     tail
	places   places
	folded   atomic.Int64 // how far the views of this program's reactor are, 0 when it does not know; written by the reactor
	written  *signal      // after every Append of this program
	moved    *signal      // after every step of the views
	queued   *signal      // after a commit with a message to be sent
	stopped  *signal      // after a commit with a recording to be brought home
	surveyed *signal      // after a commit with a survey that the journal is to be told of
	hooked   *signal      // after a commit with a delivery for a webhook
	wanted   wanted
	health   health
	lease    *Lease
}

// Open connects, refuses a database that is not UTF-8 or not migrated to this program's schema, prepares every query and
// names the cell on first use. Unavailable when the server cannot be reached.
func Open(ctx context.Context, dsn string, log *slog.Logger) (*DB, error) {
	pool, err := connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	d := &DB{db: pool, log: log, health: newHealth(), places: places{of: map[string]place{}},
		written: newSignal(), moved: newSignal(), queued: newSignal(), stopped: newSignal(), surveyed: newSignal(), hooked: newSignal()}
	d.lease = &Lease{d: d}
	if err := checkVersion(ctx, pool); err != nil { // a query that this schema cannot have says nothing new
		return nil, errors.Join(err, pool.Close())
	}
	if err := d.prepare(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	if d.cell, err = d.nameCell(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return d, nil
}

func connect(ctx context.Context, dsn string) (*sqlx.DB, error) {
	connector, err := pq.NewConnector(dsn)
	if err != nil { // Not told further: the error quotes the URL, and with it the password.
		return nil, invalid("database.open", "the database URL cannot be read; it looks like postgres://user@host/name?sslmode=require")
	}
	connector.Dialer(dialer{})
	pool := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	var encoding string
	if err := pool.GetContext(ctx, &encoding, "show server_encoding"); err != nil {
		return nil, errors.Join(wrap("database.open", err), pool.Close())
	}
	if encoding != "UTF8" {
		return nil, errors.Join(&orchestrator.Error{Kind: orchestrator.Invalid, Op: "database.open",
			Say: fmt.Sprintf("the database has the encoding %s and must have UTF8; make it with: createdb -E UTF8 -T template0 tandem", encoding)},
			pool.Close())
	}
	return pool, nil
}

// Close gives the lease and the connections back.
func (d *DB) Close() error {
	d.lease.Release()
	return d.db.Close()
}

// Ping says whether the database answers now.
func (d *DB) Ping(ctx context.Context) error { return wrap("database.ping", d.db.PingContext(ctx)) }

// Cell is the name of the cell that this database keeps.
func (d *DB) Cell() string { return d.cell }

// Queued returns a channel that is closed when the next message was queued in this program.
func (d *DB) Queued() <-chan struct{} { return d.queued.wait() }

// Stopped returns a channel that is closed when the next recording has stopped in this program.
func (d *DB) Stopped() <-chan struct{} { return d.stopped.wait() }

// transact runs do in one transaction.
func (d *DB) transact(ctx context.Context, op string, do func(*Tx) error) error {
	t := &Tx{d: d}
	defer t.rollback()
	if err := do(t); err != nil {
		return wrap(op, err)
	}
	return wrap(op, t.commit())
}
