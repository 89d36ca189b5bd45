package routing

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tandem/orchestrator"
)

var t0 = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

func at(s int) time.Time { return t0.Add(time.Duration(s) * time.Microsecond) }

// TestAgainstTheRule compares the pool with the rule of the package comment, written down as a loop over everything.
func TestAgainstTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p Pool
		items := map[orchestrator.InteractionID]Item{}
		agents := map[orchestrator.AgentID]Agent{}
		queues := []orchestrator.QueueID{"a", "b", "c"}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			id := fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "id"))
			switch rapid.IntRange(0, 4).Draw(t, "do") {
			case 0:
				it := Item{orchestrator.InteractionID(id), rapid.SampledFrom(queues).Draw(t, "q"), at(rapid.IntRange(0, 5).Draw(t, "since"))}
				items[it.ID] = it
				p.Wait(it)
			case 1:
				delete(items, orchestrator.InteractionID(id))
				p.Leave(orchestrator.InteractionID(id))
			case 2:
				serves := rapid.SliceOfDistinct(rapid.SampledFrom(queues), func(q orchestrator.QueueID) orchestrator.QueueID { return q }).Draw(t, "serves")
				a := Agent{orchestrator.AgentID(id), serves, at(rapid.IntRange(0, 5).Draw(t, "idle"))}
				agents[a.ID] = a
				p.Free(a)
			case 3:
				delete(agents, orchestrator.AgentID(id))
				p.Busy(orchestrator.AgentID(id))
			case 4:
				it, a, ok := p.Next()
				wantItem, wantAgent, want := rule(items, agents)
				if ok != want || it.ID != wantItem || a.ID != wantAgent {
					t.Fatalf("got %s for %s (%v), want %s for %s (%v)", a.ID, it.ID, ok, wantAgent, wantItem, want)
				}
				if ok { // carry it out
					p.Leave(it.ID)
					p.Busy(a.ID)
					delete(items, it.ID)
					delete(agents, a.ID)
				}
			}
		}
	})
}

// rule is the rule, naively.
func rule(items map[orchestrator.InteractionID]Item, agents map[orchestrator.AgentID]Agent) (orchestrator.InteractionID, orchestrator.AgentID, bool) {
	var line []Item
	for _, it := range items {
		line = append(line, it)
	}
	slices.SortFunc(line, byEnqueueTime)
	var idle []Agent
	for _, a := range agents {
		idle = append(idle, a)
	}
	slices.SortFunc(idle, byIdleTime)
	for _, it := range line {
		for _, a := range idle {
			if slices.Contains(a.Queues, it.Queue) {
				return it.ID, a.ID, true
			}
		}
	}
	return "", "", false
}

func TestPosition(t *testing.T) {
	var p Pool
	for i := range 5 {
		p.Wait(Item{orchestrator.InteractionID(fmt.Sprint(i)), "q", at(-i)})
	}
	if got := p.Position("4"); got != 1 {
		t.Errorf("the earliest is at %d", got)
	}
	p.Leave("3")
	if got := p.Position("0"); got != 4 {
		t.Errorf("the latest of four is at %d", got)
	}
	if got := p.Position("3"); got != 0 {
		t.Errorf("one who left is at %d", got)
	}
}
