package lab_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/adapters/softphone"
	"tandem/dialplan"
)

// An Asterisk with a dialplan of its own takes Tandem in by four lines of #include: its own numbers work as before, and Tandem's lead to
// Tandem.
func TestTandemInAnAsteriskOfItsOwn(t *testing.T) {
	a := centre(t, nil)
	etc := filepath.Join(a.Dir, "etc")
	must(t, os.MkdirAll(filepath.Join(etc, "tandem"), 0o755))
	files, err := dialplan.AsteriskIncluded(dialplan.Config{
		App: a.App, User: a.User, Password: a.Password, Dirs: dialplan.Dirs{Prompts: a.Prompts}, MaxCalls: 10, GuardSeconds: 20, RingSeconds: 5, Rounds: 3,
		Accounts: []dialplan.Account{{Name: "dan", Password: "DANSECRETDANSECRET"}}, Numbers: []string{"7000"}, Codes: []string{"*45"},
	})
	must(t, err)
	own := map[string]string{
		"extensions.conf": "[general]\n[from-outside]\nexten => 3000,1,Answer()\n same => n,Playback(" + a.Prompts + "/goodbye)\ninclude => tandem-inbound\n",
		"queues.conf":     "[general]\n", "ari.conf": "[general]\nenabled = yes\n",
	}
	pjsip, err := os.ReadFile(filepath.Join(etc, "pjsip.conf"))
	must(t, err)
	// Theirs: a transport, other phones, a trunk into a context of theirs. The lab's phones go.
	head, _, _ := strings.Cut(string(pjsip), "[phone](!)")
	own["pjsip.conf"] = head + "[theirs]\ntype = endpoint\ncontext = from-outside\ndisallow = all\nallow = ulaw\nidentify_by = ip\n[theirs]\ntype = identify\nendpoint = theirs\nmatch = 127.0.0.1/32\n"
	for name, text := range files {
		must(t, os.WriteFile(filepath.Join(etc, "tandem", name), []byte(text), 0o644))
		must(t, os.WriteFile(filepath.Join(etc, name), []byte(own[name]+"\n#include tandem/"+name+"\n"), 0o644))
	}
	must(t, a.Stop())
	must(t, a.Start(within(t)))

	must(t, dial(t, a, "3000").Hears(within(t), goodbyeTone))
	dan := phone(t, softphone.Config{User: "dan", Password: "DANSECRETDANSECRET", Registrar: a.SIPAddress, Tone: agentTone})
	must(t, dan.Register(within(t)))
	call := dial(t, a, "7000") // without Tandem the fallback rings dan
	must(t, call.Hears(within(t), sorryTone))
	ringing, err := dan.WaitCall(within(t))
	must(t, err)
	must(t, ringing.Answer())
	must(t, call.Hears(within(t), agentTone))
	must(t, call.Hangup(within(t)))
	c := connect(t, a)
	dial(t, a, "7000")
	if arrived := c.wait(t, "StasisStart"); arrived.Channel.State != "Ring" {
		t.Errorf("the call arrives as %q", arrived.Channel.State)
	}
}
