package lab_test

import (
	"testing"

	"tandem/adapters/lab"
)

// An emergency call passes from every phone while Tandem is away and as many calls are there as may be; callers from outside cannot
// place one. The carrier at the other end of the trunk is a soft phone.
func TestEmergencyCallsPassOutsideEveryLimit(t *testing.T) {
	a := centre(t, func(c *lab.AsteriskConfig) {
		c.Accounts = append(c.Accounts, "carrier")
		c.MaxCalls = 1
		c.Settings.Emergency.Trunk = "carrier"
	})
	ann, carrier := agent(t, a, "ann"), agent(t, a, "carrier")
	must(t, dial(t, a, "7000").WaitAnswered(within(t))) // the one that may be there: the fallback answers it
	refused(t, dial(t, a, "7000"), 503)

	call, err := ann.Dial(within(t), "112")
	must(t, err)
	help, err := carrier.WaitCall(within(t))
	for err == nil && help.Number() != "112" { // the fallback rings this phone too
		must(t, help.Reject(486))
		help, err = carrier.WaitCall(within(t))
	}
	must(t, err)
	must(t, help.Answer())
	must(t, help.Hears(within(t), agentTone))
	must(t, call.Hears(within(t), agentTone))
	must(t, help.Hangup(within(t)))
	if _, err := call.WaitEnded(within(t)); err != nil {
		t.Error(err)
	}
	refused(t, dial(t, a, "112"), 404)
}

// Without a trunk an emergency number is not there, and the phone is told so at once. A feature code without Tandem fails, and nobody
// else's phone rings for it.
func TestWhatAPhoneHearsWithoutTrunkAndTandem(t *testing.T) {
	a := centre(t, nil)
	ann, bob := agent(t, a, "ann"), agent(t, a, "bob")
	for number, status := range map[string]int{"112": 404, "*45": 500} {
		call, err := ann.Dial(within(t), number)
		must(t, err)
		refused(t, call, status)
	}
	refused(t, dial(t, a, "*45"), 404)
	if bob.Invites() > 0 {
		t.Error("the fallback rang for a feature code")
	}
}

// The address outside is what a phone is told to send its audio to, unless it is in a network that reaches the switch directly. No
// such network is named: everybody is outside.
func TestAPhoneOutsideIsToldTheExternalAddress(t *testing.T) {
	for name, local := range map[string][]string{"127.0.0.9": nil, "127.0.0.1": {"127.0.0.0/8"}} {
		a := centre(t, func(c *lab.AsteriskConfig) {
			c.Settings.External, c.Settings.Local = "127.0.0.9", local
			c.Robots = true
		})
		call, err := agent(t, a, "ann").Dial(within(t), "9007")
		must(t, err)
		must(t, call.WaitAnswered(within(t)))
		if call.AudioTo() != name {
			t.Errorf("with %s inside, a phone of this machine is to send its audio to %s", local, call.AudioTo())
		}
	}
}
