package mediatest

import (
	"context"
	"testing"
	"time"

	"tandem/orchestrator/media"
)

// Table is an adapter that is watched, and what a test says to it and waits for.
type Table struct {
	*testing.T
	Switch media.Switch
	Told   *Log
}

// Set watches the adapter until the end of the test and waits for its first Up.
func Set(t *testing.T, sw media.Switch) *Table {
	t.Helper()
	x := &Table{T: t}
	x.Begin(sw)
	return x
}

// Begin watches an adapter from now on, such as the next one after a restart of the program, and waits for its first Up; stop ends it
// early, as a crash of the program does.
func (x *Table) Begin(sw media.Switch) (stop func()) {
	x.Helper()
	x.Switch = sw
	x.Told, stop = WatchUntil(x.T, sw)
	x.After(0, media.Up)
	return stop
}

// Within is a context that ends with the test's patience.
func (x *Table) Within() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	x.Cleanup(cancel)
	return ctx
}

// Do says one want.
func (x *Table) Do(id media.LegID, w media.Want) error {
	return x.Switch.Do(x.Within(), map[media.LegID]media.Want{id: w})
}

// Must ends the test on an error.
func (x *Table) Must(err error) {
	x.Helper()
	if err != nil {
		x.Fatalf("%v; told were:\n%s", err, x.Told)
	}
}

// After waits for an event of a kind behind a mark.
func (x *Table) After(mark int, kind string) media.Event {
	x.Helper()
	return x.Told.WaitAfter(x.T, mark, kind, func(e media.Event) bool { return e.Kind == kind })
}

// Until waits for what no event tells.
func (x *Table) Until(what string, is func() bool) {
	x.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline.C:
			x.Fatalf("never: %s; told were:\n%s", what, x.Told)
		}
	}
}
