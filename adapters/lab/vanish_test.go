package lab_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/adapters/lab"
	"tandem/adapters/softphone"
)

// A phone that lost its network says no word; the switch hangs it up when no audio has come for so long. The configuration says two
// minutes: the test makes them two seconds, in the file that Asterisk reads.
func TestWhoeverVanishesIsHungUp(t *testing.T) {
	a := centre(t, nil)
	shorten(t, a, "\nrtp_timeout = 120\n", "\nrtp_timeout = 2\n")
	for name, vanishes := range map[string]func(caller, agent *softphone.Phone){
		"the caller": func(caller, _ *softphone.Phone) { caller.Vanish() },
		"the agent":  func(_, agent *softphone.Phone) { agent.Vanish() },
	} {
		t.Run(name, func(t *testing.T) {
			ann := agent(t, a, "ann")
			caller := phone(t, softphone.Config{User: "5550100", Registrar: a.SIPAddress, Tone: callerTone})
			call, err := caller.Dial(within(t), "7000") // Tandem is away: the fallback rings
			must(t, err)
			talk, err := ann.WaitCall(within(t))
			must(t, err)
			must(t, talk.Answer())
			must(t, call.Hears(within(t), agentTone))
			must(t, talk.Hears(within(t), callerTone))
			began := time.Now()
			vanishes(caller, ann)
			for _, side := range []*softphone.Call{call, talk} {
				_, err := side.WaitEnded(within(t)) // who vanished has ended already
				must(t, err)
			}
			if took := time.Since(began); took < 900*time.Millisecond { // Asterisk counts whole seconds of its clock
				t.Errorf("hung up after %s; something else than the silence was noticed", took)
			}
			eventually(t, "no leg is left on the switch", func() bool {
				out, err := a.Command(within(t), "core show channels concise")
				must(t, err)
				return strings.TrimSpace(out) == ""
			})
		})
	}
}

// shorten changes the configuration of the phones, which must hold the text, and has it read again.
func shorten(t *testing.T, a *lab.Asterisk, long, short string) {
	t.Helper()
	file := filepath.Join(a.Dir, "etc", "pjsip.conf")
	text, err := os.ReadFile(file)
	must(t, err)
	if !strings.Contains(string(text), long) {
		t.Fatalf("%s does not say %q", file, strings.TrimSpace(long))
	}
	must(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(text), long, short)), 0o600))
	_, err = a.Command(within(t), "module reload res_pjsip.so")
	must(t, err)
}
