package postgres_test

import (
	"slices"
	"testing"

	"tandem/orchestrator/fact"
)

// TestSilentNumbers: a queue is named until the first call arrives at its number.
func TestSilentNumbers(t *testing.T) {
	db := open(t)
	c := &centre{t: t, j: db.Journal()}
	if _, err := c.j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer following(t, db)()
	c.tell(t.Context(), "", fact.QueueDefined{Queue: "sales", Number: "7000"}, fact.QueueDefined{Queue: "help", Number: "7001"}, fact.AgentDefined{Agent: "ann"})
	c.call(t.Context(), "i1") // to 7000
	if _, err := db.WaitFor(t.Context(), c.seq); err != nil {
		t.Fatal(err)
	}
	if silent, err := db.SilentNumbers(t.Context()); err != nil || !slices.Equal(silent, []string{"7001 (help)"}) {
		t.Errorf("silent are %q (%v)", silent, err)
	}
}
