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
	"tandem/orchestrator/forecast"
)

const forecastUsage = "usage: tandem forecast [-interval 30m] [-days 5] [-closed DATE,…] [-test N] [-format table|csv|json|svg] FILE | -journal [-file JOURNAL] [-queue ID] [-channel voice] [-bot] [-zone Europe/Berlin]"

// said is a forecast with what it was made of.
type said struct {
	grid      grid
	forecasts []forecast.Forecast
	begun     int // intervals of the first forecast that are over: those are what came
}

// forecastCalls tells how many will come: on the days after the last one, and for the rest of one that has begun.
func forecastCalls(ctx context.Context, c Config, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("forecast", flag.ContinueOnError)
	interval := flags.Duration("interval", 30*time.Minute, "`time` that each count of the forecast covers")
	days := flags.Int("days", 5, "so many open `days` ahead")
	closed := flags.String("closed", "", "holidays, past and to come, as `dates` with commas between: 2026-12-25,2027-01-01")
	test := flags.Int("test", 0, "instead, forecast each of the last `N` days by those before, and tell how far off it would have been")
	format := flags.String("format", "table", "table, csv, json or svg")
	journal := flags.Bool("journal", false, "count callers who entered a line in the journal, instead of reading a file of counts")
	want := counting{channel: orchestrator.ChannelVoice}
	flags.StringVar(&want.file, "file", "", "with -journal: read it from this `file`, written by \"tandem journal show\", instead of the database")
	flags.StringVar(&want.queue, "queue", "", "with -journal: only this `queue`")
	flags.StringVar((*string)(&want.channel), "channel", "voice", "with -journal: only this `channel`: voice, callback, chat, sms, social, email or ticket")
	flags.BoolVar(&want.bot, "bot", false, "with -journal: also which share of the contacts flows serve to the end, without a person")
	flags.StringVar(&want.unserved, "unserved", "closed", "with -bot: `reasons` of hangups in flows, with commas between, by which nobody is served")
	flags.StringVar(&want.zone, "zone", "UTC", "with -journal: time `zone` of the centre, in whose days it thinks")
	if err := parseOptions(flags, args); err != nil {
		return err
	}
	write := forecastPrinters[*format]
	switch {
	case *journal == (flags.NArg() == 1) || flags.NArg() > 1:
		return fmt.Errorf("forecast: give either one file of counts or -journal, flags before the file; %s", forecastUsage)
	case write == nil:
		return fmt.Errorf("forecast: format %q is not known; %s", *format, forecastUsage)
	case *interval < time.Minute || (24*time.Hour)%*interval != 0:
		return fmt.Errorf("forecast: an interval of %s does not divide the day; write 15m, 30m or 1h", *interval)
	case *days < 1 || *days > 366:
		return fmt.Errorf("forecast: -days %d: write 1 to 366", *days)
	}
	holidays, err := datesOf(*closed)
	if err != nil {
		return fmt.Errorf("forecast: -closed: %w", err)
	}
	if want.bot && !*journal {
		return fmt.Errorf("forecast: -bot is counted in a journal: give -journal; %s", forecastUsage)
	}
	var g grid
	if *journal {
		want.interval = *interval
		g, err = gridOfJournal(ctx, c, want)
	} else {
		g, err = gridOfFile(flags.Arg(0), *interval)
	}
	if err != nil {
		return fmt.Errorf("forecast: %w", err)
	}
	for _, n := range g.notes {
		fmt.Fprintln(os.Stderr, "forecast:", n)
	}
	if *test > 0 {
		return tellErrors(out, g, holidays, *test)
	}
	s, err := foretell(g, holidays, *days)
	if err != nil {
		return fmt.Errorf("forecast: %w", err)
	}
	return write(out, s)
}

func datesOf(list string) ([]time.Time, error) {
	var out []time.Time
	for word := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		t, err := time.Parse(time.DateOnly, word)
		if err != nil {
			return nil, fmt.Errorf("%q is no date; write 2026-12-25", word)
		}
		out = append(out, t)
	}
	return out, nil
}

// foretell learns all whole days and forecasts the rest of the one that has begun and the open days after.
func foretell(g grid, holidays []time.Time, days int) (said, error) {
	f := forecast.New(forecast.Defaults(), holidays...)
	for _, d := range g.days {
		if err := f.Add(d); err != nil {
			return said{}, err
		}
	}
	s := said{grid: g}
	if len(g.days) == 0 {
		return s, errors.New("there is no whole day to learn from: a day counts from its midnight to the next, and eight weeks make a good forecast")
	}
	date := g.days[len(g.days)-1].Date
	if g.begun != nil {
		today, err := f.Ahead(g.begun.Date)
		if err != nil {
			return s, err
		}
		s.forecasts, s.begun = append(s.forecasts, today.Update(g.begun.Counts)), len(g.begun.Counts)
		date = g.begun.Date
	}
	for ahead := 0; ahead < days; {
		date = date.AddDate(0, 0, 1)
		next, err := f.Ahead(date)
		switch {
		case errors.Is(err, forecast.ErrClosed) && date.Before(g.days[len(g.days)-1].Date.AddDate(2, 0, 0)):
			continue
		case err != nil:
			return s, err
		}
		s.forecasts = append(s.forecasts, next)
		ahead++
	}
	return s, nil
}

// tellErrors forecasts days that were, each by those before it alone.
func tellErrors(out io.Writer, g grid, holidays []time.Time, last int) error {
	if last >= len(g.days) {
		return fmt.Errorf("forecast: -test %d: there are %d days; leave some to learn from", last, len(g.days))
	}
	names := []string{"same weekday last week", "mean of six same weekdays", "this forecast, a day ahead", "this forecast, one interval ahead", "chance alone (nobody can do better)"}
	scores := make([]forecast.Score, len(names))
	f := forecast.New(forecast.Defaults(), holidays...)
	tested := 0
	for n, d := range g.days {
		plain, ok := f.LastWeek(d)
		mean, _ := f.MeanOf(d, 6)
		ahead, err := f.Ahead(d.Date)
		if n >= len(g.days)-last && ok && err == nil {
			tested++
			for i, came := range d.Counts {
				scores[0].Add(plain[i], came)
				scores[1].Add(mean[i], came)
				scores[2].Add(ahead.Counts[i], came)
				scores[3].Add(ahead.Update(d.Counts[:i]).Counts[i], came)
				scores[4].Add(came+forecast.Noise(came), came)
			}
		}
		if err := f.Add(d); err != nil {
			return fmt.Errorf("forecast: %w", err)
		}
	}
	if tested == 0 {
		return errors.New("forecast: none of these days has a same weekday before it; give a longer history")
	}
	fmt.Fprintf(out, "%d of the last %d days, each forecast by the days before it; error of intervals of %s: sum of what was wrong ÷ sum of what came (WAPE)\n\n", tested, last, g.interval)
	for i, name := range names {
		fmt.Fprintf(out, "%-36s %6.2f %%\n", name, 100*scores[i].WAPE())
	}
	return nil
}
