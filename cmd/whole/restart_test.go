package whole_test

import (
	"errors"
	"testing"
	"time"

	"tandem/cmd/whole"
)

// TestTheSwitchRestarts: F17. Its calls are over, whoever spoke or waited; the agents are free, and the next call is like any other.
func TestTheSwitchRestarts(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Patience: time.Minute})
	ann := c.Works("ann")
	talking := c.Dial("12300000001")
	c.Talk(c.Rings(ann), talking)
	c.Dial("12300000002")
	c.Waiting("12300000002")
	ctx, cancel := c.Ctx()
	defer cancel()
	if err := c.Switch.Restart(ctx); errors.Is(err, whole.ErrNotOurs) {
		t.Skipf("*** SKIPPED: %v ***", err)
	} else if err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{"12300000001", "12300000002"} {
		c.Until("the call of "+from+" is over", func() bool { return !c.Call(from).Live })
	}
	c.AtRest()
	if c.Agent("ann").NotResponding {
		t.Error("the agent is blamed")
	}
	c.Until("the ticket of the conversation", func() bool { return len(c.Tickets(c.Call("12300000001").ID)) == 1 })
	c.Must(ann.Register(ctx))
	next := c.Dial("12300000003")
	offer := c.Rings(ann)
	c.Talk(offer, next)
	c.HangsUp(offer)
	c.Ends(next)
	stored(c, ended(c, "12300000003", ending{state: "done", offers: []string{"ann completed"}, tickets: 1}))
	c.Verify()
}
