package whatif

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/replay"
	"tandem/orchestrator/rules"
	"tandem/orchestrator/simulate"
)

// Journal is what has happened; adapters/postgres keeps it.
type Journal interface {
	// Entries returns at most limit entries after a sequence number, in order; none when there are no more.
	Entries(ctx context.Context, after int64, limit int) ([]fact.Entry, error)
}

// Replay is a span of the journal that is to be lived through again, otherwise.
type Replay struct {
	From, To      time.Time // from ≤ t < to
	Target, Short time.Duration
	Days          int // so many times, each with what nobody could know drawn anew
	Seed          uint64
	Change        simulate.Scenario // what it names is changed or added, all else stays
	Tables        map[orchestrator.TableID]*rules.Table
	Flows         map[orchestrator.FlowID]*flow.Flow
	Zone          *time.Location // of the centre
}

// Replayed is what came of it, beside the reports: what was, what would have been, and the difference.
type Replayed struct {
	From, To  time.Time
	Callers   int
	Compared  int
	Different int // of those compared, the first time
	Moved     replay.Moved
	Notes     []replay.Note
	SVG       string // curves over the day
}

const (
	piece      = 500       // entries of the journal that are read at once
	maxReplays = 1_000_000 // callers, over all times
)

// replay reads the journal in pieces, from the last checkpoint before the span or from its beginning, up to where nothing more concerns
// the span, and runs the rest.
func (r *Runner) replay(j *job) ([]simulate.Report, *Replayed, error) {
	q := j.request.Replay
	rec, err := r.record(j, q)
	switch {
	case errors.Is(j.ctx.Err(), context.DeadlineExceeded):
		return nil, nil, fmt.Errorf("the journal is read from the last checkpoint before the span, or from its beginning where none is kept, and the end of the span was not reached within %s; \"tandem replay\" takes as long as it needs", longest)
	case err != nil:
		return nil, nil, because(j.ctx, err)
	}
	other, moved := rec.Otherwise(q.Change, true).WithDefaults(), replay.Moved{}
	if len(q.Tables)+len(q.Flows) > 0 {
		if other, moved, err = rec.Rule(other, replay.Entries{Tables: q.Tables, Flows: q.Flows, Zone: q.Zone}); err != nil {
			return nil, nil, err
		}
	}
	other.Days, other.Seed = q.Days, q.Seed
	if calls := len(rec.Was.Fates) * q.Days; calls > maxReplays {
		return nil, nil, fmt.Errorf("%d callers over all times are more than %d: choose a shorter span or fewer days; \"tandem replay\" takes more", calls, maxReplays)
	}
	held, err := rec.Hold(other, moved, j.request.Level, r.watch(j, 1, 2))
	if err != nil {
		return nil, nil, because(j.ctx, err)
	}
	held.Was.Scenario.Name, held.Less.Scenario.Name = "was", "difference"
	return []simulate.Report{held.Was, held.Would, held.Less}, &Replayed{
		From: held.From, To: held.To, Callers: len(held.Recording.Was.Fates), Compared: held.Compared, Different: len(held.Different), Moved: moved,
		Notes: held.Notes, SVG: held.SVG(),
	}, nil
}

func (r *Runner) record(j *job, q *Replay) (replay.Recording, error) {
	rec := replay.NewRecorder(q.From, q.To)
	first, err := r.resume(j.ctx, rec, q.From)
	if err != nil {
		return replay.Recording{}, err
	}
	rest := r.watch(j, 0, 2)
	var begun time.Time
	for seq := first; !rec.Done(); {
		entries, err := r.journal.Entries(j.ctx, seq, piece)
		if err != nil {
			return replay.Recording{}, fmt.Errorf("the journal cannot be read: %w", err)
		}
		if len(entries) == 0 {
			break
		}
		if begun.IsZero() {
			begun = entries[0].At
		}
		for _, e := range entries {
			rec.Add(e)
			seq = e.Seq
			if !rest(min(1, max(0, e.At.Sub(begun).Seconds()/max(1, q.To.Sub(begun).Seconds())))) {
				return replay.Recording{}, j.ctx.Err()
			}
		}
	}
	return rec.Recording(q.Target, q.Short)
}

// resume lets a recorder begin with the floor as it stood before a span, and tells after which line; 0 is the journal's beginning.
func (r *Runner) resume(ctx context.Context, rec *replay.Recorder, from time.Time) (int64, error) {
	if r.Stand == nil {
		return 0, nil
	}
	f, err := r.Stand(ctx, from)
	if err != nil {
		return 0, fmt.Errorf("the floor before the span cannot be read: %w", err)
	}
	if f == nil || !rec.Resume(f) {
		return 0, nil
	}
	return f.Seq, nil
}
