package api

import (
	"context"
	"io"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
	"tandem/orchestrator/whatif"
)

// Centre carries out commands; *engine.Engine is one.
type Centre interface {
	// Do returns the number of the journal's last line after the command. Errors are *orchestrator.Error.
	Do(ctx context.Context, c floor.Command) (seq int64, err error)
}

// Keeper makes the switch have the phones and trunks that the store has; provision.Keepers are one.
type Keeper interface {
	// Name is that of a switch, "" is the first; it is "" where there is only one.
	Name(sw string) string
	// Place says how phones reach a switch; Invalid where there is no such switch, or where it takes no accounts.
	Place(ctx context.Context, sw string) (provision.Place, error)
	// Account and Trunk make the switches have one as the store has it, or none.
	Account(ctx context.Context, agent orchestrator.AgentID, name, sw string) error
	Trunk(ctx context.Context, id orchestrator.TrunkID, name string) error
	// Failed says why a switch does not have one; nil when nothing is known against it.
	Failed(sw, name string) error
	States(ctx context.Context, trunks []provision.Trunk) (map[orchestrator.TrunkID]provision.State, error)
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
	OK   bool   // the work is done, be it by others like it
	Says string // what is wrong and what to do; "" when nothing is
}

// Simulations runs what-ifs beside the centre; *whatif.Runner is one.
type Simulations interface {
	// Start puts one in line. Limit when too many are there already.
	Start(q whatif.Request) (whatif.Job, error)
	// Get is NotFound for one that is not known, or no more.
	Get(id string) (whatif.Job, error)
	List() []whatif.Job
	// Cancel ends or forgets one. NotFound like Get.
	Cancel(id string) error
}
