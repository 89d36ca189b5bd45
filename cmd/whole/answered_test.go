package whole_test

import (
	"strings"
	"testing"
	"time"

	"tandem/cmd/whole"
)

type ticket struct{ Number, State, Disposition, Interaction string }

type message struct{ To, Text, State string }

// TestACallIsAnswered is the main job from end to end.
func TestACallIsAnswered(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Wrap: 30 * time.Second, Greeting: "prompt:welcome"})
	ann := c.Phone("ann")
	c.Available("ann")
	call := c.Dial("13800138000")
	ctx, cancel := c.Ctx()
	defer cancel()
	offer, err := ann.WaitCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if offer.From() != "13800138000" || !strings.Contains(offer.DisplayName(), "Support") {
		t.Errorf("the phone shows %q <%s>", offer.DisplayName(), offer.From())
	}
	if err := offer.Answer(); err != nil {
		t.Fatal(err)
	}
	if err := call.Hears(ctx, whole.AgentTone); err != nil {
		t.Error(err)
	}
	if err := offer.Hears(ctx, whole.CallerTone); err != nil {
		t.Error(err)
	}
	if err := offer.Hangup(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := call.WaitEnded(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.API.Post(ctx, "/api/v1/agents/ann/wrap-up", map[string]string{"disposition": "solved"}, nil); err != nil {
		t.Fatal(err)
	}
	c.Until("a ticket with the disposition", func() bool {
		all := whole.List[ticket](c, "/api/v1/tickets")
		return len(all) == 1 && all[0].Disposition == "solved"
	})
	c.Until("one SMS", func() bool {
		all := whole.List[message](c, "/api/v1/messages")
		return len(all) == 1 && all[0].State == "sent" && all[0].To == "13800138000"
	})
	livedThroughAgain(c)
}
