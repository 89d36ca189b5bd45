package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/media"
)

var (
	_ desk.Eraser   = (*DB)(nil)
	_ desk.Erasures = (*DB)(nil)
)

// Erase implements desk.Eraser. All checkpoints go with it, because they hold names; the next start folds the journal until a
// new one is written. What PostgreSQL keeps of deleted rows goes with the next vacuum.
func (d *DB) Erase(ctx context.Context, number string) ([]media.TapeID, error) {
	const op = "erase"
	if number = clean(number); number == "" {
		return nil, invalid(op, "say whose number is to be erased")
	}
	var tapes []media.TapeID
	err := d.transact(ctx, op, func(t *Tx) error {
		var locked, living []string
		if err := t.list(ctx, &locked, d.q.EraseLock); err != nil {
			return err
		}
		var calls pq.StringArray
		if err := t.list(ctx, (*[]string)(&calls), d.q.EraseInteractions, d.cell, number); err != nil {
			return err
		}
		if calls == nil {
			calls = pq.StringArray{}
		}
		var keyed pq.StringArray
		if err := t.list(ctx, (*[]string)(&keyed), d.q.EraseKeyedCalls, d.cell, number, calls); err != nil {
			return err
		}
		if err := t.list(ctx, &living, d.q.EraseLiving, d.cell, append(slices.Clone(calls), keyed...)); err != nil {
			return err
		}
		if len(living) > 0 {
			return &orchestrator.Error{Kind: orchestrator.Conflict, Op: op,
				Say: fmt.Sprintf("interaction %s of this number, or the work after it, still goes on; erase it when it is over", living[0])}
		}
		if err := t.list(ctx, &tapes, d.q.EraseTapes, calls); err != nil {
			return err
		}
		slices.Sort(tapes)
		before, err := t.eraseKeyed(ctx, number, keyed)
		if err != nil {
			return err
		}
		return t.erase(ctx, number, calls, before)
	})
	d.tail.clear()
	return tapes, err
}

// eraseKeyed forgets a number that others keyed in to be called back on, and returns how many facts told of it.
func (t *Tx) eraseKeyed(ctx context.Context, number string, calls pq.StringArray) (facts int64, err error) {
	if len(calls) == 0 {
		return 0, nil
	}
	if facts, err = t.run(ctx, t.d.q.EraseKeyed, t.d.cell, number, calls); err != nil {
		return 0, err
	}
	if _, err = t.run(ctx, t.d.q.EraseKeyedFields, number, calls); err != nil {
		return 0, err
	}
	_, err = t.run(ctx, t.d.q.EraseKeyedHistory, calls)
	return facts, err
}

// erase forgets what is kept of a number and of interactions; before are the facts of others' calls that told of it.
func (t *Tx) erase(ctx context.Context, number string, calls pq.StringArray, before int64) error {
	facts, err := t.run(ctx, t.d.q.ErasePersons, t.d.cell, number, calls)
	if err != nil {
		return err
	}
	facts += before
	kept := facts
	for _, s := range []*sqlx.Stmt{t.d.q.EraseViews, t.d.q.EraseComments, t.d.q.EraseTickets, t.d.q.EraseSmsParts, t.d.q.EraseSms, t.d.q.EraseSurveys} {
		rows, err := t.run(ctx, s, number, calls)
		if err != nil {
			return err
		}
		kept += rows
	}
	for _, s := range []*sqlx.Stmt{t.d.q.EraseTexts, t.d.q.EraseOptout, t.d.q.EraseCustomers, t.d.q.EraseCustomerHistory} {
		rows, err := t.run(ctx, s, number)
		if err != nil {
			return err
		}
		kept += rows
	}
	if _, err := t.run(ctx, t.d.q.ErasePlaces, calls); err != nil {
		return err
	}
	if kept == 0 {
		return &orchestrator.Error{Kind: orchestrator.NotFound, Op: "erase", Say: fmt.Sprintf("no person with the number %s is known; nothing was erased", number)}
	}
	if _, err := t.run(ctx, t.d.q.EraseCheckpoints, t.d.cell); err != nil {
		return err
	}
	_, err = t.run(ctx, t.d.q.EraseTombstone, t.d.cell, facts, calls)
	return err
}

// UntoldErasures implements desk.Erasures.
func (d *DB) UntoldErasures(ctx context.Context, n int) ([]desk.Erasure, error) {
	var rows []struct {
		ID           int64
		Interactions pq.StringArray
	}
	if err := d.q.EraseUntold.SelectContext(ctx, &rows, page(n)); err != nil {
		return nil, wrap("erase.untold", err)
	}
	out := make([]desk.Erasure, len(rows))
	for i, r := range rows {
		out[i].ID = r.ID
		for _, id := range r.Interactions {
			out[i].Interactions = append(out[i].Interactions, orchestrator.InteractionID(id))
		}
	}
	if len(rows) > 0 {
		d.tail.clear() // another program may have erased whom it holds
	}
	return out, nil
}

// ErasureTold implements desk.Erasures.
func (d *DB) ErasureTold(ctx context.Context, id, seq int64) error {
	_, err := d.q.EraseTold.ExecContext(ctx, id, seq, d.cell)
	return wrap("erase.told", err)
}
