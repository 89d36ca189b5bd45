package whole_test

import (
	"testing"
	"time"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

// TestKilledWhileTheyWait: F1. Nobody is dropped, music goes on, and the line is the same afterwards.
func TestKilledWhileTheyWait(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	line := []string{"13500000001", "13500000002", "13500000003"}
	calls, since := map[string]*softphone.Call{}, map[string]time.Time{}
	for _, from := range line {
		calls[from] = c.Dial(from)
		since[from] = c.Waiting(from).Queued
		c.HearsMusic(calls[from]) // in line is not yet with music: a crash between the two leaves silence until the guard
	}
	c.Kill()
	for _, from := range line {
		c.HearsMusic(calls[from])
	}
	began := time.Now()
	c.Restart()
	if took := time.Since(began); took > 10*time.Second { // most of a second on a machine with time
		t.Errorf("back after %s", took)
	}
	for _, from := range line {
		if i := c.Waiting(from); !i.Queued.Equal(since[from]) {
			t.Errorf("%s waits since %s, before %s", from, i.Queued, since[from])
		}
		c.HearsMusic(calls[from])
	}
	ann := c.Works("ann")
	for _, from := range line {
		offer := c.Rings(ann)
		if offer.From() != from {
			t.Fatalf("%s comes, it is the turn of %s", offer.From(), from)
		}
		c.Talk(offer, calls[from])
		c.HangsUp(offer)
		c.Ends(calls[from])
	}
	for _, from := range line {
		ended(c, from, ending{state: "done", offers: []string{"ann completed"}, tickets: 1})
	}
	c.Verify()
}

// TestKilledWhileAPhoneRings: F2 and F59. The same offer goes on: no second ring.
func TestKilledWhileAPhoneRings(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{})
	for n, story := range []struct {
		name  string
		inGap func(offer, call *softphone.Call)
		want  ending
	}{
		{"and goes on ringing", func(_, _ *softphone.Call) {}, ending{state: "done", offers: []string{"ann completed"}, tickets: 1}},
		{"and is answered meanwhile", func(offer, _ *softphone.Call) { c.Must(offer.Answer()) },
			ending{state: "done", offers: []string{"ann completed"}, tickets: 1}},
		{"and rejects meanwhile", func(offer, _ *softphone.Call) { c.Must(offer.Reject(603)) },
			ending{state: "done", offers: []string{"ann lost", "bob completed"}, tickets: 1}},
		{"and the caller gives up meanwhile", func(_, call *softphone.Call) { c.HangsUp(call) },
			ending{state: "abandoned", reason: "gap", offers: []string{"ann caller_gone"}}},
	} {
		c.Tell(story.name, func(t *testing.T) {
			from := "1340000000" + string(rune('0'+n))
			ann := c.Works("ann")
			call := c.Dial(from)
			offer := c.Rings(ann)
			c.Until("the ringing is accounted for", func() bool { w := c.Agent("ann").Work; return w != nil && w.State == "alerting" })
			since := c.Since(from)
			c.Kill()
			story.inGap(offer, call)
			c.Restart()
			switch {
			case story.want.state == "abandoned":
				c.Ends(offer)
			case len(story.want.offers) == 2:
				offer = c.Rings(c.Works("bob"))
				c.Talk(offer, call)
			case n == 0:
				c.Talk(offer, call)
			default:
				c.HearEachOther(offer, call)
			}
			if story.want.state == "done" {
				c.HangsUp(offer)
			}
			c.Ends(call)
			i := ended(c, from, story.want)
			if !i.Queued.Equal(since) {
				t.Errorf("in line since %s, before %s", i.Queued, since)
			}
			if i.Estimated != (story.want.state == "abandoned") {
				t.Errorf("estimated: %t", i.Estimated)
			}
			if ann.Invites() != 1 {
				t.Errorf("%d INVITEs at the phone", ann.Invites())
			}
			if c.Agent("ann").NotResponding {
				t.Error("the agent is blamed")
			}
		})
	}
	c.Verify()
}

// TestKilledWhileTheyTalk: F5 and F6. The conversation goes on, and its end is accounted for whenever it comes.
func TestKilledWhileTheyTalk(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	for n, story := range []struct {
		name      string
		estimated bool
		hangUp    func(offer, call *softphone.Call)
	}{
		{"and hang up afterwards", false, func(offer, _ *softphone.Call) { c.Restart(); c.HangsUp(offer) }},
		{"and the caller hangs up meanwhile", true, func(_, call *softphone.Call) { c.HangsUp(call); c.Restart() }},
		{"and the agent hangs up meanwhile", false, func(offer, _ *softphone.Call) { c.HangsUp(offer); c.Restart() }},
		{"and both hang up meanwhile", true, func(offer, call *softphone.Call) { c.HangsUp(offer); c.HangsUp(call); c.Restart() }},
	} {
		c.Tell(story.name, func(t *testing.T) {
			from := "1330000000" + string(rune('0'+n))
			ann := c.Works("ann")
			call := c.Dial(from)
			offer := c.Rings(ann)
			c.Talk(offer, call)
			c.Until("the talk is accounted for", func() bool { return c.Call(from).State == "assigned" })
			c.Kill()
			c.HearEachOther(offer, call)
			story.hangUp(offer, call)
			c.Ends(offer)
			c.Ends(call)
			i := ended(c, from, ending{state: "done", offers: []string{"ann completed"}, tickets: 1})
			if i.Estimated != story.estimated {
				t.Errorf("estimated: %t", i.Estimated)
			}
			stored(c, i)
		})
	}
	c.Verify()
}

// stored waits for the one recording of a call, and returns it.
func stored(c *whole.Centre, i whole.Interaction) whole.Recording {
	c.T.Helper()
	var all []whole.Recording
	defer func() {
		if c.T.Failed() {
			c.T.Logf("the recordings of %s: %+v", i.From, all)
		}
	}()
	c.Until("the recording of "+i.From+" is stored", func() bool {
		all = c.Recordings(i.ID)
		return len(all) == 1 && all[0].State == "stored" && all[0].Bytes > 44
	})
	return all[0]
}

// TestKilledWhileTheGreetingEnds: nobody is there to hear that it is over; the caller comes into line all the same.
func TestKilledWhileTheGreetingEnds(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Greeting: "prompt:welcome"})
	ann := c.Works("ann")
	call := c.Dial("13200000011")
	c.HearsMusic(call) // the greeting
	c.Kill()
	c.Until("the greeting is over", func() bool { return time.Since(call.Stats().Last) > time.Second })
	c.Restart()
	offer := c.Rings(ann)
	c.Talk(offer, call)
	c.HangsUp(offer)
	c.Ends(call)
	ended(c, "13200000011", ending{state: "done", offers: []string{"ann completed"}, tickets: 1})
	c.Verify()
}

// TestKilledAroundTheTalk: during the greeting and during after-call work.
func TestKilledAroundTheTalk(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Greeting: "prompt:welcome", Wrap: 5 * time.Minute})
	ann := c.Works("ann")
	call := c.Dial("13200000001")
	c.HearsMusic(call) // the greeting
	c.Until("the call is listed", func() bool { return c.Call("13200000001").ID != "" })
	if i := c.Call("13200000001"); i.State != "new" {
		t.Errorf("during the greeting it is %s", i.State)
	}
	c.Kill()
	c.Restart()
	offer := c.Rings(ann)
	c.Talk(offer, call)
	c.HangsUp(offer)
	c.Ends(call)
	c.Until("after-call work begins", func() bool { w := c.Agent("ann").Work; return w != nil && w.State == "wrapping" })
	c.Kill()
	c.Restart()
	if w := c.Agent("ann").Work; w == nil || w.State != "wrapping" {
		t.Errorf("the agent's work is %+v", w)
	}
	ctx, cancel := c.Ctx()
	defer cancel()
	c.Must(c.API.Post(ctx, "/api/v1/agents/ann/wrap-up", map[string]string{"disposition": "solved"}, nil))
	i := ended(c, "13200000001", ending{state: "done", reason: "solved", offers: []string{"ann completed"}, tickets: 1})
	c.Until("the ticket has the disposition", func() bool { return c.Tickets(i.ID)[0].Disposition == "solved" })
	for _, kind := range []string{"prompt_begun", "prompt_ended", "item_queued", "talk_ended"} {
		if n := c.Count(i.ID, kind); n != 1 {
			t.Errorf("%d times %s", n, kind)
		}
	}
	stored(c, i)
	c.Verify()
}
