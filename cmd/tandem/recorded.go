package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"tandem/adapters/postgres"
	"tandem/orchestrator"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/insight"
	"tandem/orchestrator/replay"
)

// span says which part of which journal is looked at.
type span struct {
	file          string
	from, to      moment
	target, short time.Duration
}

func (s *span) flags(flags *flag.FlagSet) {
	usual := insight.Defaults()
	flags.StringVar(&s.file, "file", "", "read the journal from this `file`, written by \"tandem journal show\", instead of the database")
	flags.Var(&s.from, "from", "begin at this `time`, such as 2026-11-20 or 2026-11-20T08:00 (UTC) or 2026-11-20T08:00:00+01:00; not said: where the journal begins")
	flags.Var(&s.to, "to", "end before this `time`; not said: where the journal ends")
	flags.DurationVar(&s.target, "target", usual.Target, "target `time` of the service levels")
	flags.DurationVar(&s.short, "short", usual.Short, "an abandon within this `time` is a short one")
}

// moment is a flag that takes a date or a time.
type moment struct{ time.Time }

func (m *moment) String() string {
	if m.IsZero() {
		return ""
	}
	return m.Format(time.RFC3339)
}

// Set implements flag.Value.
func (m *moment) Set(text string) error {
	for _, form := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339Nano} {
		if t, err := time.Parse(form, text); err == nil {
			m.Time = t.UTC()
			return nil
		}
	}
	return fmt.Errorf("%q is no time; write 2026-11-20, 2026-11-20T08:00 or 2026-11-20T08:00:00+01:00", text)
}

// record reads the journal up to where nothing more concerns the span, and says on errs how far it is.
func (s *span) record(ctx context.Context, c Config, errs io.Writer) (replay.Recording, error) {
	if !s.to.IsZero() && !s.from.Before(s.to.Time) {
		return replay.Recording{}, errors.New("-from must be before -to")
	}
	r := replay.NewRecorder(s.from.Time, s.to.Time)
	lines, next := 0, time.Now().Add(2*time.Second)
	add := func(e fact.Entry) bool {
		r.Add(e)
		if lines++; lines%1000 == 0 {
			if now := time.Now(); now.After(next) {
				fmt.Fprintf(errs, "journal: %d lines, %s\n", lines, e.At.Format("2006-01-02 15:04"))
				next = now.Add(2 * time.Second)
			}
		}
		return !r.Done() && ctx.Err() == nil
	}
	read := func() error { return readJournalFrom(ctx, c, r, s.from.Time, add) }
	if s.file != "" {
		read = func() error { return readLines(s.file, add) }
	}
	if err := read(); err != nil {
		return replay.Recording{}, err
	}
	if ctx.Err() != nil {
		return replay.Recording{}, fmt.Errorf("stopped after %d lines of the journal", lines)
	}
	return r.Recording(s.target, s.short)
}

// readJournalFrom reads the database until add has enough, from the last checkpoint before a moment that r can begin with.
func readJournalFrom(ctx context.Context, c Config, r *replay.Recorder, from time.Time, add func(fact.Entry) bool) error {
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	f, err := engine.Earlier(ctx, db.Journal(), from)
	if err != nil {
		return err
	}
	if f == nil || !r.Resume(f) {
		return readEntries(ctx, db, 0, add)
	}
	return readEntries(ctx, db, f.Seq, add)
}

// readJournal reads the database from its first line until add has enough.
func readJournal(ctx context.Context, c Config, add func(fact.Entry) bool) error {
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	return readEntries(ctx, db, 0, add)
}

func readEntries(ctx context.Context, db *postgres.DB, seq int64, add func(fact.Entry) bool) error {
	for {
		entries, err := db.Entries(ctx, seq, 1000)
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, e := range entries {
			if seq = e.Seq; !add(e) {
				return nil
			}
		}
	}
}

// maxLine bounds a line of a journal file.
const maxLine = 1 << 20

// readLines reads what "tandem journal show" wrote.
func readLines(file string, add func(fact.Entry) bool) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	defer f.Close()
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, maxLine)
	for n := int64(1); scanner.Scan(); n++ {
		var line struct {
			Seq   int64                      `json:"seq"`
			At    time.Time                  `json:"at"`
			About orchestrator.InteractionID `json:"about"`
			Kind  string                     `json:"kind"`
			Fact  json.RawMessage            `json:"fact"`
		}
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			return fmt.Errorf("%s:%d: this is no line of \"tandem journal show\": %w", file, n, err)
		}
		if line.Seq != n {
			return fmt.Errorf("%s:%d: line %d of the journal stands here; write the whole journal: tandem journal show > %s", file, n, line.Seq, file)
		}
		x, err := fact.Decode(line.Kind, line.Fact, nil)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", file, n, err)
		}
		if !add(fact.Entry{Seq: line.Seq, At: line.At.UTC(), About: line.About, Fact: x}) {
			return nil
		}
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}
