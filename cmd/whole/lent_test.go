package whole_test

import (
	"testing"
	"time"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

// salesDoor leads into the line of a queue that nobody is in.
const salesDoor = `flow: door
numbers: ["7000"]
language: en
start: sales
nodes:
  sales: {queue: sales}
`

// TestLentAgentsOutliveTheSwitch: FreeSWITCH dies, or the line to it is lost, while a lent agent's phone rings and while they talk. The
// agent is free or talks on, and goes back to the own queue.
func TestLentAgentsOutliveTheSwitch(t *testing.T) {
	c, absences := startOnCable(t, whole.Config{Agents: []string{"ann"}, Patience: time.Minute})
	c.Put("/api/v1/queues/sales", map[string]any{"name": "Sales", "number": "7001", "music": "", "ring_seconds": 20, "wrap_up_seconds": 0, "tickets": "never"})
	c.Put("/api/v1/queues/support", map[string]any{"name": "Support", "number": "7002", "music": "", "ring_seconds": 20, "wrap_up_seconds": 0, "tickets": "never"})
	c.Put("/api/v1/flows/door", map[string]string{"text": salesDoor})
	type bounds map[string]int
	c.Put("/api/v1/queues/sales/routing", map[string]any{"strategy": "longest_idle", "steps": []string{}, "borrow": []any{
		map[string]any{"from": []string{"support"}, "when": bounds{"waiting": 1}, "hold_seconds": 10},
	}})
	ann := c.Works("ann")
	loans := func() int { return len(whole.List[struct{ Agent string }](c, "/api/v1/queues/sales/loans")) }
	lent := func(from string) (call, offer *softphone.Call) {
		c.T.Helper()
		call = c.Dial(from)
		offer = c.Rings(ann)
		c.Until("the agent is lent", func() bool { return loans() == 1 })
		return call, offer
	}
	back := func(from string) {
		c.T.Helper()
		c.Until("the call is over", func() bool { return !c.Call(from).Live })
		c.AtRest()
		c.Until("the agent is back", func() bool { return loans() == 0 })
		if a := c.Agent("ann"); a.NotResponding || a.Status != "available" {
			c.T.Errorf("the agent is %+v", a)
		}
	}
	for n, g := range absences {
		ringing, talking := "1360000001"+string(rune('0'+n)), "1360000002"+string(rune('0'+n))
		c.Tell(g.name+" while the phone rings", func(*testing.T) {
			call, offer := lent(ringing)
			g.happens(ann)
			if !g.fatal() {
				c.Talk(offer, call)
				c.HangsUp(offer)
				c.Ends(call)
			}
			back(ringing)
		})
		c.Tell(g.name+" while they talk", func(*testing.T) {
			call, offer := lent(talking)
			c.Talk(offer, call)
			g.happens(ann)
			if !g.fatal() {
				c.HearEachOther(offer, call)
				c.HangsUp(offer)
				c.Ends(call)
			}
			back(talking)
		})
	}
	c.Verify()
}
