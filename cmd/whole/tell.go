package whole

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"tandem/adapters/softphone"
)

// Tell tells one of several stories in the same centre.
func (c *Centre) Tell(name string, story func(t *testing.T)) {
	c.T.(*testing.T).Run(name, func(t *testing.T) {
		was := c.T
		c.T = t
		defer func() { c.T = was }()
		story(t)
	})
}

// Works lets an agent work with a phone of their own until the story ends.
func (c *Centre) Works(agent string) *softphone.Phone {
	c.T.Helper()
	p := c.Phone(agent)
	c.Available(agent)
	c.T.Cleanup(func() { c.goes(agent, p) })
	return p
}

// Vanishes pulls the cable of a phone.
func (c *Centre) Vanishes(p *softphone.Phone) {
	c.vanished[p] = true
	p.Vanish()
}

// goes signs an agent out and takes the phone away.
func (c *Centre) goes(agent string, p *softphone.Phone) {
	ctx, cancel := c.Ctx()
	defer cancel()
	if err := c.API.Put(ctx, "/api/v1/agents/"+agent+"/status", map[string]string{"status": "signed_out"}, nil); err != nil {
		c.T.Error(err)
	}
	if p.Registered() && !c.vanished[p] {
		if err := p.Unregister(ctx); err != nil {
			c.T.Error(err)
		}
	}
	p.Close()
}

// Rings waits for the next call at a phone and lets it ring.
func (c *Centre) Rings(p *softphone.Phone) *softphone.Call {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	offer, err := p.WaitCall(ctx)
	if err != nil {
		c.T.Fatalf("the phone did not ring: %v\n%s\n%s", err, Get[[]byte](c, "/api/v1/agents"), c.Tandem.LogTail(15))
	}
	c.Must(offer.Ring())
	return offer
}

// Talk answers an offer and waits until both sides hear each other.
func (c *Centre) Talk(offer, call *softphone.Call) {
	c.T.Helper()
	c.Must(offer.Answer())
	c.HearEachOther(offer, call)
}

// HearEachOther waits until agent and caller hear each other's tones.
func (c *Centre) HearEachOther(offer, call *softphone.Call) {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	c.Must(call.Hears(ctx, AgentTone))
	c.Must(offer.Hears(ctx, CallerTone))
}

// HearsMusic waits until a caller hears anything.
func (c *Centre) HearsMusic(call *softphone.Call) {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	c.Must(call.HearsAudio(ctx))
}

// HangsUp ends a call from one side.
func (c *Centre) HangsUp(call *softphone.Call) {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	c.Must(call.Hangup(ctx))
}

// Ends waits until a call is over, whoever ends it.
func (c *Centre) Ends(call *softphone.Call) softphone.End {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	end, err := call.WaitEnded(ctx)
	c.Must(err)
	return end
}

// Must fails the story on an error.
func (c *Centre) Must(err error) {
	c.T.Helper()
	if err != nil {
		c.T.Fatalf("%v\n%s", err, c.Tandem.LogTail(15))
	}
}

// Throughout fails the story as soon as it is not so, within d.
func (c *Centre) Throughout(d time.Duration, what string, so func() bool) {
	c.T.Helper()
	over := time.NewTimer(d)
	defer over.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		if !so() {
			c.T.Fatalf("it does not hold for %s that %s\n%s", d, what, c.Tandem.LogTail(15))
		}
		select {
		case <-over.C:
			return
		case <-look.C:
		}
	}
}

// NobodyAnswers lets somebody call while the switch's own fallback is out of order: on the wire comes a refusal and no 200, so it
// is the fallback that answers, and nothing before it.
func (c *Centre) NobodyAnswers(from string) {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	c.Must(c.Switch.BreakFallback(ctx))
	call := c.Dial(from)
	if end := c.Ends(call); !call.AnsweredAt().IsZero() || end.Status < 400 {
		c.T.Errorf("without Tandem and without the fallback a call is answered at %v and ends with %s", call.AnsweredAt(), end)
	}
	c.Must(c.Switch.MendFallback(ctx))
}

// Freeze stops the program where it stands, as a wedged one would: its connections stay. The story kills it afterwards, or thaws it.
func (c *Centre) Freeze() { c.T.Helper(); c.Must(syscall.Kill(c.Tandem.PID(), syscall.SIGSTOP)) }

// Thaw lets a frozen program go on.
func (c *Centre) Thaw() { c.T.Helper(); c.Must(syscall.Kill(c.Tandem.PID(), syscall.SIGCONT)) }

// Kill ends the program as a crash would.
func (c *Centre) Kill() {
	c.T.Helper()
	c.Must(c.Tandem.Kill())
}

// Run runs the program once with other arguments and further variables in this centre, and returns what it wrote.
func (c *Centre) Run(variables []string, args ...string) (string, error) {
	c.T.Helper()
	cmd := exec.CommandContext(c.T.Context(), c.program, args...)
	cmd.Env = append(append([]string{}, c.env...), variables...)
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// Verify holds the journal against itself and the views, by the program's own command.
func (c *Centre) Verify() {
	c.T.Helper()
	var said string
	c.Until("the views have caught up and agree with the journal", func() bool {
		var err error
		said, err = c.Run([]string{"TANDEM_DATA_DIR=" + c.T.TempDir()}, "journal", "verify")
		return err == nil
	})
	c.T.Log(said)
}
