package api

import (
	"context"
	"io"

	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
)

// Centre carries out commands; *engine.Engine is one.
type Centre interface {
	// Do returns the number of the journal's last line after the command. Errors are *orchestrator.Error.
	Do(ctx context.Context, c floor.Command) (seq int64, err error)
}

// Shelf opens stored recordings; every recording.Shelf is one.
type Shelf interface {
	// Open opens a stored file; NotFound when there is none.
	Open(ctx context.Context, id media.TapeID) (io.ReadSeekCloser, error)
}

// Health tells how the parts of the program are.
type Health interface {
	// Health answers within the time of ctx; a part that cannot tell in time is not well. Says goes to everybody who asks: it
	// names no secret and no person.
	Health(ctx context.Context) []HealthCheck
}

// HealthCheck is how one part is.
type HealthCheck struct {
	Name string // journal, switch, reactors, …
	OK   bool
	Says string // what is wrong and what to do; "" when OK
}
