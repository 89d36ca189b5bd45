package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"tandem/orchestrator"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
)

// Journal is the journal of the database's cell, held by one opener.
type Journal struct {
	d     *DB
	epoch int64 // of our Open; unopened before. Written by Open, which does not run beside Append.
}

var _ engine.Journal = (*Journal)(nil)

// Journal returns the journal. It appends only after its Open.
func (d *DB) Journal() *Journal { return &Journal{d: d, epoch: unopened} }

// unopened is an epoch that no cell ever has.
const unopened = -1

// maxTurn bounds one Append. A switch that restarts ends all its calls in one turn, with a few facts each.
const maxTurn = 1 << 16

// Open implements engine.Journal. It waits for an append of the earlier opener that is being written.
func (j *Journal) Open(ctx context.Context) (engine.Cell, error) {
	var cell struct {
		Name  string
		Epoch int64
	}
	if err := j.d.q.CellOpen.GetContext(ctx, &cell); err != nil {
		return engine.Cell{}, wrap("journal.open", err)
	}
	j.epoch = cell.Epoch
	j.d.tail.clear() // Others may have written since our last line.
	j.d.epoch.Store(cell.Epoch)
	j.d.freeClaims(ctx, cell.Epoch)
	return engine.Cell{Name: cell.Name, Epoch: cell.Epoch}, nil
}

// ordersFirst is how long the reactors are left asleep after an append. The switch is told first what the turn means: an agent's phone
// rings for it, and rows for the screen would take the processors and the disk from that. Who waits for the rows wakes the reactors.
const ordersFirst = 5 * time.Millisecond

// Append implements engine.Journal: one statement, one round trip.
func (j *Journal) Append(ctx context.Context, entries []fact.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	if len(entries) > maxTurn {
		return invalid("journal.append", fmt.Sprintf("%d facts in one turn, at most %d are allowed", len(entries), maxTurn))
	}
	t, err := columns(entries)
	if err != nil {
		return err
	}
	var n int
	err = j.d.q.JournalAppend.GetContext(ctx, &n, j.d.cell, j.epoch, entries[0].Seq,
		t.seq, t.at, t.kind, t.about, t.body, t.personSeq, t.personAbout, t.number, t.person)
	if err != nil && !taken(err) {
		return wrap("journal.append", err)
	}
	if n == 0 {
		return j.refused(ctx, entries[0].Seq)
	}
	j.d.tail.add(t.lines)
	j.d.written.soon(ordersFirst)
	return nil
}

// refused finds out why nothing was written.
func (j *Journal) refused(ctx context.Context, first int64) error {
	var epoch, last int64
	if err := j.d.q.CellEpoch.GetContext(ctx, &epoch, j.d.cell); err != nil {
		return wrap("journal.append", err)
	}
	if epoch != j.epoch {
		return engine.ErrFenced
	}
	if err := j.d.q.JournalLast.GetContext(ctx, &last, j.d.cell); err != nil {
		return wrap("journal.append", err)
	}
	return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "journal.append",
		Say: fmt.Sprintf("fact %d does not follow the last one, which is %d; read the journal again", first, last)}
}

// turn is a turn by columns, as unnest takes it.
type turn struct {
	seq, at, personSeq          pq.Int64Array // at in microseconds since 1970, which is read faster than a date
	kind, about, body           pq.StringArray
	personAbout, number, person pq.StringArray
	lines                       []line // the same, as they will be read
}

func columns(entries []fact.Entry) (turn, error) {
	var t turn
	for i, e := range entries {
		if e.Seq != entries[0].Seq+int64(i) {
			return turn{}, invalid("journal.append", fmt.Sprintf("fact %d stands where %d must stand", e.Seq, entries[0].Seq+int64(i)))
		}
		kind, body, person, err := fact.Encode(e.Fact)
		if err != nil {
			return turn{}, err
		}
		t.seq = append(t.seq, e.Seq)
		at := e.At.UTC().Round(time.Microsecond)
		t.at = append(t.at, at.UnixMicro())
		t.kind = append(t.kind, kind)
		t.about = append(t.about, string(e.About))
		t.lines = append(t.lines, line{e.Seq, at, kind, string(e.About), body, person})
		t.body = append(t.body, string(body))
		if person != nil {
			t.personSeq = append(t.personSeq, e.Seq)
			t.personAbout = append(t.personAbout, string(e.About))
			t.number = append(t.number, clean(fact.PersonOf(e.Fact).Number))
			t.person = append(t.person, string(person))
		}
	}
	return t, nil
}

// Entries implements engine.Journal.
func (j *Journal) Entries(ctx context.Context, after int64, limit int) ([]fact.Entry, error) {
	return j.d.read(ctx, after, limit)
}

// maxEntries bounds one read of the journal.
const maxEntries = 10_000

// Entries returns up to limit lines of the journal after seq, oldest first.
func (d *DB) Entries(ctx context.Context, after int64, limit int) ([]fact.Entry, error) {
	if entries := d.tail.after(after, max(limit, 1)); len(entries) > 0 {
		return entries, nil
	}
	return d.read(ctx, after, limit)
}

// read reads the journal itself.
func (d *DB) read(ctx context.Context, after int64, limit int) ([]fact.Entry, error) {
	var rows []line
	if err := d.q.JournalEntries.SelectContext(ctx, &rows, d.cell, after, min(max(limit, 1), maxEntries)); err != nil {
		return nil, wrap("journal.entries", err)
	}
	return decode(rows)
}

// entries reads the journal inside the transaction.
func (t *Tx) entries(ctx context.Context, after int64, limit int) ([]fact.Entry, error) {
	var rows []line
	if err := t.list(ctx, &rows, t.d.q.JournalEntries, t.d.cell, after, limit); err != nil {
		return nil, err
	}
	return decode(rows)
}

// line is a row of the journal with its person, as the queries journal_… answer it.
type line struct {
	Seq    int64
	At     time.Time
	Kind   string
	About  string
	Body   []byte
	Person []byte
}

// decode returns what stands before the first line that cannot be read, and that line's error.
func decode(rows []line) ([]fact.Entry, error) {
	entries := make([]fact.Entry, 0, len(rows))
	for _, r := range rows {
		f, err := fact.Decode(r.Kind, r.Body, r.Person)
		if err != nil {
			return entries, &undecodable{Seq: r.Seq, Err: err}
		}
		entries = append(entries, fact.Entry{Seq: r.Seq, At: r.At.UTC(), About: orchestrator.InteractionID(r.About), Fact: f})
	}
	return entries, nil
}

// undecodable is a line of the journal that this program cannot read.
type undecodable struct {
	Seq int64
	Err error
}

func (e *undecodable) Error() string { return fmt.Sprintf("line %d of the journal: %v", e.Seq, e.Err) }

func (e *undecodable) Unwrap() error { return e.Err }
