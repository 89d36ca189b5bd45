package floor

import (
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// A phone is made once and then renewed, also by a floor that was read from a checkpoint; another agent's endpoint is not taken, and what
// was taken away can't be taken away again.
func TestPhoneIsMadeRenewedAndRemoved(t *testing.T) {
	f := New(Defaults("x"))
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	do := func(c any, want ...string) {
		t.Helper()
		facts, err := f.Step(Command{Do: c}, now)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range facts {
			got = append(got, e.Fact.Kind())
		}
		if len(got) != len(want) || len(got) > 0 && got[0] != want[0] {
			t.Errorf("%+v is told as %v, want %v", c, got, want)
		}
	}
	refused := func(c any, want orchestrator.Kind) {
		t.Helper()
		if facts, err := f.Step(Command{Do: c}, now); orchestrator.KindOf(err) != want || len(facts) > 0 {
			t.Errorf("%+v: %v, %v, want %s", c, facts, err, want)
		}
	}
	for _, name := range []string{"ann", "bob"} {
		do(DefineAgent{Agent: orchestrator.AgentID(name), Endpoint: name, Who: fact.Person{Name: name}}, "agent_defined")
	}
	refused(MakePhone{Agent: "nobody", Endpoint: "t-nobody"}, orchestrator.NotFound)
	refused(MakePhone{Agent: "ann", Endpoint: "bob"}, orchestrator.Conflict)
	refused(MakePhone{Agent: "ann", Endpoint: "a&b"}, orchestrator.Invalid)
	do(MakePhone{Agent: "ann", Endpoint: "t-ann"}, "phone_made")
	if f.Agents["ann"].Endpoint != "t-ann" {
		t.Errorf("ann's endpoint is %q", f.Agents["ann"].Endpoint)
	}
	state, erasable, err := f.Save()
	if err != nil {
		t.Fatal(err)
	}
	if f, err = Load(Defaults("x"), state, erasable); err != nil {
		t.Fatal(err)
	}
	do(MakePhone{Agent: "ann", Endpoint: "t-ann"}, "phone_renewed")
	do(RemovePhone{Agent: "ann"}, "phone_removed")
	refused(RemovePhone{Agent: "ann"}, orchestrator.NotFound)
	do(MakePhone{Agent: "ann", Endpoint: "t-ann"}, "phone_made")
	do(NoteTrunk{Trunk: "provider"}, "trunk_set")
	do(NoteTrunk{Trunk: "provider", Removed: true}, "trunk_removed")
	refused(NoteTrunk{Trunk: "a b"}, orchestrator.Invalid)
}
