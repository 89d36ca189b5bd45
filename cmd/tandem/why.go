package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

const whyUsage = "usage: tandem journal why [-language en|zh] INTERACTION"

// journalWhy tells of every offer of an interaction why it went to whom it went: it lives through the journal up to each offer and asks
// the floor, as nothing of it was recorded then.
func journalWhy(ctx context.Context, c Config, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("journal why", flag.ContinueOnError)
	language := flags.String("language", "en", "en or `zh`")
	if err := parseOptions(flags, args); err != nil {
		return err
	}
	if flags.NArg() != 1 || *language != "en" && *language != "zh" {
		return fmt.Errorf("journal why: %q is not understood; %s", flags.Args(), whyUsage)
	}
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	w := bufio.NewWriter(out)
	read := func(after int64) ([]fact.Entry, error) { return db.Entries(ctx, after, 1000) }
	return errors.Join(tellWhy(w, orchestrator.InteractionID(flags.Arg(0)), *language, read), w.Flush())
}

// tellWhy reads the journal from its beginning until the interaction is over.
func tellWhy(out io.Writer, id orchestrator.InteractionID, language string, read func(after int64) ([]fact.Entry, error)) error {
	f := floor.New(floor.Config{}) // The rules of a configuration decide nothing here: all has happened.
	offers, came := 0, false
	for {
		entries, err := read(f.Seq)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if offer, ok := e.Fact.(fact.OfferMade); ok && e.About == id {
				offers++
				if err := tellOffer(out, f, e, offer, language); err != nil {
					return err
				}
			}
			f.Apply(e)
			came = came || e.About == id
		}
		f.TakeTouched()
		if _, here := f.Interactions[id]; len(entries) > 0 && (!came || here) {
			continue
		}
		switch {
		case !came:
			return fmt.Errorf("journal why: the journal knows no interaction %q", id)
		case offers == 0:
			_, err = fmt.Fprintf(out, "%s was offered to nobody\n", id)
		}
		return err
	}
}

func tellOffer(out io.Writer, f *floor.Floor, e fact.Entry, offer fact.OfferMade, language string) error {
	x, waits := f.Explain(e.About, e.At)
	if !waits || x.Chosen != offer.Agent {
		_, err := fmt.Fprintf(out, "%s %s went to %s by rules that this program no longer has\n\n", e.At.Format(time.RFC3339Nano), offer.Offer, offer.Agent)
		return err
	}
	if _, err := fmt.Fprintf(out, "%s %s\n", e.At.Format(time.RFC3339Nano), offer.Offer); err != nil {
		return err
	}
	for _, said := range x.Say(language) {
		if _, err := fmt.Fprintf(out, "  %s\n", said); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out)
	return err
}
