package dialplan_test

import (
	"slices"
	"strings"
	"testing"

	"tandem/dialplan"
)

// A setting that cannot work is named by its variable, before any file is written.
func TestASettingThatCannotWorkIsNamed(t *testing.T) {
	for _, bad := range []string{
		"TANDEM_SIP_LISTEN=5060", "TANDEM_SIP_LISTEN=host:5060", "TANDEM_SIP_LISTEN=127.0.0.1:0", "TANDEM_SIP_LISTEN=[::]:5060", "TANDEM_SIP_EXTERNAL=example.org",
		"TANDEM_SIP_EXTERNAL=0.0.0.0", "TANDEM_SIP_LOCAL=192.168.0.0", "TANDEM_SIP_RTP=20000", "TANDEM_SIP_RTP=80-90", "TANDEM_SIP_RTP=30000-20000", "TANDEM_SIP_RTP=a-b",
		"TANDEM_SIP_CODECS=gsm", "TANDEM_SIP_CODECS=,", "TANDEM_CODE_SIGN_IN=45,1,System(x)", "TANDEM_CODE_PAUSE=*45", "TANDEM_CODE_SIGN_OUT=112", "TANDEM_CODE_END_PAUSE=#",
		"TANDEM_EMERGENCY_NUMBERS=112,9", "TANDEM_EMERGENCY_NUMBERS=.*", "TANDEM_EMERGENCY_TRUNK=a/b",
	} {
		variable, value, _ := strings.Cut(bad, "=")
		_, err := dialplan.ReadSettings(func(name string) string { return map[string]string{variable: value}[name] })
		if err == nil || !strings.Contains(err.Error(), variable) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestSettingsAreRead(t *testing.T) {
	set := map[string]string{
		"TANDEM_SIP_LISTEN": "0.0.0.0:5070", "TANDEM_SIP_EXTERNAL": "203.0.113.7", "TANDEM_SIP_LOCAL": "192.168.0.0/16, 10.0.0.0/8",
		"TANDEM_SIP_RTP": "20000-20999", "TANDEM_CODE_PAUSE": "none", "TANDEM_EMERGENCY_NUMBERS": "112", "TANDEM_EMERGENCY_TRUNK": "carrier",
	}
	s, err := dialplan.ReadSettings(func(name string) string { return set[name] })
	if err != nil {
		t.Fatal(err)
	}
	first, last, _ := s.Ports()
	if !s.Open() || s.External != "203.0.113.7" || !slices.Equal(s.Local, []string{"192.168.0.0/16", "10.0.0.0/8"}) || first != 20000 || last != 20999 ||
		!slices.Equal(s.Codes.List(), []string{"*45", "*55", "*56"}) || s.Emergency.Trunk != "carrier" || len(s.Emergency.Numbers) != 1 {
		t.Errorf("read %+v", s)
	}
	if d := dialplan.DefaultSettings(); d.Check() != nil || d.Open() {
		t.Errorf("the default is open or refused: %v", d.Check())
	}
}

// chosen is a centre whose phones are in other networks.
func chosen() dialplan.Config {
	c := valid()
	c.Address, c.External, c.Local = "0.0.0.0", "203.0.113.7", []string{"192.168.0.0/16"}
	c.Codes, c.EmergencyNumbers, c.EmergencyTrunk = []string{"*45", "*55"}, []string{"112", "911"}, "carrier"
	return c
}

func TestPhonesOfOtherNetworks(t *testing.T) {
	c := chosen()
	c.Robots = true
	pjsip := render(t, c)["pjsip.conf"]
	udp, phone := section(pjsip, "udp"), section(pjsip, "phone")
	for _, want := range []string{"bind = 0.0.0.0:5060", "external_signaling_address = 203.0.113.7", "external_media_address = 203.0.113.7", "local_net = 192.168.0.0/16"} {
		if !slices.Contains(udp, want) {
			t.Errorf("the transport lacks %q: %q", want, udp)
		}
	}
	for _, want := range []string{"allow = ulaw,alaw,g722,opus", "rtp_symmetric = yes", "force_rport = yes", "rewrite_contact = yes"} {
		if !slices.Contains(phone, want) {
			t.Errorf("phones lack %q", want)
		}
	}
	if strings.Contains(pjsip, "media_address = 0.0.0.0") || !strings.Contains(pjsip, "contact = sip:127.0.0.1:5060") {
		t.Errorf("the address of all stands where one is meant:\n%s", pjsip)
	}
	c.Codecs = []string{"alaw"}
	if phone := section(render(t, c)["pjsip.conf"], "phone"); !slices.Contains(phone, "allow = alaw") {
		t.Errorf("the codecs are not those that were chosen: %q", phone)
	}
}

// Emergency calls come before everything, and neither the limit of calls nor Tandem is on their way; on both switches.
func TestEmergencyCallsPass(t *testing.T) {
	files := render(t, chosen())
	text := files["extensions.conf"]
	if got := section(text, "tandem-phones"); len(got) == 0 || got[0] != "include => tandem-emergency" {
		t.Errorf("phones reach %q first", got)
	}
	if got, want := section(text, "tandem-emergency"), []string{
		"exten => 112,1,Dial(PJSIP/112@carrier)", "same => n,Hangup(38)", "exten => 911,1,Dial(PJSIP/911@carrier)", "same => n,Hangup(38)",
	}; !slices.Equal(got, want) {
		t.Errorf("emergency calls go %q", got)
	}
	if strings.Contains(files["asterisk.conf"], "maxcalls") {
		t.Error("a limit over the whole switch refuses emergency calls too")
	}
	if inbound := strings.Join(section(text, "tandem-inbound"), "\n"); strings.Contains(inbound, "112") || strings.Contains(inbound, "*45") {
		t.Errorf("callers from outside reach what is for phones:\n%s", inbound)
	}
	f := validFreeSwitch()
	f.Codes, f.EmergencyNumbers, f.EmergencyTrunk = []string{"*45"}, []string{"112", "911"}, "carrier"
	phones := renderFreeSwitch(t, f)["dialplan/tandem.xml"]
	phones = phones[strings.Index(phones, `<context name="tandem-phones">`):]
	emergency := strings.Index(phones, `expression="^(112|911)$"`)
	if emergency < 0 || emergency > strings.Index(phones, `expression="^(\*45)$"`) || !strings.Contains(phones, `data="sofia/gateway/carrier/$1|sofia/gateway/carrier.always/$1"`) {
		t.Errorf("phones reach\n%s", phones)
	}
	c := chosen()
	c.EmergencyTrunk, f.EmergencyTrunk = "", ""
	if text := render(t, c)["extensions.conf"]; strings.Contains(text, "exten => 112") || strings.Contains(renderFreeSwitch(t, f)["dialplan/tandem.xml"], "112") {
		t.Error("an emergency number leads nowhere, and the phone is not told so")
	}
}

// A feature code is for Tandem alone: no fallback rings for it.
func TestFeatureCodesHaveNoFallback(t *testing.T) {
	codes := section(render(t, chosen())["extensions.conf"], "tandem-codes")
	if want := []string{
		"exten => *45,1,Set(TIMEOUT(absolute)=60)", "same => n,Stasis(tandem,*45)", "same => n,Hangup(38)",
		"exten => *55,1,Set(TIMEOUT(absolute)=60)", "same => n,Stasis(tandem,*55)", "same => n,Hangup(38)",
	}; !slices.Equal(codes, want) {
		t.Errorf("the codes are %q", codes)
	}
	f := validFreeSwitch()
	f.Codes = []string{"*45"}
	text := renderFreeSwitch(t, f)["dialplan/tandem.xml"]
	tandem := text[strings.Index(text, `<context name="tandem">`):]
	if failed, sorry := strings.Index(tandem, `field="${tandem_code}" expression="^true$"`), strings.Index(tandem, "sorry.wav"); failed < 0 || failed > sorry {
		t.Error("the fallback takes a feature code for a caller")
	}
	if strings.Count(text, `data="tandem_code=true"`) != 1 || strings.Count(text, `expression="^(\*45)$"`) != 2 {
		t.Error("the code is not marked as one")
	}
}
