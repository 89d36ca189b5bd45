package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
)

// report is what Verify has found.
type report struct{ problems []string }

// errLooked rolls back what Verify folded to compare.
var errLooked = errors.New("looked")

// Verify reads the whole journal: its numbers have no gap, its times never go back, every line can be decoded, no cursor is
// ahead of it, and the views are what folding it gives. It changes nothing; the views' reactor waits meanwhile. What is wrong
// comes back as one Conflict that names everything.
func (d *DB) Verify(ctx context.Context) error {
	var r report
	if _, err := d.q.ReactorMake.ExecContext(ctx, desk.Views); err != nil {
		return wrap("journal.verify", err)
	}
	err := d.transact(ctx, "journal.verify", func(t *Tx) error {
		var at place
		if err := t.get(ctx, &at, d.q.ReactorLock, desk.Views); err != nil {
			return err
		}
		if err := t.verifyLines(ctx, &r); err != nil {
			return err
		}
		if err := t.verifyViews(ctx, &r, at.Seq); err != nil {
			return err
		}
		return errLooked
	})
	if !errors.Is(err, errLooked) {
		return err
	}
	if len(r.problems) > 0 {
		return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "journal.verify", Say: strings.Join(r.problems, "; ")}
	}
	return nil
}

func (r *report) say(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

func (t *Tx) verifyLines(ctx context.Context, r *report) error {
	var numbers struct{ Lines, First, Last int64 }
	if err := t.get(ctx, &numbers, t.d.q.VerifyNumbers, t.d.cell); err != nil {
		return err
	}
	if numbers.Lines > 0 && (numbers.First != 1 || numbers.Last != numbers.Lines) {
		r.say("the journal has %d lines, numbered from %d to %d: %d are missing", numbers.Lines, numbers.First, numbers.Last,
			numbers.Last-numbers.Lines)
	}
	var back, stray int64
	if err := t.get(ctx, &back, t.d.q.VerifyOrder, t.d.cell); err != nil {
		return err
	}
	if back > 0 {
		r.say("%d lines are older than the line before them", back)
	}
	if err := t.get(ctx, &stray, t.d.q.VerifyPersons, t.d.cell); err != nil {
		return err
	}
	if stray > 0 {
		r.say("%d persons belong to no line of the journal", stray)
	}
	var ahead []string
	if err := t.list(ctx, &ahead, t.d.q.VerifyCursors, numbers.Last); err != nil {
		return err
	}
	for _, name := range ahead {
		r.say("the reactor %s has seen lines that the journal does not have: was an older backup restored?", name)
	}
	return t.verifyDecodes(ctx, r)
}

// verifyDecodes reads every line and goes on after one that cannot be read.
func (t *Tx) verifyDecodes(ctx context.Context, r *report) error {
	for last := int64(0); ; {
		entries, err := t.entries(ctx, last, batch)
		if len(entries) > 0 {
			last = entries[len(entries)-1].Seq
		}
		var broken *undecodable
		switch {
		case errors.As(err, &broken):
			r.say("%v", broken)
			last = broken.Seq
		case err != nil:
			return err
		case len(entries) == 0:
			return nil
		}
	}
}

func (t *Tx) verifyViews(ctx context.Context, r *report, seen int64) error {
	if len(r.problems) > 0 {
		return nil // Folding a broken journal proves nothing.
	}
	var before, after string
	if err := t.get(ctx, &before, t.d.q.VerifyViews); err != nil {
		return err
	}
	if err := t.refold(ctx, seen); err != nil {
		return err
	}
	if err := t.get(ctx, &after, t.d.q.VerifyViews); err != nil {
		return err
	}
	if before != after {
		r.say("the views are not what the journal gives up to line %d; mend them with: tandem journal rebuild", seen)
	}
	return nil
}
