package lab_test

import (
	"strings"
	"testing"

	"tandem/adapters/lab"
	"tandem/adapters/softphone"
)

// hostile names and numbers mean something to a dialplan, a variable, a dial string, a log or a header.
var hostile = []string{
	`${CHANNEL(name)}`, `${SHELL(id)} $[1+1]`, `ann,b,c`, `ann&PJSIP/bob`, `a|b;c`, `a"b\`, `^a^ {a=b}`, `T`, `%00%0a`, `<sip:bob>`,
}

// quoted undoes a quoted string's escapes (RFC 3261 section 25.1, quoted-pair).
var quoted = strings.NewReplacer(`\"`, `"`, `\\`, `\`)

// What a caller calls himself reaches the agent's phone as it is, rings nobody else, and leaves the switch alive.
func TestACallersNameIsOnlyText(t *testing.T) {
	a := centre(t, func(c *lab.AsteriskConfig) { c.Accounts = []string{"ann"}; c.Robots = true })
	ann := agent(t, a, "ann")
	caller := phone(t, softphone.Config{User: "5550100", Registrar: a.SIPAddress})
	for i, name := range hostile {
		call, err := caller.DialFrom(within(t), softphone.Caller{User: "5550100", DisplayName: name}, "7000")
		must(t, err)
		ringing, err := ann.WaitCall(within(t))
		must(t, err)
		if got := quoted.Replace(ringing.DisplayName()); got != name {
			t.Errorf("%q rings as %q", name, got)
		}
		if ann.Invites() != i+1 {
			t.Errorf("%q rings %d times", name, ann.Invites()-i)
		}
		must(t, call.Hangup(within(t)))
		_, err = ringing.WaitEnded(within(t))
		must(t, err)
	}
}

func TestACallersNumberIsOnlyText(t *testing.T) {
	a := centre(t, nil)
	c := connect(t, a)
	caller := phone(t, softphone.Config{User: "5550100", Registrar: a.SIPAddress})
	for _, number := range []string{`7000&PJSIP`, `ann,b`, `$(id)`, `$7000`, `+15550100`, `*97`, `-1'`} {
		call, err := caller.DialFrom(within(t), softphone.Caller{User: number}, "7000")
		must(t, err)
		if arrived := c.wait(t, "StasisStart"); arrived.Channel.Caller.Number != number {
			t.Errorf("%q arrives as %q", number, arrived.Channel.Caller.Number)
		}
		must(t, call.Hangup(within(t)))
	}
}

func TestOnlyTheCentresNumbersAreReached(t *testing.T) {
	a := centre(t, nil)
	ann := agent(t, a, "ann")
	for _, number := range []string{"7001", "700", "70000", "ann", "bob", "s", "T", "h", "7000&9001", "7000%40tandem-fallback", "9001", "7900", "112"} {
		call, err := ann.Dial(within(t), number)
		must(t, err)
		for _, call := range []*softphone.Call{call, dial(t, a, number)} {
			// 484 (Address Incomplete) is what the beginning of a number gets.
			if end, err := call.WaitEnded(within(t)); err != nil || end.Status != 404 && end.Status != 484 {
				t.Errorf("%q is answered %+v %v", number, end, err)
			}
		}
	}
}
