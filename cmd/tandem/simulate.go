package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"tandem/orchestrator/simulate"
)

const simulateUsage = "usage: tandem simulate [-against FILE] [-format table|csv|json|svg] [-days N] [-seed N] [-level 0.95] [-agents] FILE"

// simulateDays runs a scenario in virtual time and tells what came of it; with -against, what is different from another scenario.
func simulateDays(ctx context.Context, _ Config, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("simulate", flag.ContinueOnError)
	against := flags.String("against", "", "also run this scenario `file` with the same callers, and tell the difference")
	format := flags.String("format", "table", "table, csv, json or svg")
	days := flags.Int("days", 0, "`repetitions` instead of those of the scenario")
	seed := flags.Uint64("seed", 0, "`seed` instead of that of the scenario")
	level := flags.Float64("level", 0.95, "`level` of the confidence intervals")
	agents := flags.Bool("agents", false, "each person too, in the table")
	if err := parseOptions(flags, args); err != nil {
		return err
	}
	write := printers[*format]
	switch {
	case flags.NArg() != 1:
		return fmt.Errorf("simulate: name one scenario file; %s", simulateUsage)
	case write == nil && *format != "svg":
		return fmt.Errorf("simulate: format %q is not known; %s", *format, simulateUsage)
	case *level <= 0 || *level >= 1:
		return fmt.Errorf("simulate: level %v is not between 0 and 1", *level)
	}
	var scenarios []simulate.Scenario
	var ran [][]simulate.Day
	for _, file := range []string{flags.Arg(0), *against} {
		if file == "" {
			continue
		}
		s, err := readScenario(file)
		if err != nil {
			return err
		}
		if *days != 0 {
			s.Days = *days
		}
		flags.Visit(func(f *flag.Flag) {
			if f.Name == "seed" {
				s.Seed = *seed
			}
		})
		s.Keep = *format == "svg"
		if err := s.Check(); err != nil {
			return fmt.Errorf("simulate: %w", err)
		}
		done, err := simulate.Run(s, progress(ctx, file, os.Stderr))
		if err != nil {
			return fmt.Errorf("simulate: %w", err)
		}
		scenarios, ran = append(scenarios, s), append(ran, done)
	}
	if *format == "svg" {
		return plotSimulation(out, scenarios, ran)
	}
	reports := []simulate.Report{simulate.NewReport(scenarios[0], ran[0], *level)}
	if len(scenarios) == 2 {
		other, difference, err := simulate.Compare(scenarios[1], scenarios[0], ran[1], ran[0], *level)
		if err != nil {
			return fmt.Errorf("simulate: %w", err)
		}
		reports = []simulate.Report{other, difference}
	}
	return write(out, reports, *agents)
}

// progress says on errs how far a run is, every other second, and ends it when ctx does.
func progress(ctx context.Context, file string, errs io.Writer) func(share float64) bool {
	next := time.Now().Add(2 * time.Second)
	return func(share float64) bool {
		if now := time.Now(); now.After(next) {
			fmt.Fprintf(errs, "simulate: %s: %.0f %%\n", file, 100*share)
			next = now.Add(2 * time.Second)
		}
		return ctx.Err() == nil
	}
}
