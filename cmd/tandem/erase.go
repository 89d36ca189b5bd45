package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"

	"tandem/adapters/postgres"
	"tandem/adapters/shelf"
	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/customer"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
)

// erase forgets a person: the number, names and notes beside the facts, the copies in views, tickets and messages, and the audio.
// Facts and figures stay.
func erase(ctx context.Context, c Config, args []string, out io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: tandem erase NUMBER, written as the calls showed it; there is no way back")
	}
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	files, err := shelf.New(filepath.Join(c.DataDir, "recordings"))
	if err != nil {
		return err
	}
	n, err := forget(ctx, db, files, spellings(c.SMS.Country, args[0]))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "erased, with %d recordings; facts and figures stay\n", n)
	return err
}

// spellings are the ways in which one address may be kept: calls have a number as the trunk shows it or as it was keyed in, texts and
// opt-outs as the country writes it, and a customer's record mail addresses in small letters.
func spellings(country orchestrator.Country, address string) []string {
	kind := customer.Phone
	if strings.Contains(address, "@") {
		kind = customer.Email
	}
	out := []string{address}
	for _, other := range customer.Spellings(customer.Identity{Kind: kind, Value: customer.Normal(kind, address, country)}, country) {
		if !slices.Contains(out, other) {
			out = append(out, other)
		}
	}
	return out
}

// bin deletes the audio of tapes.
type bin interface {
	Delete(ctx context.Context, tape media.TapeID) error
}

// forget erases a person under each spelling of the number, and returns how many recordings went too. The audio goes at once, with
// its spelling; what cannot be deleted here, tandem serve takes away as a job. NotFound when no spelling is known.
func forget(ctx context.Context, from desk.Eraser, files bin, spellings []string) (recordings int, err error) {
	var stranger error
	known := false
	for _, spelling := range spellings {
		tapes, err := from.Erase(ctx, spelling)
		if orchestrator.KindOf(err) == orchestrator.NotFound {
			stranger = cmp.Or(stranger, err)
			continue
		}
		known = true
		if err != nil {
			return recordings, err
		}
		var failed error
		for _, tape := range tapes {
			failed = errors.Join(failed, files.Delete(ctx, tape))
		}
		if failed != nil {
			return recordings, fmt.Errorf("the person is erased as %s, but these recordings could not be deleted yet; tandem serve tries again until they are gone: %w", spelling, failed)
		}
		recordings += len(tapes)
	}
	if !known {
		return 0, stranger
	}
	return recordings, nil
}

// forgetter has the floor that runs forget who was erased beside it.
func forgetter(db *postgres.DB, eng *engine.Engine, log *slog.Logger) *desk.Forgetter {
	return &desk.Forgetter{Book: db, Log: log, Tell: func(ctx context.Context, e desk.Erasure) (int64, error) {
		return eng.Do(ctx, floor.Command{Do: floor.ForgetPerson{Interactions: e.Interactions}})
	}}
}
