package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"tandem/orchestrator/erlang"
)

const staffUsage = "usage: tandem staff -interval 30m -handle 4m10s [-patience 90s] [-bot 0] [-by erlang|simulator] [-cv 1] [-answered 0.8] [-within 20s] [-occupancy 1] [-shrinkage 0] [-format table|csv|json|svg] -calls N | FILE"

// staffNeeded tells how many people each interval needs, of one count of calls or of a file of them.
func staffNeeded(ctx context.Context, _ Config, args []string, out io.Writer) error {
	var each erlang.Demand
	var goal erlang.Goal
	flags := flag.NewFlagSet("staff", flag.ContinueOnError)
	flags.Float64Var(&each.Calls, "calls", -1, "`calls` in one interval; without a file")
	flags.DurationVar(&each.Interval, "interval", 0, "`time` that each count covers")
	flags.DurationVar(&each.Handle, "handle", 0, "mean handle `time`, wrap-up included, where the file has none")
	flags.DurationVar(&each.Patience, "patience", 0, "mean `time` after which callers give up (Erlang A); 0: they never do (Erlang C)")
	flags.Float64Var(&goal.Answered, "answered", 0.8, "least `share` of all calls answered within the target")
	flags.DurationVar(&goal.Within, "within", 20*time.Second, "target `time`")
	flags.Float64Var(&goal.Occupancy, "occupancy", 1, "highest `share` of their time that people are busy")
	flags.Float64Var(&goal.Shrinkage, "shrinkage", 0, "`share` of the rostered time in which people are not at work")
	bot := flags.Float64("bot", 0, "`share` of the contacts that a bot or a web page solves: the rest reaches people; instead of the column bot of the file")
	by := flags.String("by", "erlang", "erlang: each interval alone, exactly; simulator: the whole day, with what one interval leaves to the next")
	cv := flags.Float64("cv", 1, "with -by simulator: standard deviation of handle times ÷ their mean; 1 is exponential, as Erlang has it, else lognormal")
	format := flags.String("format", "table", "table, csv, json or svg")
	if err := parseOptions(flags, args); err != nil {
		return err
	}
	write, given := staffPrinters[*format], false
	flags.Visit(func(f *flag.Flag) { given = given || f.Name == "calls" })
	switch {
	case flags.NArg() > 1 || given == (flags.NArg() == 1):
		return fmt.Errorf("staff: give either -calls or one file, flags before the file; %s", staffUsage)
	case write == nil:
		return fmt.Errorf("staff: format %q is not known; %s", *format, staffUsage)
	case !(*bot >= 0 && *bot < 1):
		return fmt.Errorf("staff: bot %v is not from 0 to below 1: write 0.3 when 30 %% need nobody", *bot)
	case *by != "erlang" && *by != "simulator":
		return fmt.Errorf("staff: -by %q is not known; %s", *by, staffUsage)
	case each.Interval <= 0:
		return fmt.Errorf("staff: say with -interval which time each count covers, such as -interval 30m")
	}
	if err := goal.Check(); err != nil {
		return fmt.Errorf("staff: %w", err)
	}
	counts := counted{rows: []count{{demand: each, place: "staff"}}}
	if !given {
		var err error
		if counts, err = readCounts(flags.Arg(0), each); err != nil {
			return fmt.Errorf("staff: %w", err)
		}
	}
	plan := staffPlan{labels: counts.labels, each: each, goal: goal, bot: *bot}
	flags.Visit(func(f *flag.Flag) { plan.said = plan.said || f.Name == "bot" })
	for i := range counts.rows {
		plan.split(&counts.rows[i])
	}
	if err := plan.staff(ctx, counts); err != nil {
		return err
	}
	if *by == "simulator" {
		if err := plan.simulate(ctx, counts, *cv, os.Stderr); err != nil {
			return fmt.Errorf("staff: %w", err)
		}
	}
	return write(out, plan)
}

// staff finds the people of each interval by the formula, and how many more the contacts would need.
func (p *staffPlan) staff(ctx context.Context, counts counted) error {
	known := map[erlang.Demand]erlang.Need{} // the same count comes often in a file of months
	staff := func(d erlang.Demand) (need erlang.Need, err error) {
		if need, ok := known[d]; ok {
			return need, nil
		}
		if need, err = p.goal.Staff(d); err == nil {
			known[d] = need
		}
		return need, err
	}
	for _, c := range counts.rows {
		need, err := staff(c.demand)
		all := need
		if err == nil && p.bots {
			d := c.demand
			d.Calls = c.contacts
			all, err = staff(d)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", c.place, err)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("staff: stopped at %s", c.place)
		}
		row := newStaffRow(c, need)
		row.Saved = all.Agents - need.Agents
		p.rows = append(p.rows, row)
	}
	return nil
}
