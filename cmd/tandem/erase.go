package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"tandem/adapters/shelf"
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
	var tapes []media.TapeID
	// Calls have a number as the trunk shows it, texts and opt-outs as the country writes it.
	for _, spelling := range slices.Compact([]string{args[0], c.SMS.Country.Canonical(args[0])}) {
		theirs, err := db.Erase(ctx, spelling)
		if err != nil {
			return err
		}
		tapes = append(tapes, theirs...)
	}
	var failed error
	for _, tape := range tapes {
		failed = errors.Join(failed, files.Delete(ctx, tape))
	}
	if failed != nil {
		return fmt.Errorf("the person is erased, but these recordings could not be deleted; delete their files by hand: %w", failed)
	}
	_, err = fmt.Fprintf(out, "erased, with %d recordings; facts and figures stay\n", len(tapes))
	return err
}
