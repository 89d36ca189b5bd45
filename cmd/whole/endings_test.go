package whole_test

import (
	"slices"
	"testing"
	"time"

	"tandem/cmd/whole"
)

// ending is all that must remain of a call.
type ending struct {
	state, reason string
	offers        []string // in order, by whom and how each ended
	tickets       int      // and as many SMS
}

// ended waits for the end of a call and holds everything that remains against it.
func ended(c *whole.Centre, from string, want ending) whole.Interaction {
	c.T.Helper()
	c.Until("the call of "+from+" is over", func() bool { i := c.Call(from); return i.ID != "" && !i.Live && !i.Ended.IsZero() })
	i := c.Call(from)
	if i.State != want.state || i.Reason != want.reason {
		c.T.Errorf("it ended %s (%s), want %s (%s)", i.State, i.Reason, want.state, want.reason)
	}
	if got := c.Offers(i.ID); !slices.Equal(got, want.offers) {
		c.T.Errorf("the offers were %q, want %q", got, want.offers)
	}
	c.AtRest()
	c.Until("its tickets and messages", func() bool {
		return len(c.Tickets(i.ID)) >= want.tickets && len(c.Messages(i.ID)) >= want.tickets
	})
	if tickets, sms := len(c.Tickets(i.ID)), len(c.Messages(i.ID)); tickets != want.tickets || sms != want.tickets {
		c.T.Errorf("%d tickets and %d messages, want %d of each", tickets, sms, want.tickets)
	}
	for _, kind := range []string{"item_ended", "interaction_ended"} {
		if n := c.Count(i.ID, kind); n != 1 {
			c.T.Errorf("%d times %s", n, kind)
		}
	}
	return i
}

// TestHowACallerEndsIt: the customer hangs up in each phase.
func TestHowACallerEndsIt(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	c.Tell("while waiting, nobody is signed in", func(*testing.T) {
		call := c.Dial("13800000001")
		c.Waiting("13800000001")
		c.HearsMusic(call)
		c.HangsUp(call)
		ended(c, "13800000001", ending{state: "abandoned", reason: "hangup"})
	})
	c.Tell("while the phone rings", func(t *testing.T) {
		ann := c.Works("ann")
		call := c.Dial("13800000002")
		offer := c.Rings(ann)
		c.HangsUp(call)
		if end := c.Ends(offer); end.Local {
			t.Errorf("the phone stopped with %s", end)
		}
		ended(c, "13800000002", ending{state: "abandoned", reason: "hangup", offers: []string{"ann caller_gone"}})
		if c.Agent("ann").NotResponding {
			t.Error("the agent is blamed")
		}
	})
	c.Tell("while talking", func(*testing.T) {
		ann := c.Works("ann")
		call := c.Dial("13800000003")
		offer := c.Rings(ann)
		c.Talk(offer, call)
		c.HangsUp(call)
		c.Ends(offer)
		ended(c, "13800000003", ending{state: "done", offers: []string{"ann completed"}, tickets: 1})
	})
	c.Tell("while waiting, with a ticket for whoever gave up", func(*testing.T) {
		c.Put("/api/v1/queues/support", map[string]any{"name": "Support", "number": whole.Number, "tickets": "all"})
		call := c.Dial("13800000004")
		c.Waiting("13800000004")
		c.HangsUp(call)
		ended(c, "13800000004", ending{state: "abandoned", reason: "hangup", tickets: 1})
	})
	c.Verify()
}

// TestHowAPhoneEndsIt: the offer fails at one agent in each way; the caller keeps the place and the next agent takes the call.
func TestHowAPhoneEndsIt(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Ring: 5 * time.Second})
	for n, way := range []struct {
		name   string
		status int
		ending string
	}{{"rings on and on", 0, "no_answer"}, {"603 declined", 603, "rejected"}, {"486 busy", 486, "device_failed"},
		{"480 unavailable", 480, "device_failed"}, {"404 not found", 404, "device_failed"}, {"503 overloaded", 503, "device_failed"}} {
		c.Tell(way.name, func(t *testing.T) {
			from := "1390000000" + string(rune('0'+n))
			ann := c.Works("ann")
			call := c.Dial(from)
			offer := c.Rings(ann)
			since := c.Since(from)
			bob := c.Works("bob")
			if way.status != 0 {
				c.Must(offer.Reject(way.status))
			}
			second := c.Rings(bob)
			c.Ends(offer)
			if got := c.Call(from).Queued; !got.Equal(since) {
				t.Errorf("in line since %s, before %s", got, since)
			}
			c.Until("the first offer is accounted for", func() bool {
				offers := c.Offers(c.Call(from).ID)
				return len(offers) > 0 && offers[0] == "ann "+way.ending
			})
			c.Until("ann is blamed for what is hers", func() bool { return c.Agent("ann").NotResponding == (way.ending == "no_answer") })
			c.Talk(second, call)
			c.HangsUp(second)
			c.Ends(call)
			ended(c, from, ending{state: "done", offers: []string{"ann " + way.ending, "bob completed"}, tickets: 1})
			if ann.Invites() != 1 || bob.Invites() != 1 {
				t.Errorf("%d and %d INVITEs", ann.Invites(), bob.Invites())
			}
		})
	}
	c.Verify()
}

// TestAPhoneThatIsNotThere: nobody is hammered, nobody is blamed, and the call comes once the phone does.
func TestAPhoneThatIsNotThere(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Ring: 5 * time.Second})
	c.Tell("nobody is signed in, then somebody is", func(*testing.T) {
		call := c.Dial("13700000001")
		c.Waiting("13700000001")
		ann := c.Works("ann")
		offer := c.Rings(ann)
		c.Talk(offer, call)
		c.HangsUp(offer)
		ended(c, "13700000001", ending{state: "done", offers: []string{"ann completed"}, tickets: 1})
	})
	c.Tell("signed in without a phone, then it registers", func(t *testing.T) {
		c.Until("the phone is known to be away", func() bool { return c.Agent("ann").Phone.Health == "unregistered" })
		c.Available("ann")
		call := c.Dial("13700000002")
		i := c.Waiting("13700000002")
		c.Throughout(2*time.Second, "nothing is offered", func() bool { return len(c.Offers(i.ID)) == 0 })
		offer := c.Rings(c.Works("ann"))
		c.Talk(offer, call)
		c.HangsUp(offer)
		ended(c, "13700000002", ending{state: "done", offers: []string{"ann completed"}, tickets: 1})
	})
	c.Tell("it refuses again and again", func(t *testing.T) {
		ann := c.Works("ann")
		call := c.Dial("13700000003")
		c.Must(c.Rings(ann).Reject(480))
		c.Throughout(8*time.Second, "it cools down", func() bool { return ann.Invites() == 1 })
		c.Must(c.Rings(ann).Reject(480))
		i := c.Call("13700000003")
		// The caller's hang-up would overtake the refusal now and then, and the offer end with it.
		c.Until("the second refusal is accounted for", func() bool { return len(c.Offers(i.ID)) == 2 && c.Offers(i.ID)[1] == "ann device_failed" })
		c.HangsUp(call)
		ended(c, "13700000003", ending{state: "abandoned", reason: "hangup", offers: []string{"ann device_failed", "ann device_failed"}})
	})
	c.Tell("it vanishes while it rings", func(t *testing.T) {
		ann := c.Works("ann")
		call := c.Dial("13700000004")
		c.Rings(ann)
		c.Vanishes(ann)
		c.Since("13700000004")
		i := c.Call("13700000004")
		c.Until("the offer ends", func() bool { return slices.Equal(c.Offers(i.ID), []string{"ann no_answer"}) })
		c.HangsUp(call)
		ended(c, "13700000004", ending{state: "abandoned", reason: "hangup", offers: []string{"ann no_answer"}})
	})
	c.Verify()
}

// TestAPhoneWithAnotherCall: F57.
func TestAPhoneWithAnotherCall(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	ann := c.Works("ann")
	ctx, cancel := c.Ctx()
	defer cancel()
	other, err := ann.Dial(ctx, "9007") // says what it hears
	c.Must(err)
	c.Must(other.Hears(ctx, whole.AgentTone))
	c.Until("the phone is known to be busy", func() bool { return c.Agent("ann").Phone.Health == "busy" })
	call := c.Dial("13600000001")
	i := c.Waiting("13600000001")
	c.Throughout(2*time.Second, "nothing is offered to a busy phone", func() bool { return len(c.Offers(i.ID)) == 0 && ann.Invites() == 0 })
	if len(c.Interactions()) != 1 {
		t.Errorf("the agent's own call is listed: %+v", c.Interactions())
	}
	c.Must(other.Hears(ctx, whole.AgentTone))
	c.HangsUp(other)
	offer := c.Rings(ann)
	c.Talk(offer, call)
	c.HangsUp(offer)
	ended(c, "13600000001", ending{state: "done", offers: []string{"ann completed"}, tickets: 1})
}
