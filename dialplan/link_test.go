package dialplan_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"tandem/dialplan"
)

const linkSecret = "LINKSECRETLINKSECRET"

func link() []dialplan.Link {
	return []dialplan.Link{{Name: "pbx2", Address: "192.0.2.10:5060", Password: linkSecret, Speaks: true}}
}

// What a call of another switch reaches is one phone: only the dialled name, cleaned, stands in an argument, and a phone's context decides.
func TestALinkLeadsToPhonesOnly(t *testing.T) {
	c := valid()
	c.Name, c.Links = "pbx1", link()
	files := render(t, c)
	lines := strings.Join(section(files["extensions.conf"], "tandem-link"), "\n")
	for _, used := range regexp.MustCompile(`(?:Dial|Goto|Stasis|Queue|include)\b.*`).FindAllString(lines, -1) {
		if !strings.HasPrefix(used, "Goto") && used != "Dial(PJSIP/${TANDEM_PHONE},300,ib(tandem-link-phone^s^1))" && !strings.HasPrefix(used, "GotoIf") {
			t.Errorf("a link leads to %s", used)
		}
	}
	for _, want := range []string{"FILTER(A-Za-z0-9_\\x2D,${EXTEN})", `"${PJSIP_ENDPOINT(${TANDEM_PHONE},context)}" != "tandem-phones"`, "Hangup(${HANGUPCAUSE})"} {
		if !strings.Contains(lines, want) {
			t.Errorf("[tandem-link] lacks %s", want)
		}
	}
	pjsip := files["pjsip.conf"]
	for name, wants := range map[string][]string{
		"link-from-pbx2": {"context = tandem-link", "auth = link-from-pbx2", "rtp_timeout = 20", "rtp_keepalive = 4", "deny = 0.0.0.0/0", "permit = 192.0.2.10/32", "password = " + linkSecret},
		"link-to-pbx2":   {"context = tandem-nowhere", "from_user = link-from-pbx1", "rtp_timeout = 20", "rtp_keepalive = 4", "contact = sip:192.0.2.10:5060", "outbound_auth = link-to-pbx2"},
	} {
		for _, want := range wants {
			if !slices.Contains(section(pjsip, name), want) {
				t.Errorf("[%s] lacks %q", name, want)
			}
		}
	}
	included, err := dialplan.AsteriskIncluded(c)
	if err != nil || !strings.Contains(included["pjsip.conf"], "[link-from-pbx2](tandem-phone)") || !strings.Contains(included["extensions.conf"], "[tandem-link]") {
		t.Errorf("an Asterisk of the admin's own has no link: %v", err)
	}
	if strings.Contains(render(t, valid())["extensions.conf"], "tandem-link") {
		t.Error("a single switch lets others in")
	}
}

// The same on FreeSWITCH.
func TestALinkLeadsToPhonesOnlyOnFreeSWITCH(t *testing.T) {
	c := validFreeSwitch()
	c.Name, c.Links = "pbx1", link()
	files, err := dialplan.FreeSwitch(c)
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(files["dialplan/tandem.xml"], `<context name="tandem-link">`)
	text, _, _ = strings.Cut(text, "</context>")
	if strings.Count(text, `application="bridge"`) != 1 || strings.Contains(text, "transfer\"") || strings.Contains(text, "gateway") || !strings.Contains(text, `expression="^tandem-phones$"`) {
		t.Errorf("a link leads to\n%s", text)
	}
	for file, wants := range map[string][]string{
		"directory/default/tandem.xml":          {`<user id="link-from-pbx2">`, `name="auth-acl" value="192.0.2.10/32"`, `value="tandem-link"`, linkSecret},
		"sip_profiles/external/link-tandem.xml": {`<gateway name="link-to-pbx2">`, `value="link-from-pbx1"`, `value="192.0.2.10:5060"`, linkSecret},
	} {
		for _, want := range wants {
			if !strings.Contains(files[file], want) {
				t.Errorf("%s lacks %s", file, want)
			}
		}
	}
}

func TestWrongLinksAreRefused(t *testing.T) {
	for want, change := range map[string]func(*dialplan.Config){
		"Name":          func(c *dialplan.Config) { c.Name = "" },
		"Links.Name":    func(c *dialplan.Config) { c.Links[0].Name = "a b" },
		"named twice":   func(c *dialplan.Config) { c.Links[0].Name = "pbx1" },
		"Links.Address": func(c *dialplan.Config) { c.Links[0].Address = "0.0.0.0:5060" },
		"Links.From":    func(c *dialplan.Config) { c.Links[0].From = "everywhere" },
		"password":      func(c *dialplan.Config) { c.Links[0].Password = "short-secret" },
		"is taken":      func(c *dialplan.Config) { c.Accounts[0].Name = "link-from-pbx2" },
	} {
		c := valid()
		c.Name, c.Links = "pbx1", link()
		change(&c)
		if _, err := dialplan.Asterisk(c); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "short-secret") {
			t.Errorf("%s: %v", want, err)
		}
	}
}
