package memory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
)

// Journal is the journal of the store's cell, held by one opener.
type Journal struct {
	s     *Store
	epoch int64 // of our Open; -1 before
}

var _ engine.Journal = (*Journal)(nil)

// Journal returns the journal. It appends only after its Open.
func (s *Store) Journal() *Journal { return &Journal{s: s, epoch: -1} }

// Open implements engine.Journal.
func (j *Journal) Open(context.Context) (engine.Cell, error) {
	j.s.mu.Lock()
	defer j.s.mu.Unlock()
	j.s.epoch++
	j.epoch = j.s.epoch
	return engine.Cell{Name: j.s.cell, Epoch: j.epoch}, nil
}

// Append implements engine.Journal.
func (j *Journal) Append(_ context.Context, entries []fact.Entry) error {
	j.s.mu.Lock()
	defer j.s.mu.Unlock()
	if j.epoch != j.s.epoch {
		return engine.ErrFenced
	}
	lines := make([]line, 0, len(entries))
	for i, e := range entries {
		if want := int64(len(j.s.lines) + i + 1); e.Seq != want {
			return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "journal.append",
				Say: fmt.Sprintf("fact %d stands where %d must stand; read the journal again", e.Seq, want)}
		}
		kind, body, person, err := fact.Encode(e.Fact)
		if err != nil {
			return err
		}
		e.Fact, e.At = nil, e.At.UTC().Round(time.Microsecond)
		lines = append(lines, line{entry: e, kind: kind, body: body, person: person})
	}
	j.s.lines = append(j.s.lines, lines...)
	j.s.wake()
	return nil
}

// Newest implements engine.Journal.
func (j *Journal) Newest(context.Context) (engine.Checkpoint, error) {
	j.s.mu.Lock()
	defer j.s.mu.Unlock()
	if len(j.s.checkpoints) == 0 {
		return engine.Checkpoint{}, nil
	}
	return j.s.checkpoints[len(j.s.checkpoints)-1], nil
}

// checkpoints is how many are kept beside one of each day.
const checkpoints = 3

// Save implements engine.Journal.
func (j *Journal) Save(_ context.Context, c engine.Checkpoint) error {
	j.s.mu.Lock()
	defer j.s.mu.Unlock()
	c.State, c.Persons = slices.Clone(c.State), slices.Clone(c.Persons)
	all := slices.DeleteFunc(slices.Clone(j.s.checkpoints), func(o engine.Checkpoint) bool { return o.Seq == c.Seq })
	all = append(all, c)
	slices.SortFunc(all, func(a, b engine.Checkpoint) int { return int(a.Seq - b.Seq) })
	days := map[time.Time]bool{}
	last := len(all) - checkpoints
	kept := all[:0]
	for n, o := range all {
		day := j.s.writtenAt(o.Seq).Truncate(24 * time.Hour)
		if n >= last || o.Version == c.Version && !days[day] {
			kept = append(kept, o)
		}
		days[day] = days[day] || o.Version == c.Version
	}
	j.s.checkpoints = kept
	return nil
}

// writtenAt is when a line was; mu is held.
func (s *Store) writtenAt(seq int64) time.Time {
	if seq < 1 || seq > int64(len(s.lines)) {
		return time.Time{}
	}
	return s.lines[seq-1].entry.At
}

// Earlier implements engine.Journal.
func (j *Journal) Earlier(_ context.Context, version string, before time.Time) (engine.Checkpoint, error) {
	j.s.mu.Lock()
	defer j.s.mu.Unlock()
	for _, c := range slices.Backward(j.s.checkpoints) {
		if at := j.s.writtenAt(c.Seq); c.Version == version && !at.IsZero() && at.Before(before) {
			return c, nil
		}
	}
	return engine.Checkpoint{}, nil
}

// Entries implements engine.Journal.
func (j *Journal) Entries(ctx context.Context, after int64, limit int) ([]fact.Entry, error) {
	return j.s.Entries(ctx, after, limit)
}

// Entries returns up to limit lines of the journal after seq, oldest first.
func (s *Store) Entries(_ context.Context, after int64, limit int) ([]fact.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entries(after, limit)
}

// entries is Entries while mu is held.
func (s *Store) entries(after int64, limit int) ([]fact.Entry, error) {
	var out []fact.Entry
	for i := max(0, after); i < int64(len(s.lines)) && len(out) < max(limit, 1); i++ {
		e, err := s.lines[i].decode()
		if err != nil {
			return out, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (l line) decode() (fact.Entry, error) {
	f, err := fact.Decode(l.kind, l.body, l.person)
	e := l.entry
	e.Fact = f
	return e, err
}
