package postgres

import (
	"context"
	"errors"
	"fmt"

	"tandem/orchestrator/desk"
	"tandem/orchestrator/fact"
)

// follower is one reactor at work; its goroutine alone touches it.
//
//	lines that mean nothing ──> only seen moves, in memory
//	rows of the views       ──> cursor and rows in one statement (view_fold)
//	everything else         ──> a transaction: move the cursor, which locks it, and write
type follower struct {
	d        *DB
	name     string
	react    desk.React
	size     int // lines of the next transaction: 1 after a failure, to come up to the line that fails
	failures int // in a row
	made     bool
	known    bool // at is what the row says, and rows are those that were folded up to there
	at       place
	rows     *rows
}

// lag bounds how far the row may stay behind what was seen, and with it what a start reads once more.
const lag = 1000

// lose forgets what is known of the row and of what was folded, so that both are read again.
func (f *follower) lose() {
	f.known, f.rows = false, newRows(f.d)
	if f.name == desk.Views {
		f.d.folded.Store(0)
	}
}

// find reads the row, and makes it the first time.
func (f *follower) find(ctx context.Context) error {
	if !f.made {
		if _, err := f.d.q.ReactorMake.ExecContext(ctx, f.name); err != nil {
			return wrap("follow", err)
		}
		f.made = true
	}
	var at place
	if err := f.d.q.ReactorPlace.GetContext(ctx, &at, f.name); err != nil {
		return wrap("follow", err)
	}
	f.d.tail.clear() // It may hold somebody who was erased meanwhile.
	f.known = true
	f.come(at)
	return nil
}

// come tells everybody where the reactor stands.
func (f *follower) come(at place) {
	at.seen = max(at.seen, at.Seq)
	f.at = at
	f.d.places.put(f.name, at)
	if f.name == desk.Views {
		f.d.folded.Store(at.seen)
		f.d.moved.wake()
	}
}

// catchUp reacts to the next lines, all or none, and returns how many there were.
func (f *follower) catchUp(ctx context.Context) (n int, err error) {
	if !f.known {
		if err := f.find(ctx); err != nil {
			return 0, err
		}
	}
	entries, err := f.next(ctx)
	if len(entries) == 0 {
		if err == nil {
			err = f.rest(ctx)
		}
		return 0, wrap("follow", err)
	}
	to := entries[len(entries)-1].Seq
	t := &Tx{d: f.d, begun: func(ctx context.Context, t *Tx) error { return f.move(ctx, t, to) }, rows: f.rows}
	defer t.rollback()
	for _, e := range entries {
		if err = reacted(ctx, f.react, t, e); err != nil {
			break
		}
	}
	if err == nil {
		err = f.settle(ctx, t, to)
	}
	if err != nil {
		f.lose()
		if errors.Is(err, errMoved) {
			return 0, err
		}
		return 0, wrap("follow", err)
	}
	return len(entries), nil
}

// next returns the lines after the last that was seen. A line that cannot be read is met at the head of a later batch, when
// all before it is done.
func (f *follower) next(ctx context.Context) ([]fact.Entry, error) {
	if entries := f.d.tail.after(f.at.seen, f.size); len(entries) > 0 {
		return entries, nil
	}
	return f.d.read(ctx, f.at.seen, f.size)
}

// rest uses a moment without news: the row comes up to what was seen, and what others did to it is noticed.
func (f *follower) rest(ctx context.Context) error {
	if f.at.seen > f.at.Seq {
		return f.keep(ctx)
	}
	var at place
	if err := f.d.q.ReactorPlace.GetContext(ctx, &at, f.name); err != nil {
		return err
	}
	if at.Seq != f.at.Seq || at.Erased != f.at.Erased {
		f.lose()
	}
	return nil
}

// settle makes a reaction last, together with the cursor at the line to.
func (f *follower) settle(ctx context.Context, t *Tx, to int64) error {
	at := f.at
	at.seen = to
	switch {
	case t.rows.changed():
		from := f.at
		if t.tx != nil {
			from.Seq = to // The transaction has moved the cursor already.
		}
		if err := t.fold(ctx, f.name, from, to); err != nil {
			return err
		}
		at.Seq = to
	case t.wrote:
		at.Seq = to
	default: // It meant nothing.
		t.rollback() // It may have looked, and then it holds the row, for which keep would wait for ever.
		f.come(at)
		if to-f.at.Seq < lag {
			return nil
		}
		return f.keep(ctx)
	}
	if err := t.commit(); err != nil {
		return err
	}
	t.rows.settled()
	f.come(at)
	return nil
}

// keep moves the row to what was seen.
func (f *follower) keep(ctx context.Context) error {
	t := &Tx{d: f.d, rows: newRows(f.d)}
	err := t.fold(ctx, f.name, f.at, f.at.seen)
	if err != nil {
		f.lose()
		return err
	}
	f.come(place{Seq: f.at.seen, Erased: f.at.Erased})
	return nil
}

// move moves the row at the beginning of a transaction, which holds it to the end, and refuses when it is not as it was. A reaction that
// turns out to write nothing takes it back.
func (f *follower) move(ctx context.Context, t *Tx, to int64) error {
	r, err := t.tx.StmtxContext(ctx, f.d.q.ReactorMove).ExecContext(ctx, f.name, to, f.at.Seq, f.at.Erased)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errors.Join(errMoved, err)
	}
	return nil
}

// reacted calls a reaction; one that panics has failed like any other, so that it is stopped and told with its line.
func reacted(ctx context.Context, react desk.React, t *Tx, e fact.Entry) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(err, fmt.Errorf("the reaction panicked: %v", r))
		}
	}()
	return react(ctx, t, e)
}
