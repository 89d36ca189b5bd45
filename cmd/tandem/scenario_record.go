package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

const scenarioUsage = "usage: tandem scenario [-from TIME] [-to TIME] [-random 30m] [-file JOURNAL] [-target 20s] [-short 5s]"

// recordScenario writes a span of the journal as a scenario: its very callers, or with -random others like them.
func recordScenario(ctx context.Context, c Config, args []string, out io.Writer) error {
	var s span
	flags := flag.NewFlagSet("scenario", flag.ContinueOnError)
	s.flags(flags)
	random := flags.Duration("random", 0, "other callers like these: as many in each interval of this `time` as came, by chance")
	if err := parseOptions(flags, args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("scenario: %q is not understood; %s", flags.Arg(0), scenarioUsage)
	case *random != 0 && *random < time.Minute:
		return errors.New("scenario: -random takes an interval of a minute or more, such as 30m")
	}
	rec, err := s.record(ctx, c, os.Stderr)
	if err != nil {
		return fmt.Errorf("scenario: %w", err)
	}
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "# From the journal, %s to %s (UTC). Times count from the beginning.\n", rec.From.Format("2006-01-02 15:04:05"), rec.To.Format("2006-01-02 15:04:05"))
	said := rec.Scenario
	if *random != 0 {
		said = rec.Random(*random)
		fmt.Fprintf(w, "# Callers come by chance, as many in each %s as came. Patience: Kaplan-Meier over those who gave up and those who were answered.\n", *random)
	} else {
		fmt.Fprintf(w, "# The very callers. Zero or not said is not known, and is drawn from service, wrap, ring and patience of the queue;\n# gave_up: after so long; stayed: still there after so long, so that their patience is longer.\n")
	}
	for _, n := range rec.Notes {
		fmt.Fprintf(w, "# %s\n", n)
	}
	return errors.Join(writeScenario(w, said), w.Flush())
}
