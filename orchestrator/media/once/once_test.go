package once_test

import (
	"fmt"
	"testing"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/once"
)

// The last names are known, and only so many that the memory does not grow for ever.
func TestNames(t *testing.T) {
	const most = 1 << 16
	var names once.Names[media.LegID]
	if names.Has("leg-0") {
		t.Error("nothing was used yet")
	}
	name := func(i int) media.LegID { return media.LegID(fmt.Sprint("leg-", i)) }
	for i := range most {
		names.Add(name(i))
		names.Add(name(i))
	}
	if !names.Has(name(0)) || !names.Has(name(most-1)) {
		t.Error("a name is forgotten too early")
	}
	names.Add(name(most))
	if names.Has(name(0)) || !names.Has(name(1)) || !names.Has(name(most)) {
		t.Error("not the oldest is forgotten")
	}
}
