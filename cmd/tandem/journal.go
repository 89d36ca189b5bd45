package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"tandem/adapters/postgres"
	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

func migrate(ctx context.Context, c Config, _ []string, out io.Writer) error {
	if err := c.needDatabase(); err != nil {
		return err
	}
	if err := postgres.Migrate(ctx, string(c.Database)); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, "the database has this program's schema")
	return err
}

// openDatabase opens the database for a command that runs beside a serving Tandem: it reads, or rebuilds views.
func openDatabase(ctx context.Context, c Config) (*postgres.DB, error) {
	if err := c.needDatabase(); err != nil {
		return nil, err
	}
	return postgres.Open(ctx, string(c.Database), newLog(c, os.Stderr))
}

// shown is one line of "journal show": durations in nanoseconds, as in the journal.
type shown struct {
	Seq   int64                      `json:"seq"`
	At    time.Time                  `json:"at"`
	About orchestrator.InteractionID `json:"about,omitempty"`
	Kind  string                     `json:"kind"`
	Fact  fact.Fact                  `json:"fact"`
}

func journalShow(ctx context.Context, c Config, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("journal show", flag.ContinueOnError)
	after := flags.Int64("after", 0, "begin after this `line`")
	about := flags.String("about", "", "only this `interaction`, such as i42")
	if err := parseOptions(flags, args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("journal show: %q is not understood; usage: tandem journal show [-after LINE] [-about INTERACTION]", flags.Arg(0))
	}
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	w := bufio.NewWriter(out)
	defer w.Flush()
	enc := json.NewEncoder(w)
	for seq := *after; ; {
		entries, err := db.Entries(ctx, seq, 1000)
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, e := range entries {
			seq = e.Seq
			if *about != "" && string(e.About) != *about {
				continue
			}
			if err := enc.Encode(shown{e.Seq, e.At, e.About, e.Fact.Kind(), e.Fact}); err != nil {
				return err
			}
		}
	}
}

func journalVerify(ctx context.Context, c Config, _ []string, out io.Writer) error {
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Verify(ctx); err != nil {
		return err
	}
	seq, err := db.Seq(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "the journal has no gap, every fact can be read, and the views agree with it (%d lines)\n", seq)
	return err
}

func journalRebuild(ctx context.Context, c Config, _ []string, out io.Writer) error {
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.RebuildViews(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "the views were made anew from the journal")
	return err
}

func newLog(c Config, w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: c.LogLevel}))
}
