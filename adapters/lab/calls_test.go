package lab_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
	"tandem/adapters/softphone"
)

// patience bounds every wait; a machine with two busy cores is slow, never this slow.
const patience = 20 * time.Second

// The prompts of these tests are tones, so that a caller can tell by frequency what is said.
const (
	sorryTone, goodbyeTone = 620, 780
	callerTone, agentTone  = 1100, 1500
)

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// centre is a switch with the phones ann and bob and short prompts.
func centre(t *testing.T, change func(*lab.AsteriskConfig)) *lab.Asterisk {
	t.Helper()
	prompts := filepath.Join(labtest.Lab(t).Dir, "test", "prompts-"+t.Name())
	if err := os.MkdirAll(prompts, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(prompts) })
	for name, hz := range map[string]float64{"sorry": sorryTone, "goodbye": goodbyeTone} {
		samples := make([]int16, softphone.SampleRate)
		tone := softphone.Tone(hz)
		for at := 0; at+160 <= len(samples); at += 160 {
			tone(samples[at : at+160])
		}
		if err := softphone.WriteWAV(filepath.Join(prompts, name+".wav"), softphone.SampleRate, samples); err != nil {
			t.Fatal(err)
		}
	}
	c := lab.AsteriskConfig{Accounts: []string{"ann", "bob"}, RingSeconds: 5, Prompts: prompts}
	if change != nil {
		change(&c)
	}
	return labtest.Asterisk(t, c)
}

func phone(t *testing.T, c softphone.Config) *softphone.Phone {
	t.Helper()
	p, err := softphone.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// agent is a registered phone.
func agent(t *testing.T, a *lab.Asterisk, name string) *softphone.Phone {
	t.Helper()
	p := phone(t, softphone.Config{User: name, Password: a.AccountPassword(name), Registrar: a.SIPAddress, Tone: agentTone})
	if err := p.Register(within(t)); err != nil {
		t.Fatal(err)
	}
	return p
}

// dial calls from this machine without an account.
func dial(t *testing.T, a *lab.Asterisk, number string) *softphone.Call {
	t.Helper()
	caller := phone(t, softphone.Config{User: "5550100", DisplayName: "Carol", Registrar: a.SIPAddress, Tone: callerTone})
	call, err := caller.Dial(within(t), number)
	if err != nil {
		t.Fatal(err)
	}
	return call
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, call *softphone.Call, want int) {
	t.Helper()
	end, err := call.WaitEnded(within(t))
	if err != nil || end.Status != want {
		t.Errorf("the call ends with %+v %v, want %d", end, err, want)
	}
}

func TestAPhoneNeedsItsPassword(t *testing.T) {
	a := centre(t, nil)
	agent(t, a, "ann")
	for name, password := range map[string]string{"ann": a.AccountPassword("bob"), "bob": "bob"} {
		thief := phone(t, softphone.Config{User: name, Password: password, Registrar: a.SIPAddress})
		if err := thief.Register(within(t)); err == nil {
			t.Errorf("%s registers with a wrong password", name)
		}
	}
	posing := phone(t, softphone.Config{User: "ann", Registrar: a.SIPAddress})
	call, err := posing.Dial(within(t), "7000")
	must(t, err)
	refused(t, call, 401)
}

func TestOnlyThisMachineCallsWithoutAnAccount(t *testing.T) {
	a := centre(t, nil)
	stranger := phone(t, softphone.Config{User: "5550100", Registrar: a.SIPAddress, Listen: "127.0.0.2:0"})
	call, err := stranger.Dial(within(t), "7000")
	must(t, err)
	refused(t, call, 401)
}

func TestWithoutTandemTheFallbackTakesTheCall(t *testing.T) {
	a := centre(t, nil)
	ann := agent(t, a, "ann")
	call := dial(t, a, "7000")
	must(t, call.Hears(within(t), sorryTone))
	ringing, err := ann.WaitCall(within(t))
	must(t, err)
	must(t, ringing.Answer())
	must(t, ringing.Hears(within(t), callerTone))
	must(t, call.Hears(within(t), agentTone))
	c := &control{a: a} // asks, and takes no calls
	for _, leg := range c.channels(t) {
		if left := c.variable(t, leg, "TIMEOUT(absolute)"); left != "0" {
			t.Errorf("the guard ends the talk in %s s", left)
		}
	}
	must(t, ringing.Hangup(within(t)))
	_, err = call.WaitEnded(within(t))
	must(t, err)
}

func TestACallInStasisIsNotAnsweredByTheDialplan(t *testing.T) {
	a := centre(t, nil)
	c := connect(t, a)
	call := dial(t, a, "7000")
	arrived := c.wait(t, "StasisStart")
	if arrived.Channel.State != "Ring" || !call.AnsweredAt().IsZero() {
		t.Errorf("the call arrives as %q, answered at %v", arrived.Channel.State, call.AnsweredAt())
	}
	if got := c.variable(t, arrived.Channel.ID, "TANDEM_PLACE"); got != "tandem" {
		t.Errorf("its place is %q", got)
	}
}

func TestACallInTheFallbackComesBackAsTheSameLeg(t *testing.T) {
	a := centre(t, func(c *lab.AsteriskConfig) { c.RingSeconds = 1 })
	call := dial(t, a, "7000")
	must(t, call.Hears(within(t), sorryTone))
	c := connect(t, a)
	channels := c.channels(t)
	back := c.wait(t, "StasisStart")
	if !slices.Contains(channels, back.Channel.ID) || back.Channel.State != "Up" {
		t.Errorf("%s in state %q comes back, before it were %s", back.Channel.ID, back.Channel.State, channels)
	}
	if got := c.variable(t, back.Channel.ID, "TANDEM_PLACE"); got != "tandem" {
		t.Errorf("its place is %q", got)
	}
}

func TestTheGuardTakesAWaitingCallerToTheFallback(t *testing.T) {
	for name, seconds := range map[string]int{"never renewed": 3, "renewed once": 60} {
		t.Run(name, func(t *testing.T) {
			a := centre(t, func(c *lab.AsteriskConfig) { c.GuardSeconds = seconds })
			ann := agent(t, a, "ann")
			c := connect(t, a)
			call := dial(t, a, "7000")
			id := c.wait(t, "StasisStart").Channel.ID
			c.ask(t, "POST", "/channels/"+id+"/answer", nil)
			c.ask(t, "POST", "/bridges/wait", url.Values{"type": {"holding"}})
			c.ask(t, "POST", "/bridges/wait/addChannel", url.Values{"channel": {id}})
			if seconds > 3 {
				c.ask(t, "POST", "/channels/"+id+"/variable", url.Values{"variable": {"TIMEOUT(absolute)"}, "value": {"1"}})
			}
			c.wait(t, "StasisEnd")
			must(t, call.Hears(within(t), sorryTone))
			ringing, err := ann.WaitCall(within(t))
			must(t, err)
			if got := c.variable(t, id, "TANDEM_PLACE"); got != "fallback" {
				t.Errorf("the caller's place is %q", got)
			}
			must(t, ringing.Answer())
			must(t, call.Hears(within(t), agentTone))
			for _, leg := range c.channels(t) {
				if place := c.variable(t, leg, "TANDEM_PLACE"); leg != id && place != "" {
					t.Errorf("the agent's leg inherits the place %q", place)
				}
			}
		})
	}
}

func TestTheFallbackRingsNobodyWhoTalks(t *testing.T) {
	a := centre(t, func(c *lab.AsteriskConfig) { c.Robots = true })
	ann, bob := agent(t, a, "ann"), agent(t, a, "bob")
	talk, err := ann.Dial(within(t), "9007")
	must(t, err)
	must(t, talk.WaitAnswered(within(t)))
	dial(t, a, "7000")
	for range 2 { // the queue comes to everybody before it comes to one again
		ringing, err := bob.WaitCall(within(t))
		must(t, err)
		must(t, ringing.Reject(486))
	}
	if ann.Invites() != 0 {
		t.Error("a phone in a call is rung")
	}
}

// A phone that answers "try there" (302) is not followed. It is named like the robot that would take the caller.
func TestTheFallbackFollowsNoPhone(t *testing.T) {
	a := centre(t, func(c *lab.AsteriskConfig) { c.Accounts, c.Robots = []string{"9007"}, true })
	strays := agent(t, a, "9007")
	dial(t, a, "7000")
	for range 2 {
		ringing, err := strays.WaitCall(within(t))
		must(t, err)
		must(t, ringing.Reject(302))
	}
}

func TestTheFallbackEnds(t *testing.T) {
	a := centre(t, func(c *lab.AsteriskConfig) { c.RingSeconds, c.Rounds = 1, 2 })
	call := dial(t, a, "7000")
	must(t, call.Hears(within(t), sorryTone))
	must(t, call.Hears(within(t), goodbyeTone))
	_, err := call.WaitEnded(within(t))
	must(t, err)
}

func TestAPhonesTransferKeyIsRefused(t *testing.T) {
	a := centre(t, func(c *lab.AsteriskConfig) { c.Robots = true })
	ann := agent(t, a, "ann")
	call, err := ann.Dial(within(t), "9007")
	must(t, err)
	must(t, call.WaitAnswered(within(t)))
	must(t, call.Hears(within(t), agentTone))
	status, err := call.Refer(within(t), "9001")
	if err != nil || status != 603 {
		t.Errorf("REFER is answered %d %v", status, err)
	}
	must(t, call.Hears(within(t), agentTone))
}

func TestRobots(t *testing.T) {
	a := centre(t, func(c *lab.AsteriskConfig) { c.Robots = true })
	refused(t, dial(t, a, "9002"), 486)
	never := dial(t, a, "9003")
	answers := dial(t, a, "9001")
	keys := dial(t, a, "9004")
	must(t, keys.HearsDigits(within(t), "12#"))
	quits := dial(t, a, "9005")
	must(t, quits.WaitAnswered(within(t)))
	must(t, answers.Hears(within(t), 440))
	if took := answers.AnsweredAt().Sub(answers.InvitedAt()); took < 3*time.Second {
		t.Errorf("9001 answers after %s", took)
	}
	_, err := quits.WaitEnded(within(t))
	must(t, err)
	rejects, err := dial(t, a, "9006").WaitEnded(within(t))
	if err != nil || rejects.Status < 400 {
		t.Errorf("9006 ends with %+v %v", rejects, err)
	}
	if !never.AnsweredAt().IsZero() || never.RingingAt().IsZero() {
		t.Error("9003 does not just ring")
	}
}

func TestRobotsAreDialledByRealSIP(t *testing.T) {
	a := centre(t, func(c *lab.AsteriskConfig) { c.Robots = true })
	c := connect(t, a)
	c.ask(t, "POST", "/channels", url.Values{"endpoint": {"PJSIP/9007@robots"}, "app": {a.App}, "channelId": {"r1"}})
	if started := c.wait(t, "StasisStart"); started.Channel.ID != "r1" || started.Channel.State != "Up" {
		t.Errorf("%+v", started)
	}
}

func TestTheSwitchsOwnQueueIsThereForTheBench(t *testing.T) {
	a := centre(t, func(c *lab.AsteriskConfig) { c.Bench = true })
	ann := agent(t, a, "ann")
	call := dial(t, a, "7900")
	ringing, err := ann.WaitCall(within(t))
	must(t, err)
	must(t, ringing.Answer())
	must(t, call.Hears(within(t), agentTone))
}
