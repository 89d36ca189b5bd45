package whole_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

// TestTandemKeptAway: the switch looks after everybody by itself, and Tandem takes them back in their old places.
func TestTandemKeptAway(t *testing.T) {
	beside(t)
	const guard = 5 * time.Second
	c := whole.Start(t, whole.Config{Agents: []string{"ann", "bob"}, Guard: guard, GuardSeconds: int(guard.Seconds()), RingSeconds: 3})
	ann := c.Works("ann")
	talking := c.Dial("13100000001")
	talk := c.Rings(ann)
	c.Talk(talk, talking)
	waiting := map[string]*softphone.Call{}
	line := []string{"13100000002", "13100000003"}
	since := map[string]time.Time{}
	for _, from := range line {
		waiting[from] = c.Dial(from)
		since[from] = c.Waiting(from).Queued
	}
	c.Kill()
	left := time.Now()
	late := c.Dial("13100000004")
	// At once, or by the dialplan's own guard if it came before the switch saw that Tandem is gone.
	c.Until("a new call reaches the fallback", func() bool { return !late.AnsweredAt().IsZero() })
	ctx, cancel := c.Ctx()
	defer cancel()
	if err := late.HearsAudio(ctx); err != nil {
		t.Fatalf("%v; answered at %v, %s, %+v\n%+v", err, late.AnsweredAt(), late.End(), late.Stats(), c.Channels())
	}
	c.Until("all who wait reach the fallback", func() bool { return c.InFallback() == 3 })
	if took := time.Since(left); took > 2*guard {
		t.Errorf("the guard of %s took %s", guard, took)
	}
	c.HearEachOther(talk, talking)
	c.Restart()
	c.Until("everybody is back", func() bool { return c.InFallback() == 0 })
	for _, from := range line {
		i := c.Waiting(from)
		if !i.Queued.Equal(since[from]) {
			t.Errorf("%s waits since %s, before %s", from, i.Queued, since[from])
		}
		c.HearsMusic(waiting[from])
	}
	c.Waiting("13100000004")
	c.HearEachOther(talk, talking)
	c.HangsUp(talk)
	c.Ends(talking)
	for _, from := range append(slices.Clone(line), "13100000004") {
		offer := c.Rings(ann)
		if offer.From() != from {
			t.Fatalf("%s comes, it is the turn of %s", offer.From(), from)
		}
		call := waiting[from]
		if call == nil {
			call = late
		}
		c.Talk(offer, call)
		c.HangsUp(offer)
		c.Ends(call)
	}
	for _, from := range append([]string{"13100000001", "13100000004"}, line...) {
		ended(c, from, ending{state: "done", offers: []string{"ann completed"}, tickets: 1})
	}
	c.Verify()
	c.Kill()
	c.NobodyAnswers("13100000005")
	c.Restart() // so that the agents can sign out
}

// TestTandemIsFrozen: F9 and F16. The switch still believes in Tandem, so that a new call waits for the dialplan's guard. It is not
// answered before the fallback takes it, and comes back when Tandem goes on.
func TestTandemIsFrozen(t *testing.T) {
	beside(t)
	const guard = 3 * time.Second
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Guard: 5 * time.Second, GuardSeconds: int(guard.Seconds()), RingSeconds: 3})
	c.Freeze()
	call := c.Dial("13100000021")
	c.Until("the fallback takes the call", func() bool { return !call.AnsweredAt().IsZero() })
	if took := call.AnsweredAt().Sub(call.InvitedAt()); took < guard-time.Second || took > 2*guard+time.Second {
		t.Errorf("answered after %s, the guard is %s", took, guard)
	}
	if n := c.InFallback(); n != 1 {
		t.Errorf("%d callers are in the fallback: %+v", n, c.Channels())
	}
	c.Thaw()
	c.Waiting("13100000021")
	c.Until("the call is back", func() bool { return c.InFallback() == 0 })
	offer := c.Rings(c.Works("ann"))
	c.Talk(offer, call)
	c.HangsUp(offer)
	c.Ends(call)
	c.Until("the call is over", func() bool { return !c.Call("13100000021").Live })
	c.AtRest()
	c.Verify()
}

// TestTheFallbackTakesTheCall: whoever speaks to an agent there does not come back, and has one ending.
func TestTheFallbackTakesTheCall(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Guard: 5 * time.Second, RingSeconds: 10})
	call := c.Dial("13100000011")
	c.Waiting("13100000011")
	ann := c.Phone("ann")
	c.Kill()
	offer := c.Rings(ann)
	c.Talk(offer, call)
	c.Restart()
	c.Available("ann")
	c.Until("the phone is known to be busy", func() bool { return c.Agent("ann").Phone.Health == "busy" })
	second := c.Dial("13100000012")
	i := c.Waiting("13100000012")
	c.Throughout(time.Second, "a phone that the fallback rang is not offered anything", func() bool { return len(c.Offers(i.ID)) == 0 && ann.Invites() == 1 })
	c.HearEachOther(offer, call)
	c.HangsUp(offer)
	c.Ends(call)
	next := c.Rings(ann)
	c.Talk(next, second)
	c.HangsUp(next)
	c.Ends(second)
	ended(c, "13100000011", ending{state: "flowed_out", reason: "fallback"})
	ended(c, "13100000012", ending{state: "done", offers: []string{"ann completed"}, tickets: 1})
	c.Verify()
}

// TestCallsOfOthers: F60. What is not ours is neither listed nor touched, whatever becomes of us.
func TestCallsOfOthers(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	called := func(number string) *softphone.Call {
		t.Helper()
		ctx, cancel := c.Ctx()
		defer cancel()
		call, err := c.Stranger("12900000001").Dial(ctx, number)
		c.Must(err)
		return call
	}
	hears := func(call *softphone.Call, hz float64) {
		t.Helper()
		ctx, cancel := c.Ctx()
		defer cancel()
		c.Must(call.Hears(ctx, hz))
	}
	echo, tone := called("9007"), called("9001") // says what it hears; sings 440 Hz
	ctx, cancel := c.Ctx()
	defer cancel()
	c.Must(c.Switch.CallItself(ctx))
	untouched := func(when string) {
		t.Helper()
		hears(echo, whole.CallerTone)
		hears(tone, 440)
		if got := c.Interactions(); len(got) != 0 {
			t.Errorf("%s others' calls are listed: %+v", when, got)
		}
		if legs := c.Channels(); len(legs) != 4 {
			t.Errorf("%s there are %d legs of others, want 4: %+v", when, len(legs), legs)
		}
	}
	c.Until("the switch's own call is up", func() bool { return len(c.Channels()) == 4 })
	untouched("beside us")
	c.Kill()
	c.Restart()
	untouched("after a kill")
	c.Must(c.Tandem.Stop())
	c.Restart()
	untouched("after a restart")
	call := c.Dial("12900000002")
	offer := c.Rings(c.Works("ann"))
	c.Talk(offer, call)
	c.HangsUp(offer)
	c.Ends(call)
	c.Until("our own legs are gone", func() bool { return len(c.Channels()) == 4 })
	hears(echo, whole.CallerTone)
	hears(tone, 440)
	if said := c.Tandem.LogTail(2000); strings.Contains(said, "Local/") || strings.Contains(said, "loopback/") || strings.Contains(said, "12900000001") {
		t.Error("the log speaks of others' calls")
	}
}
