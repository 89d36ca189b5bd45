package whole_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

const (
	killRounds = 6
	killSeed   = 20261122
)

// TestKilledAnywhere: calls in all phases all the time, and Tandem killed at random instants. Callers wait until somebody has
// spoken to them, so that whoever is dropped shows.
func TestKilledAnywhere(t *testing.T) {
	beside(t)
	for name, greeting := range map[string]string{"with a greeting": "prompt:welcome", "straight into the line": ""} {
		t.Run(name, func(t *testing.T) {
			beside(t)
			killedAnywhere(t, greeting)
		})
	}
}

func killedAnywhere(t *testing.T, greeting string) {
	t.Helper()
	dice := rand.New(rand.NewPCG(killSeed, 0)) //nolint:gosec // a seeded story, no secret
	c := whole.Start(t, whole.Config{Agents: []string{"ann", "bob", "cy"}, Greeting: greeting, Patience: time.Minute})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	crowd := &crowdOf{t: t, c: c}
	agents := map[string]*softphone.Phone{}
	for _, name := range []string{"ann", "bob", "cy"} {
		p := c.Works(name)
		agents[name] = p
		crowd.agents.Go(func() { crowd.work(ctx, p) })
	}
	const lines = 5
	more := make(chan struct{})
	for line := range lines {
		crowd.callers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-more:
					return
				default:
				}
				crowd.call(fmt.Sprintf("123%04d%04d", line, n))
			}
		})
	}
	for round := range killRounds {
		pause := time.Duration(200+dice.IntN(1800)) * time.Millisecond
		crowd.let(pause)
		c.Kill()
		crowd.let(time.Duration(dice.IntN(500)) * time.Millisecond)
		c.Restart()
		t.Logf("round %d: killed after %s", round, pause)
	}
	close(more)
	crowd.callers.Wait()
	stop()
	crowd.agents.Wait()
	c.AtRest()
	offers, without := map[string]int{}, 0
	spoken := "" // of whom the books are being read
	defer func() {
		if t.Failed() && spoken != "" {
			tellAll(c, spoken)
		}
	}()
	for _, from := range crowd.spoken {
		spoken = from
		var i whole.Interaction // read anew each time: the list may be behind when everybody is free already
		c.Until("the books of "+from, func() bool {
			i = c.Call(from)
			return i.ID != "" && !i.Live && len(c.Tickets(i.ID)) > 0 && len(c.Messages(i.ID)) > 0
		})
		if tickets, sms, ends := len(c.Tickets(i.ID)), len(c.Messages(i.ID)), c.Count(i.ID, "interaction_ended"); tickets != 1 || sms != 1 || ends != 1 {
			t.Errorf("%s has %d tickets, %d messages and %d endings", from, tickets, sms, ends)
		}
		for _, e := range c.Timeline(i.ID) {
			if e.Kind == "offer_made" {
				offers[e.Data.Agent]++
			}
		}
		if r := accounted(c, i); r.State != "stored" {
			t.Logf("the recording of %s: %s", from, r.Why)
			without++
		}
	}
	if without > killRounds {
		t.Errorf("%d calls have no recording after %d kills", without, killRounds)
	}
	for name, p := range agents {
		if p.Invites() > offers[name] {
			t.Errorf("%s's phone rang %d times for %d offers", name, p.Invites(), offers[name])
		}
		if c.Agent(name).NotResponding {
			t.Errorf("%s is blamed", name)
		}
	}
	if all := c.Interactions(); len(all) != len(crowd.spoken) {
		t.Errorf("%d calls, %d are listed", len(crowd.spoken), len(all))
	}
	t.Logf("%d calls", len(crowd.spoken))
	c.Verify()
}

// accounted waits for the one recording of a call that is over. A talk that ends before the program is back may have no tape, or one
// side of it, when the kill came between the two: then the recording says so.
func accounted(c *whole.Centre, i whole.Interaction) whole.Recording {
	c.T.Helper()
	var all []whole.Recording
	defer func() {
		if c.T.Failed() {
			c.T.Logf("the recordings of %s: %+v", i.From, all)
		}
	}()
	c.Until("the recording of "+i.From+" is stored, or says why there is none", func() bool {
		all = c.Recordings(i.ID)
		return len(all) == 1 && (all[0].State == "stored" && all[0].Bytes > 44 || unrecorded(all[0]))
	})
	return all[0]
}

// unrecorded says whether it is known that nothing was recorded of a talk that is over. What the switch does not have then it will
// never have; it is called failed two minutes later.
func unrecorded(r whole.Recording) bool {
	return r.State == "failed" && r.Why != "" ||
		r.State == "stopped" && (strings.Contains(r.Why, "does not have") || strings.Contains(r.Why, "there is no"))
}

// tellAll tells everything that the books have of a caller, and how far those are who keep them: a call that is not in them has been
// seen once, and was not understood.
func tellAll(c *whole.Centre, from string) {
	c.T.Helper()
	for _, i := range c.Interactions() {
		if i.From == from {
			c.T.Logf("%s is %+v\ntickets %+v\nmessages %+v\n%+v", from, i, c.Tickets(i.ID), c.Messages(i.ID), c.Timeline(i.ID))
		}
	}
	ctx, cancel := c.Ctx()
	defer cancel()
	var ready struct{ Checks []struct{ Name, Says string } }
	err := c.API.Get(ctx, "/readyz", &ready)
	c.T.Logf("/readyz: %+v, %v", ready, err)
}

// crowdOf are the callers and agents who go on by themselves while Tandem is killed.
type crowdOf struct {
	t *testing.T
	c *whole.Centre

	callers, agents sync.WaitGroup

	heard sync.Map // caller's number → channel that closes when they have heard an agent

	mu     sync.Mutex
	spoken []string
}

// let lets the crowd go on for a while.
func (w *crowdOf) let(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	<-timer.C
}

// call waits for an agent, hears them, and is hung up on by them.
func (w *crowdOf) call(from string) {
	ctx, cancel := w.c.Ctx()
	defer cancel()
	p := w.c.Stranger(from)
	defer p.Close()
	heard := make(chan struct{})
	w.heard.Store(from, heard)
	call, err := p.Dial(ctx, whole.Number)
	if err == nil {
		err = call.Hears(ctx, whole.AgentTone)
	}
	close(heard)
	if err == nil {
		_, err = call.WaitEnded(ctx)
	}
	if err != nil {
		w.t.Errorf("%s: %v", from, err)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spoken = append(w.spoken, from)
}

// work answers every call, hears the caller, and hangs up.
func (w *crowdOf) work(ctx context.Context, p *softphone.Phone) {
	for {
		offer, err := p.WaitCall(ctx)
		if err != nil {
			return
		}
		if offer.Ring() != nil || offer.Answer() != nil {
			continue // taken back meanwhile
		}
		if err := offer.Hears(ctx, whole.CallerTone); err != nil {
			continue // the caller's story tells what is wrong
		}
		if heard, ok := w.heard.Load(offer.From()); ok {
			<-heard.(chan struct{})
		}
		patience, cancel := w.c.Ctx()
		if err := offer.Hangup(patience); err != nil {
			w.t.Errorf("hang up: %v", err)
		}
		cancel()
	}
}
