package postgres

import (
	"context"
	"database/sql/driver"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"tandem/orchestrator/engine"
)

const (
	// leaseKey is the number of the advisory lock; locks are those of one database, and a database has one cell.
	leaseKey = 0x74616e64656d
	// leaseBeat is how often the holder shows that it lives, and how often one who waits looks.
	leaseBeat = 500 * time.Millisecond
	// leaseFor is how long a holder may be silent, which a frozen one is: then the server ends its session.
	leaseFor = 10 * time.Second
)

// leaseAsk bounds one question to the server.
const leaseAsk = 5 * time.Second

// Lease is held by the one program that may take the cell: an advisory lock of a session of its own. It is free at once when the
// program ends, however it ends, and after leaseFor when program or machine are frozen or cut off. It keeps programs from taking
// the cell from each other; that an old owner can write nothing more is up to the epoch alone (Journal.Open).
type Lease struct {
	d      *DB
	mu     sync.Mutex // guards all below
	wanted bool       // from Take to Release
	kept   bool       // a goroutine keeps it
	conn   *sqlx.Conn // the session that has the lock; nil when we do not have it
}

var _ engine.Lease = (*Lease)(nil)

// errSession ends a session, and its locks with it, instead of giving it back to the pool (database/sql, Conn.Raw).
var errSession = driver.ErrBadConn

// Lease returns this program's one lease of the cell.
func (d *DB) Lease() *Lease { return d.lease }

// Take implements engine.Lease.
func (l *Lease) Take(ctx context.Context) error {
	l.mu.Lock()
	l.wanted = true
	l.mu.Unlock()
	for {
		ours, err := l.have(ctx)
		if ours || err != nil {
			return wrap("lease", err)
		}
		select {
		case <-ctx.Done():
			return wrap("lease", ctx.Err())
		case <-time.After(leaseBeat):
		}
	}
}

// have says whether the lease is ours, and takes it when nobody has it.
func (l *Lease) have(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, leaseAsk)
	defer cancel()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.wanted {
		return false, nil // Released since it was asked for.
	}
	if l.conn != nil {
		if _, err := l.conn.ExecContext(ctx, "select 1"); err == nil {
			return true, nil
		}
		l.end()
	}
	ours, err := l.try(ctx)
	if ours && !l.kept {
		l.kept = true
		go l.keep()
	}
	return ours, err
}

// try takes the lock on a session of its own; mu is held. After the server was away the pool holds sessions that are over, and
// tells so only when they are used: they are used up, one after the other.
func (l *Lease) try(ctx context.Context) (ours bool, err error) {
	for range connections + 1 {
		if l.conn, err = l.d.db.Connx(ctx); err != nil {
			l.conn = nil
			return false, err
		}
		err = l.conn.GetContext(ctx, &ours, "select pg_try_advisory_lock($1)", leaseKey)
		if err == nil && ours {
			_, err = l.conn.ExecContext(ctx, "select set_config('idle_session_timeout', $1, false)", leaseFor.String())
		}
		if err == nil && ours {
			return true, nil
		}
		l.end()
		if err == nil || ctx.Err() != nil {
			return false, err
		}
	}
	return false, err
}

// keep shows that we live, and takes the lease anew when its session was lost, until it is released.
func (l *Lease) keep() {
	tick := time.NewTicker(leaseBeat)
	defer tick.Stop()
	for lost := false; ; {
		<-tick.C
		l.mu.Lock()
		if !l.wanted {
			l.kept = false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		ours, err := l.have(context.Background())
		if !ours && !lost {
			l.d.log.Warn("the lease of the cell is lost; another Tandem may take over", "cause", err)
		}
		lost = !ours
	}
}

// end throws the session away; mu is held.
func (l *Lease) end() {
	_ = l.conn.Raw(func(any) error { return errSession })
	_ = l.conn.Close()
	l.conn = nil
}

// Release implements engine.Lease.
func (l *Lease) Release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wanted = false
	if l.conn != nil {
		l.end()
	}
}
