package whole_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/cmd/whole"
)

// callbackDoor leads into line, and from there to a promised call.
const callbackDoor = `flow: door
numbers: ["7000"]
language: en
start: support
nodes:
  support: {queue: support, keys: {1: back}}
  back:
    callback: support
    say: [callback-to, {digits: callback_number}, callback-keys]
    booked: callback-booked
    tries: 9
    wait: 10s
    otherwise: support
    refused: bye
  bye: {hangup: refused}
`

// promised is a callback as the API shows it.
type promised struct {
	ID, State, Reason, Previous string
	Attempts                    int
	Since                       time.Time
	Tries                       []struct {
		Attempt int
		Outcome string
	}
}

// TestCallbacks: a caller hangs up and keeps the place; Tandem is killed in each phase, and the customer, a robot of the switch behind a trunk, is
// called once. A customer who is busy is called again, as often as was to be tried.
func TestCallbacks(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Variables: []string{
		"TANDEM_DIAL_TRUNK=robots", "TANDEM_DIAL_ALLOWED=900", "TANDEM_DIAL_SHOWN=7000", "TANDEM_DIAL_RETRY=1s,1s",
	}})
	c.Put("/api/v1/queues/support", map[string]any{"name": "Support", "number": "7001", "music": "", "ring_seconds": 20, "wrap_up_seconds": 0, "tickets": "answered"})
	c.Put("/api/v1/flows/door", map[string]string{"text": callbackDoor})
	one := func() (p promised) {
		t.Helper()
		var page struct{ Items []promised }
		ctx, stop := c.Ctx()
		defer stop()
		c.Must(c.API.Get(ctx, "/api/v1/callbacks", &page))
		if len(page.Items) == 0 {
			return p
		}
		c.Must(c.API.Get(ctx, "/api/v1/callbacks/"+page.Items[0].ID, &p))
		return p
	}
	is := func(state string) {
		t.Helper()
		c.Until("the callback is "+state, func() bool { return one().State == state })
	}
	killed := func() { t.Helper(); c.Kill(); c.Restart() }

	c.Tell("killed in each phase, called once", func(t *testing.T) {
		w := walk{c, c.Dial("9001"), "9001"}
		since := c.Waiting("9001").Queued
		c.Must(waitAnswered(c, w.call)) // in line is not yet answered, and who is not can't press a key
		c.Must(press(c, w.call, "1"))
		w.at("back")
		killed()
		w.askedAgain("back")
		c.Must(press(c, w.call, "1"))
		is("due")
		killed() // while the caller hears that it is booked
		c.Ends(w.call)
		if p := one(); !p.Since.Equal(since) || p.Previous == "" {
			t.Errorf("the place counts from %s, the call's from %s; it goes on from %q", p.Since, since, p.Previous)
		}
		ann := c.Works("ann")
		offer := c.Rings(ann)
		is("reserved")
		killed()
		c.Must(offer.Answer())
		c.Until("the agent is told who is called", func() bool { return c.Count(one().ID, "offer_accepted") == 1 })
		killed()
		// A kill between writing and dialling is an attempt that is lost: the story goes on when the phone rings.
		c.Until("the customer's phone rings", func() bool {
			return slices.ContainsFunc(c.Channels(), func(leg whole.Channel) bool { return strings.EqualFold(leg.State, "ringing") })
		})
		killed()
		is("connected")
		ctx, stop := c.Ctx()
		defer stop()
		c.Must(offer.Hears(ctx, whole.CallerTone))
		killed()
		c.HangsUp(offer)
		is("done")
		p := one()
		if len(p.Tries) != 1 || p.Tries[0].Outcome != "connected" || c.Count(p.ID, "customer_dialled") != 1 {
			t.Errorf("the customer was called so: %+v", p.Tries)
		}
		c.Until("the matter has a ticket", func() bool { return len(c.Tickets(p.Previous)) > 0 })
		if n := len(c.Tickets(p.Previous)); n != 1 {
			t.Errorf("the matter has %d tickets", n)
		}
	})
	c.Tell("busy is tried again, and then it has failed", func(t *testing.T) {
		ctx, stop := c.Ctx()
		defer stop()
		c.Must(c.API.Post(ctx, "/api/v1/callbacks", map[string]string{"queue": "support", "number": "9002"}, nil))
		ann := c.Works("ann")
		for range 3 {
			offer := c.Rings(ann)
			c.Must(offer.Answer())
			c.Ends(offer)
		}
		is("failed")
		if p := one(); p.Reason != "busy" || p.Attempts != 3 {
			t.Errorf("it ended as %+v", p)
		}
	})
	c.Verify()
}
