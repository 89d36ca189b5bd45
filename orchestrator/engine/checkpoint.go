package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"reflect"
	"sync"
	"time"

	"tandem/orchestrator/floor"
)

// meaning is raised when a field of floor.State comes to mean something else; a field more or less is noticed without it.
const meaning = 1

// version names the form of the state in a checkpoint: the types that it is made of.
var version = sync.OnceValue(func() string {
	return fmt.Sprintf("%d-%s", meaning, formOf(floor.Forms()))
})

// formOf names the form of types.
func formOf(types []reflect.Type) string {
	sum := sha256.New()
	for _, t := range types {
		describe(sum, t, map[reflect.Type]bool{})
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// describe writes down a type and all that it is made of.
func describe(w io.Writer, t reflect.Type, seen map[reflect.Type]bool) {
	fmt.Fprintf(w, "%s %s;", t, t.Kind())
	if seen[t] {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			fmt.Fprintf(w, "%s %q ", t.Field(i).Name, t.Field(i).Tag)
			describe(w, t.Field(i).Type, seen)
		}
	case reflect.Map:
		describe(w, t.Key(), seen)
		describe(w, t.Elem(), seen)
	case reflect.Pointer, reflect.Slice, reflect.Array:
		describe(w, t.Elem(), seen)
	}
}

// restore folds a floor from the newest checkpoint and the tail of the journal.
func restore(ctx context.Context, j Journal, cfg floor.Config) (*floor.Floor, error) {
	c, err := j.Newest(ctx)
	if err != nil {
		return nil, fmt.Errorf("read checkpoint: %w", err)
	}
	if c.Version != version() {
		c = Checkpoint{} // Of another program: what that one did not know would silently be missing.
	}
	f, err := floor.Load(cfg, c.State, c.Persons)
	if err != nil {
		return nil, err
	}
	return f, catchUp(ctx, j, f)
}

// Earlier is a floor as it stood before a moment, by the last checkpoint that is kept from before it and that this program can read;
// nil when there is none. It has only what has happened, and none of a configuration's rules: it is for those who look back.
func Earlier(ctx context.Context, j Journal, before time.Time) (*floor.Floor, error) {
	c, err := j.Earlier(ctx, version(), before)
	if err != nil {
		return nil, fmt.Errorf("read checkpoint: %w", err)
	}
	if c.Seq == 0 {
		return nil, nil //nolint:nilnil // That none is kept is an answer: the journal is read from its beginning.
	}
	return floor.Load(floor.Config{}, c.State, c.Persons)
}

// catchUp lives through everything that the journal has and f has not.
func catchUp(ctx context.Context, j Journal, f *floor.Floor) error {
	for {
		entries, err := j.Entries(ctx, f.Seq, readChunk)
		if err != nil {
			return fmt.Errorf("read journal after %d: %w", f.Seq, err)
		}
		if len(entries) == 0 {
			return nil
		}
		for _, x := range entries {
			f.Apply(x)
		}
	}
}

// keepCheckpoints folds a second floor behind the first and saves it now and then, so that the turn never waits for it.
func (e *Engine) keepCheckpoints(ctx context.Context, cell Cell) {
	tick := time.NewTicker(e.cfg.Checkpoint)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := saveCheckpoint(ctx, e.cfg.Journal, e.cfg.Floor(cell.Name)); err != nil && ctx.Err() == nil {
			e.cfg.Log.Warn("checkpoint not written; the next start reads more of the journal", "cause", err)
		}
	}
}

func saveCheckpoint(ctx context.Context, j Journal, cfg floor.Config) error {
	f, err := restore(ctx, j, cfg)
	if err != nil {
		return err
	}
	state, persons, err := f.Save()
	if err != nil {
		return err
	}
	return j.Save(ctx, Checkpoint{Seq: f.Seq, Version: version(), State: state, Persons: persons})
}
