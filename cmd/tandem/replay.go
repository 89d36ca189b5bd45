package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/replay"
	"tandem/orchestrator/rules"
	"tandem/orchestrator/simulate"
)

const replayUsage = "usage: tandem replay [-from TIME] [-to TIME] [-file JOURNAL] [-change FILE] [-table ID=FILE]... [-flow FILE]... [-days 10] [-seed N] [-level 0.95] [-agents] [-differences N] [-format table|csv|json|svg] [SCENARIO]"

// replayed is a span that was, beside what would have been.
type replayed struct {
	replay.Held
	differing int // of all; Different are those that are to be listed
}

// replayDay lives through a span of the journal again under another scenario, or, without one, as it was.
func replayDay(ctx context.Context, c Config, args []string, out io.Writer) error {
	var s span
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	s.flags(flags)
	change := flags.String("change", "", "`file` with what would be otherwise: queues and groups of agents that it names are changed or added, all else stays")
	tables := otherTables{}
	flags.Var(tables, "table", "decision `table` by which callers would have been led, as ID=FILE.csv or ID=FILE.yaml; more than once for several")
	flows := otherFlows{}
	flags.Var(flows, "flow", "flow `file` through which callers would have come, the same way; more than once for several")
	format := flags.String("format", "table", "table, csv, json or svg")
	days := flags.Int("days", 10, "so many `times`, each with what nobody could know drawn anew")
	seed := flags.Uint64("seed", 1, "`seed` of what is drawn")
	level := flags.Float64("level", 0.95, "`level` of the confidence intervals")
	agents := flags.Bool("agents", false, "each person too, in the table")
	differences := flags.Int("differences", 0, "also list the first `N` callers for whom it would have been otherwise")
	if err := parseOptions(flags, args); err != nil {
		return err
	}
	write := replayPrinters[*format]
	switch {
	case flags.NArg() > 1 || flags.NArg() == 1 && *change != "":
		return fmt.Errorf("replay: give one scenario or -change, flags before it; %s", replayUsage)
	case write == nil:
		return fmt.Errorf("replay: format %q is not known; %s", *format, replayUsage)
	case *level <= 0 || *level >= 1:
		return fmt.Errorf("replay: level %v is not between 0 and 1", *level)
	}
	zone, err := c.zone()
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	rec, err := s.record(ctx, c, os.Stderr)
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	other := rec.Scenario
	other.Name = "as it was"
	if file := flags.Arg(0) + *change; file != "" {
		if other, err = otherScenario(file, *change != "", rec); err != nil {
			return err
		}
	}
	var moved replay.Moved
	if len(tables)+len(flows) > 0 {
		if other, moved, err = rec.Rule(other, replay.Entries{Tables: tables, Flows: flows, Zone: zone}); err != nil {
			return fmt.Errorf("replay: %w", err)
		}
		if flags.NArg() == 0 && *change == "" {
			other.Name = "other tables and flows"
		}
	}
	other.Days, other.Seed = *days, *seed
	begun := time.Now()
	held, err := rec.Hold(other, moved, *level, progress(ctx, "replay", os.Stderr))
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	r := replayed{held, len(held.Different)}
	fmt.Fprintf(os.Stderr, "replay: %d callers, %d times, in %s\n", len(rec.Was.Fates), len(r.Days), time.Since(begun).Round(time.Millisecond))
	r.Different = r.Different[:min(len(r.Different), max(*differences, 0))]
	return write(out, r, *agents)
}

// otherTables are the decision tables of a flag.
type otherTables map[orchestrator.TableID]*rules.Table

func (t otherTables) String() string { return "" }

// Set implements flag.Value.
func (t otherTables) Set(text string) error {
	id, file, ok := strings.Cut(text, "=")
	if !ok || id == "" || file == "" {
		return errors.New("write the id of a decision table and its file, such as who=who.csv")
	}
	table, err := readTable(file)
	if err != nil {
		return err
	}
	t[orchestrator.TableID(id)] = table
	return nil
}

// otherFlows are the flows of a flag.
type otherFlows map[orchestrator.FlowID]*flow.Flow

func (f otherFlows) String() string { return "" }

// Set implements flag.Value.
func (f otherFlows) Set(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	one, err := flow.Parse(file, string(text))
	if err == nil {
		err = one.Check(file, flow.Centre{})
	}
	if err != nil {
		return err
	}
	f[orchestrator.FlowID(one.Name)] = one
	return nil
}

// otherScenario reads what would be otherwise. What it does not say of callers is taken from the recording.
func otherScenario(file string, change bool, rec replay.Recording) (simulate.Scenario, error) {
	text, err := readBounded(file)
	if err != nil {
		return simulate.Scenario{}, err
	}
	other, err := decodeScenario(file, text)
	if err != nil {
		return other, err
	}
	if other.Length != 0 && other.Length != rec.Scenario.Length || other.Steady {
		return other, fmt.Errorf("scenario %s has a length of %s and the span of the journal is %s: leave length and steady out, or choose the span with -from and -to", file, other.Length, rec.Scenario.Length)
	}
	return checkScenario(file, text, rec.Otherwise(other, change))
}
