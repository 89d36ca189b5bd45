package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pairOfSwitches is a configuration of two by the environment.
func pairOfSwitches(more ...string) []string {
	return append([]string{
		"TANDEM_SWITCHES=pbx1=asterisk,pbx2=freeswitch", "TANDEM_SWITCH_PBX1_PASSWORD=ARISECRETARISECRET", "TANDEM_SWITCH_PBX1_SIP=192.0.2.1:5060",
		"TANDEM_SWITCH_PBX2_PASSWORD=ESLSECRETESLSECRET", "TANDEM_SWITCH_PBX2_SIP=192.0.2.2:5060", "TANDEM_SWITCH_PBX2_ADDRESS=127.0.0.1:8022",
		"TANDEM_ASTERISK_PROMPTS=/srv/prompts", "TANDEM_FREESWITCH_PROMPTS=/srv/prompts",
	}, more...)
}

// Several switches are named by one variable, and each has those of its make; what is not said is as for a single one, and the file says
// the same.
func TestSeveralSwitches(t *testing.T) {
	byEnvironment, err := loadConfig("", pairOfSwitches())
	if err != nil {
		t.Fatal(err)
	}
	byFile, err := loadConfig(write(t, `
asterisk: {prompts: /srv/prompts}
freeswitch: {prompts: /srv/prompts}
switches:
  - {name: pbx1, make: asterisk, sip: "192.0.2.1:5060", asterisk: {password: ARISECRETARISECRET}}
  - {name: pbx2, make: freeswitch, sip: "192.0.2.2:5060", freeswitch: {password: ESLSECRETESLSECRET, address: "127.0.0.1:8022"}}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []Config{byEnvironment, byFile} {
		each := c.each()
		if !slices.Equal(c.names(), []string{"pbx1", "pbx2"}) || len(each) != 2 || c.checkEach() != nil {
			t.Fatalf("there are %v, %v", c.names(), c.checkEach())
		}
		a, f := each[0].asterisk(), each[1].freeswitch()
		if each[0].Switch != "asterisk" || a.Name != "pbx1" || a.Password != "ARISECRETARISECRET" || a.App != "tandem" || a.Prompts != "/srv/prompts" || a.Peers["pbx2"] != "link-to-pbx2" {
			t.Errorf("the first is %+v", a)
		}
		if each[1].Switch != "freeswitch" || f.Name != "pbx2" || f.Password != "ESLSECRETESLSECRET" || f.Address != "127.0.0.1:8022" || f.Peers["pbx1"] != "link-to-pbx1" {
			t.Errorf("the second is %+v", f)
		}
	}
	single, err := loadConfig("", []string{"TANDEM_ASTERISK_NAME=old", "TANDEM_ASTERISK_PASSWORD=ARISECRETARISECRET"})
	if err != nil || !slices.Equal(single.names(), []string{"old"}) || len(single.each()) != 1 || len(single.asterisk().Peers) != 0 {
		t.Errorf("a single one is %v, %v", single.names(), err)
	}
}

// Each error says what to write.
func TestWrongSwitches(t *testing.T) {
	for want, variables := range map[string][]string{
		"pbx1=asterisk,pbx2=freeswitch": {"TANDEM_SWITCHES=pbx1"},
		"the first a letter":            {"TANDEM_SWITCHES=1=asterisk"},
		"it is asterisk or freeswitch":  {"TANDEM_SWITCHES=pbx1=avaya"},
		"named twice":                   {"TANDEM_SWITCHES=a=asterisk,a=freeswitch", "TANDEM_SWITCH_A_SIP=192.0.2.1:5060"},
		"TANDEM_SWITCH_B_URL":           {"TANDEM_SWITCHES=a=asterisk,b=asterisk", "TANDEM_SWITCH_A_SIP=192.0.2.1:5060"},
		"TANDEM_SWITCH_A_SIP":           {"TANDEM_SWITCHES=a=asterisk,b=freeswitch"},
		"TANDEM_SWITCH_A_URL":           {"TANDEM_SWITCHES=a=asterisk", "TANDEM_SWITCH_A_ULR=x"},
		"TANDEM_SWITCH_A_PHONES_SERVER": {"TANDEM_SWITCHES=a=asterisk", "TANDEM_SWITCH_A_PHONES_SERVER=x"},
		"TANDEM_SWITCH_A_FROM":          {"TANDEM_SWITCHES=a=asterisk", "TANDEM_SWITCH_A_FROM=x"},
	} {
		if _, err := loadConfig("", variables); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v does not say %q", variables, err, want)
		}
	}
	c, err := loadConfig("", pairOfSwitches("TANDEM_SWITCH_PBX2_PASSWORD="))
	if err != nil || c.checkEach() == nil || !strings.Contains(c.checkEach().Error(), "switch pbx2") {
		t.Errorf("a missing password: %v, %v", err, c.checkEach())
	}
}

// The files of two switches fit each other, and fit again when they are written again.
func TestSwitchFilesOfTwo(t *testing.T) {
	for _, v := range pairOfSwitches() {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
	dir := filepath.Join(t.TempDir(), "files")
	var before string
	for range 2 {
		var out bytes.Buffer
		if err := run(t.Context(), []string{"switch-files", "-phones", "ann,bob@pbx2", dir}, &out, &bytes.Buffer{}); err != nil {
			t.Fatal(err)
		}
		read := func(name string) string {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		_, password, _ := strings.Cut(strings.TrimSpace(read(linksFile)), "pbx1+pbx2 ")
		a, f := read("pbx1/tandem/pjsip.conf"), read("pbx2/directory/default/tandem.xml")+read("pbx2/sip_profiles/external/link-tandem.xml")
		if len(password) < 20 || before != "" && password != before || strings.Count(a, password) != 2 || strings.Count(f, password) != 2 {
			t.Errorf("the password of the link is %q, before %q", password, before)
		}
		before = password
		if !strings.Contains(a, "[ann]") || strings.Contains(a, "[bob]") || !strings.Contains(f, `id="bob"`) || strings.Contains(f, `id="ann"`) {
			t.Error("a phone is on the wrong switch")
		}
		if !strings.Contains(out.String(), "# pbx2, freeswitch") {
			t.Errorf("it says %s", out.String())
		}
	}
	if err := run(t.Context(), []string{"switch-files", "-phones", "eve@pbx3", dir}, &bytes.Buffer{}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "pbx3") {
		t.Errorf("a switch that is none: %v", err)
	}
}

// One of several switches that is away is told, and is no reason to call the program unready; when none is there, it is.
func TestReadyWithOneOfSeveralSwitches(t *testing.T) {
	checks := switchChecks(map[string]bool{"pbx1": true, "pbx2": false})
	if len(checks) != 2 || !checks[0].OK || checks[0].Says != "" || !checks[1].OK || !strings.Contains(checks[1].Says, "away") {
		t.Errorf("with one of two: %+v", checks)
	}
	for _, c := range switchChecks(map[string]bool{"pbx1": false, "pbx2": false}) {
		if c.OK || c.Says == "" {
			t.Errorf("with none: %+v", c)
		}
	}
}

// The switch with the trunk is the first unless it is said; a trunk is not named as a switch is, since what is dialled at it would ring there.
func TestTheSwitchThatCallsOutside(t *testing.T) {
	dials := func(more ...string) (Config, error) {
		return loadConfig("", pairOfSwitches(append(more, "TANDEM_DIAL_ALLOWED=0,1")...))
	}
	for want, said := range map[string]string{"pbx1": "", "pbx2": "pbx2"} {
		c, err := dials("TANDEM_DIAL_TRUNK=out", "TANDEM_SMS_COUNTRY=49", "TANDEM_DIAL_SWITCH="+said)
		if err != nil {
			t.Fatal(err)
		}
		d := c.dialling(nil)
		if d.Switch != want || d.Country != "49" || d.Allows("112") || !d.Allows("1180") {
			t.Errorf("%q: %+v", said, d)
		}
	}
	for want, more := range map[string]string{"there are pbx1, pbx2": "TANDEM_DIAL_SWITCH=pbx3", "a switch's name": "TANDEM_DIAL_TRUNK=pbx2"} {
		if _, err := dials(more); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", more, err)
		}
	}
	single, err := loadConfig("", []string{"TANDEM_DIAL_TRUNK=out"})
	if err != nil || single.dialling(nil).Switch != "" {
		t.Errorf("of one: %v", err)
	}
}
