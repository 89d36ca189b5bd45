package dialplan_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tandem/dialplan"
)

const eslSecret = "ESLSECRETESLSECRET"

func validFreeSwitch() dialplan.FreeSwitchConfig {
	return dialplan.FreeSwitchConfig{
		Password: eslSecret, ESLPort: 8021, Domain: "example.org", Prompts: "/a/prompts", Music: "moh",
		Accounts: []dialplan.Account{{Name: "ann", Password: phoneSecret}, {Name: "bob", Password: "BOBSECRETBOBSECRET"}},
		Numbers:  []string{"7000", "7001"}, GuardSeconds: 60, RingSeconds: 20, Rounds: 30,
	}
}

func renderFreeSwitch(t *testing.T, c dialplan.FreeSwitchConfig) map[string]string {
	t.Helper()
	files, err := dialplan.FreeSwitch(c)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestFreeSwitchRefusesWhatWouldChangeAFilesMeaning(t *testing.T) {
	for name, change := range map[string]func(*dialplan.FreeSwitchConfig){
		"Password":      func(c *dialplan.FreeSwitchConfig) { c.Password = "ClueCon" },
		"Password ":     func(c *dialplan.FreeSwitchConfig) { c.Password = `0123456789abcdef"/>` },
		"ESLPort":       func(c *dialplan.FreeSwitchConfig) { c.ESLPort = 0 },
		"Domain":        func(c *dialplan.FreeSwitchConfig) { c.Domain = "a,b" },
		"Prompts":       func(c *dialplan.FreeSwitchConfig) { c.Prompts = "/a/${x}" },
		"Music":         func(c *dialplan.FreeSwitchConfig) { c.Music = `moh"` },
		"Numbers":       func(c *dialplan.FreeSwitchConfig) { c.Numbers = []string{".*"} },
		"Numbers ":      func(c *dialplan.FreeSwitchConfig) { c.Numbers = nil },
		"Accounts.Name": func(c *dialplan.FreeSwitchConfig) { c.Accounts[0].Name = "ann,sofia/gateway/x/1" },
		"password of":   func(c *dialplan.FreeSwitchConfig) { c.Accounts[0].Password = "0123456789abcdef\n" },
		"GuardSeconds":  func(c *dialplan.FreeSwitchConfig) { c.GuardSeconds = 0 },
		"RingSeconds":   func(c *dialplan.FreeSwitchConfig) { c.RingSeconds = -1 },
		"RingSeconds ":  func(c *dialplan.FreeSwitchConfig) { c.RingSeconds = 1 },
		"Rounds":        func(c *dialplan.FreeSwitchConfig) { c.Rounds = 0 },
	} {
		c := validFreeSwitch()
		change(&c)
		_, err := dialplan.FreeSwitch(c)
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if !strings.Contains(err.Error(), strings.TrimSpace(name)) {
			t.Errorf("%s: the error does not name it: %v", name, err)
		} else if strings.Contains(err.Error(), "0123456789abcdef") || strings.Contains(err.Error(), "ClueCon") {
			t.Errorf("%s: the error shows a password: %v", name, err)
		}
	}
}

// FreeSWITCH drops what shares a line with <include>, and takes directives inside comments for directives.
func TestFreeSwitchFilesAreWhatItsPreprocessorBears(t *testing.T) {
	c := validFreeSwitch()
	c.Robots = true
	files := renderFreeSwitch(t, c)
	if len(files) != 7 || files[""] != "" {
		t.Fatalf("%d files", len(files))
	}
	comment := regexp.MustCompile(`(?s)<!--.*?-->`)
	for name, text := range files {
		for _, line := range strings.Split(text, "\n") {
			if strings.Contains(line, "include>") && strings.Trim(line, " ") != "<include>" && strings.Trim(line, " ") != "</include>" {
				t.Errorf("%s: include shares a line: %s", name, line)
			}
		}
		for _, said := range comment.FindAllString(text, -1) {
			if strings.Contains(said, "X-PRE-PROCESS") || strings.Contains(said, "<include") || strings.Contains(said[4:], "<!--") {
				t.Errorf("%s: a comment would be obeyed: %s", name, said)
			}
		}
		decoder := xml.NewDecoder(strings.NewReader(text))
		for {
			_, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
		}
	}
}

// Nothing of the caller is in an argument: the only expressions are over variables that the dialplan itself sets.
func TestFreeSwitchNothingOfTheCallerIsAnArgument(t *testing.T) {
	c := validFreeSwitch()
	c.Robots = true
	files := renderFreeSwitch(t, c)
	own := map[string]bool{
		"${tandem_round}": true, "${tandem_number}": true, "${tandem_guard}": true, "${tandem_phones}": true, "${tandem_code}": true,
		"${originate_disposition}": true,                               // a word of FreeSWITCH's, in no argument
		"${tandem_until}":          true, "${cond(${strepoch()}": true, // FreeSWITCH's own clock, and a number that Tandem writes
		"${show(channels like /ann@)}": true, "${show(channels like /bob@)}": true,
	}
	for _, name := range []string{"dialplan/tandem.xml", "dialplan/public/00_tandem.xml"} {
		for _, used := range regexp.MustCompile(`\$+\{[^}]*\}`).FindAllString(files[name], -1) {
			if !own[used] {
				t.Errorf("%s uses %s", name, used)
			}
		}
	}
	inbound := files["dialplan/public/00_tandem.xml"]
	if !strings.Contains(inbound, `expression="^(7000|7001)$"`) {
		t.Error("a number does not reach Tandem")
	}
	for _, form := range regexp.MustCompile(`expression="([^"]*)"`).FindAllStringSubmatch(inbound, -1) {
		if !regexp.MustCompile(`^\^\([0-9|\[\]-]+\)\$$`).MatchString(form[1]) {
			t.Errorf("a caller may dial %s", form[1])
		}
	}
}

// A call that comes when Tandem has not said for a while that it is there goes to the fallback at once. Where it never said so
// (an older one, or one that has not started) the call waits for the guard.
func TestFreeSwitchKnowsThatTandemIsAway(t *testing.T) {
	text := renderFreeSwitch(t, validFreeSwitch())["dialplan/tandem.xml"]
	begin := strings.Index(text, `<extension name="tandem-away">`)
	if begin < 0 || begin > strings.Index(text, `<extension name="tandem">`) || begin < strings.Index(text, `<extension name="tandem-call" continue="true">`) {
		t.Fatalf("the dialplan does not look first:\n%s", text)
	}
	own := text[begin : begin+strings.Index(text[begin:], "</extension>")]
	for _, want := range []string{`field="${tandem_until}" expression="^\d+$"`, `field="${cond(${strepoch()} &gt; ${tandem_until} ? away : here)}" expression="^away$"`, `data="tandem-fallback XML tandem"`} {
		if !strings.Contains(own, want) {
			t.Errorf("%s is not in\n%s", want, own)
		}
	}
}

// The extension that parks sets the guard before, marks the call as ours, and does not answer.
func TestFreeSwitchParksWithAGuard(t *testing.T) {
	text := renderFreeSwitch(t, validFreeSwitch())["dialplan/tandem.xml"]
	begin := strings.Index(text, `<extension name="tandem">`)
	own := text[begin : begin+strings.Index(text[begin:], "</extension>")]
	guard := strings.Index(own, `application="sched_transfer" data="+${tandem_guard} tandem-fallback XML tandem"`)
	mark, park := strings.Index(own, "tandem_place=arriving"), strings.Index(own, `application="park"`)
	if guard < 0 || mark < guard || park < mark || strings.Contains(own, `application="answer"`) {
		t.Errorf("the extension is\n%s", own)
	}
	// Tandem keeps each leg parked after a conversation by the first three; after one of the fallback's own the caller is hung up.
	fallback := text[strings.Index(text, `<extension name="tandem-fallback">`):]
	fallback = fallback[:strings.Index(fallback, `application="bridge"`)]
	for _, want := range []string{"park_after_bridge=false", "park_after_early_bridge=false", "uuid_bridge_park_on_cancel=false", "hangup_after_bridge=true"} {
		if !strings.Contains(fallback, `data="`+want+`"`) {
			t.Errorf("before it rings the phones the fallback does not say %s", want)
		}
	}
	for _, want := range []string{`data="tandem_guard=60"`, `^x{30}`, `data="call_timeout=20"`, `data="playback_timeout_sec=20"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the dialplan lacks %s", want)
		}
	}
	for _, name := range []string{"ann", "bob"} {
		free := regexp.MustCompile(`like /` + name + `@\)}" expression="\^\\s\*0 total">\s*<action application="set" data="tandem_phones=\$\{tandem_phones},user/` + name + `@example.org"/>`)
		if !free.MatchString(text) {
			t.Errorf("the fallback does not ring %s, or does so in a call", name)
		}
	}
}

func TestFreeSwitchPasswordsStandInTheTwoFilesThatNeedThem(t *testing.T) {
	for name, text := range renderFreeSwitch(t, validFreeSwitch()) {
		if strings.Contains(text, eslSecret) != (name == "autoload_configs/event_socket.conf.xml") {
			t.Errorf("%s: the event socket's password is in the wrong place", name)
		}
		if strings.Contains(text, phoneSecret) != (name == "directory/default/tandem.xml") {
			t.Errorf("%s: a phone's password is in the wrong place", name)
		}
	}
}

func TestFreeSwitchIsClosed(t *testing.T) {
	files := renderFreeSwitch(t, validFreeSwitch())
	for name, wants := range map[string][]string{
		"autoload_configs/event_socket.conf.xml": {`name="listen-ip" value="127.0.0.1"`, `name="apply-inbound-acl" value="loopback.auto"`},
		"tandem/profile.xml":                     {`name="disable-transfer" value="true"`, `name="auth-messages" value="true"`},
		"directory/default/tandem.xml":           {`name="user_context" value="tandem-phones"`},
		"tandem/conference.xml":                  {`name="caller-controls" value="none"`},
	} {
		for _, want := range wants {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s lacks %s", name, want)
			}
		}
	}
	if strings.Contains(files["dialplan/tandem.xml"], "9001") || strings.Contains(files["dialplan/public/00_tandem.xml"], "robots") {
		t.Error("test parties are there without being asked for")
	}
}

func TestFreeSwitchSaysPromptsThatExist(t *testing.T) {
	prompts, err := dialplan.Prompts("en")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`/a/prompts/([a-z]+)\.wav`).FindAllStringSubmatch(renderFreeSwitch(t, validFreeSwitch())["dialplan/tandem.xml"], -1)
	if len(said) < 2 {
		t.Fatalf("the fallback says %v", said)
	}
	for _, name := range said {
		if !slices.ContainsFunc(prompts, func(p dialplan.Prompt) bool { return p.Name == name[1] }) {
			t.Errorf("nobody speaks %s", name[1])
		}
	}
}

func TestFreeSwitchOwnQueueIsOnlyThereWhenAskedFor(t *testing.T) {
	const queue, inbound = "autoload_configs/callcenter.conf.xml", "dialplan/public/00_tandem.xml"
	plain := renderFreeSwitch(t, validFreeSwitch())
	if plain[queue] != "" || strings.Contains(plain[inbound], "callcenter") {
		t.Error("the switch's own queue is there without being asked for")
	}
	c := validFreeSwitch()
	c.Bench = true
	full := renderFreeSwitch(t, c)
	for _, want := range []string{`contact="user/bob@example.org"`, `agent="ann" queue="tandem-bench"`, `wrap-up-time="0"`} {
		if !strings.Contains(full[queue], want) {
			t.Errorf("the queue lacks %s", want)
		}
	}
	if !strings.Contains(full[inbound], `data="tandem-bench"`) {
		t.Error("no number leads to the queue")
	}
}

// Without a domain of its own the accounts are in that of the installation, which FreeSWITCH puts in when it reads the file.
func TestFreeSwitchOwnDomain(t *testing.T) {
	c := validFreeSwitch()
	c.Domain = ""
	files := renderFreeSwitch(t, c)
	if !strings.Contains(files["dialplan/tandem.xml"], `,user/ann@$${domain}"`) ||
		!strings.Contains(files["tandem/conference.xml"], `name="domain" value="$${domain}"`) {
		t.Errorf("the accounts' domain is not the installation's:\n%s", files["dialplan/tandem.xml"])
	}
}

// The fallback rings phones without Tandem's eyes: none of them may send the caller to an address of its choice (302).
func TestFreeSwitchFallbackFollowsNoPhone(t *testing.T) {
	text := renderFreeSwitch(t, validFreeSwitch())["dialplan/tandem.xml"]
	for _, rung := range regexp.MustCompile(`application="bridge" data="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if rung[1] != "{outbound_redirect_fatal=true}${tandem_phones}" {
			t.Errorf("bridges to %s", rung[1])
		}
	}
}
