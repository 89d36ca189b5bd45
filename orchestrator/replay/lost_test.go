package replay_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/replay"
)

// A caller whose talk was lost and who was served by somebody else then is one caller, with the first talk, which is what the day's figures
// count by; the next one took its person away from the others.
func TestALostTalkIsTheCallersTalk(t *testing.T) {
	journal := workday(t, 1, func(c *centre) { c.lost = 20 })
	rec := record(t, journal, time.Time{}, time.Time{})
	first, back := map[orchestrator.InteractionID]time.Duration{}, map[orchestrator.InteractionID]bool{}
	for _, e := range journal {
		switch x := e.Fact.(type) {
		case fact.TalkEnded:
			if first[e.About] == 0 {
				first[e.About] = x.Talk
			}
		case fact.ItemRequeued:
			back[e.About] = true
		}
	}
	if len(back) < 20 {
		t.Fatalf("only %d talks were lost", len(back))
	}
	for _, q := range rec.Scenario.Queues {
		for k, id := range rec.IDs[q.ID] {
			if c := q.Arrivals.Callers[k]; back[id] && (c.Talk != first[id] || len(c.Tries) > 0) {
				t.Errorf("%s talks for %s after %d offers in vain, was %s", id, c.Talk, len(c.Tries), first[id])
			}
		}
	}
	if !slices.ContainsFunc(rec.Notes, func(n replay.Note) bool { return n.Count >= len(back) && strings.Contains(n.Says, "talk was lost") }) {
		t.Errorf("notes %v", rec.Notes)
	}
}
