package dialplan_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"tandem/dialplan"
)

const (
	ariSecret   = "ARISECRETARISECRET"
	phoneSecret = "ANNSECRETANNSECRET"
)

func valid() dialplan.Config {
	return dialplan.Config{
		App: "tandem", User: "control", Password: ariSecret, Address: "127.0.0.1",
		SIPPort: 5060, ARIPort: 8088, RTPFirst: 20000, RTPLast: 20399, MaxCalls: 100,
		Dirs: dialplan.Dirs{
			Etc: "/a/etc", Modules: "/a/modules", Data: "/a/data", Var: "/a/var", Spool: "/a/spool", Run: "/a/run",
			Log: "/a/log", Music: "/a/moh", Prompts: "/a/prompts",
		},
		Accounts: []dialplan.Account{{Name: "ann", Password: phoneSecret}, {Name: "bob", Password: "BOBSECRETBOBSECRET"}},
		Numbers:  []string{"7000", "7001"}, GuardSeconds: 60, RingSeconds: 20, Rounds: 30,
	}
}

func render(t *testing.T, c dialplan.Config) map[string]string {
	t.Helper()
	files, err := dialplan.Asterisk(c)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// section returns the lines of one [section], without comments.
func section(text, name string) []string {
	var lines []string
	inside := false
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, ";") || line == "":
		case strings.HasPrefix(line, "["):
			inside = strings.HasPrefix(line, "["+name+"]")
		case inside:
			lines = append(lines, line)
		}
	}
	return lines
}

func TestConfigRefusesWhatWouldChangeAFilesMeaning(t *testing.T) {
	for name, change := range map[string]func(*dialplan.Config){
		"App":            func(c *dialplan.Config) { c.App = "tandem,${X}" },
		"User":           func(c *dialplan.Config) { c.User = "a]\n[b" },
		"Password":       func(c *dialplan.Config) { c.Password = "short" },
		"Address":        func(c *dialplan.Config) { c.Address = "127.0.0.1\n" },
		"SIPPort":        func(c *dialplan.Config) { c.SIPPort = 0 },
		"ARIPort":        func(c *dialplan.Config) { c.ARIPort = 65536 },
		"RTPLast":        func(c *dialplan.Config) { c.RTPLast = c.RTPFirst },
		"MaxCalls":       func(c *dialplan.Config) { c.MaxCalls = 0 },
		"GuardSeconds":   func(c *dialplan.Config) { c.GuardSeconds = 0 },
		"RingSeconds":    func(c *dialplan.Config) { c.RingSeconds = -1 },
		"Rounds":         func(c *dialplan.Config) { c.Rounds = 0 },
		"Dirs.Prompts":   func(c *dialplan.Config) { c.Dirs.Prompts = "/a/b,noanswer" },
		"Dirs.Music":     func(c *dialplan.Config) { c.Dirs.Music = "moh" },
		"Numbers":        func(c *dialplan.Config) { c.Numbers = []string{"7000,1,System(x)"} },
		"Numbers ":       func(c *dialplan.Config) { c.Numbers = nil },
		"Accounts.Name":  func(c *dialplan.Config) { c.Accounts[0].Name = "ann&PJSIP/bob" },
		"account":        func(c *dialplan.Config) { c.Accounts[1].Name = "ann" },
		"account ":       func(c *dialplan.Config) { c.Accounts[1].Name = "loopback" },
		"password of":    func(c *dialplan.Config) { c.Accounts[0].Password = "0123456789abcdef\n" },
		"password of an": func(c *dialplan.Config) { c.Accounts[0].Password = "" },
	} {
		c := valid()
		change(&c)
		_, err := dialplan.Asterisk(c)
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if !strings.Contains(err.Error(), strings.TrimSuffix(strings.TrimSpace(name), " an")) {
			t.Errorf("%s: the error does not name it: %v", name, err)
		} else if strings.Contains(err.Error(), "0123456789abcdef") || strings.Contains(err.Error(), "short") {
			t.Errorf("%s: the error shows a password: %v", name, err)
		}
	}
}

// Nothing of the caller is in an argument: the only expressions are over variables that the dialplan itself sets.
func TestNothingOfTheCallerIsAnArgument(t *testing.T) {
	c := valid()
	c.Robots, c.Bench = true, true
	text := render(t, c)["extensions.conf"]
	own := map[string]bool{"${TANDEM_ROUND}": true, "${TANDEM_NUMBER}": true, "${TANDEM_TRIES}": true, "${STASISSTATUS}": true, "${GROUP_COUNT(tandem)}": true}
	for _, used := range regexp.MustCompile(`\$\{[^}]*\}`).FindAllString(text, -1) {
		if !own[used] {
			t.Errorf("the dialplan uses %s", used)
		}
	}
	for _, context := range []string{"tandem-inbound", "tandem-phones", "tandem-robots", "tandem-bench"} {
		for _, line := range section(text, context) {
			if strings.HasPrefix(line, "exten") && !regexp.MustCompile(`^exten => [0-9]+,1,`).MatchString(line) {
				t.Errorf("[%s] lets a caller dial more than a number: %s", context, line)
			}
		}
	}
}

func TestACallIsNotAnsweredBeforeTandemIsAsked(t *testing.T) {
	text := render(t, valid())["extensions.conf"]
	for _, name := range []string{"tandem-inbound", "tandem-phones", "tandem-call"} {
		if inbound := strings.Join(section(text, name), "\n"); strings.Contains(inbound, "Answer") {
			t.Errorf("[%s] answers:\n%s", name, inbound)
		}
	}
	if !strings.Contains(text, "Stasis(tandem,7000)") || !strings.Contains(text, "Stasis(tandem,7001)") {
		t.Error("a number does not reach Tandem")
	}
}

func TestPhonesReachTandemOnly(t *testing.T) {
	files := render(t, valid())
	if got := section(files["extensions.conf"], "tandem-phones"); !slices.Equal(got, []string{"include => tandem-emergency", "include => tandem-codes", "include => tandem-inbound"}) {
		t.Errorf("phones reach %q", got)
	}
	for _, line := range section(files["extensions.conf"], "tandem-inbound") {
		if strings.HasPrefix(line, "include") {
			t.Errorf("callers reach more than Tandem: %s", line)
		}
	}
	phone := section(files["pjsip.conf"], "phone")
	for _, want := range []string{"allow_transfer = no", "direct_media = no", "context = tandem-phones", "dtmf_mode = rfc4733", "identify_by = username"} {
		if !slices.Contains(phone, want) {
			t.Errorf("phones lack %q", want)
		}
	}
	if got := section(files["pjsip.conf"], "loopback"); !slices.Contains(got, "match = 127.0.0.1/32") {
		t.Errorf("the trunk without an account is not bound to this machine: %q", got)
	}
}

func TestTestPartiesAreOnlyThereWhenAskedFor(t *testing.T) {
	c := valid()
	plain := render(t, c)
	c.Robots, c.Bench = true, true
	full := render(t, c)
	for file, words := range map[string][]string{
		"extensions.conf": {"9001", "7900"}, "pjsip.conf": {"robots"}, "queues.conf": {"tandem-bench"}, "modules.conf": {"app_echo"},
	} {
		for _, word := range words {
			if strings.Contains(plain[file], word) {
				t.Errorf("%s has %s without being asked", file, word)
			}
			if !strings.Contains(full[file], word) {
				t.Errorf("%s lacks %s", file, word)
			}
		}
	}
}

func TestPasswordsStandInTheTwoFilesThatNeedThem(t *testing.T) {
	for name, text := range render(t, valid()) {
		if strings.Contains(text, ariSecret) != (name == "ari.conf") {
			t.Errorf("%s: ARI's password is in the wrong place", name)
		}
		if strings.Contains(text, phoneSecret) != (name == "pjsip.conf") {
			t.Errorf("%s: a phone's password is in the wrong place", name)
		}
	}
}

func TestNoWayInButARI(t *testing.T) {
	files := render(t, valid())
	for _, module := range []string{"chan_iax2", "app_system", "func_shell", "res_agi", "app_externalivr", "res_parking", "func_curl"} {
		if strings.Contains(files["modules.conf"], module) {
			t.Errorf("modules.conf loads %s", module)
		}
	}
	if !slices.Contains(section(files["http.conf"], "general"), "bindaddr = 127.0.0.1") {
		t.Error("ARI is open to other machines")
	}
	if !slices.Contains(section(files["manager.conf"], "general"), "enabled = no") {
		t.Error("the manager interface is on")
	}
}

func TestTheDialplanSaysPromptsThatExist(t *testing.T) {
	prompts, err := dialplan.Prompts("en")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`/a/prompts/([a-z]+)`).FindAllStringSubmatch(render(t, valid())["extensions.conf"], -1)
	if len(said) < 2 {
		t.Fatalf("the fallback says %v", said)
	}
	for _, name := range said {
		if !slices.ContainsFunc(prompts, func(p dialplan.Prompt) bool { return p.Name == name[1] }) {
			t.Errorf("nobody speaks %s", name[1])
		}
	}
	if _, err := dialplan.Prompts("xx"); err == nil {
		t.Error("a language without prompts is accepted")
	}
}
