package api_test

import (
	"strings"
	"testing"

	"tandem/api"
	"tandem/orchestrator/desk/provision"
)

const provider = "/api/v1/trunks/provider"

func TestTrunk(t *testing.T) {
	c := start(t)
	c.connect()
	c.want(404, "GET", provider, "")
	c.want(404, "DELETE", provider, "")
	made := read[api.Trunk](t, c.want(200, "PUT", provider, `{"hosts":["192.0.2.10","198.51.100.7/24"]}`))
	if !made.InForce || strings.Join(made.Hosts, " ") != "192.0.2.10/32 198.51.100.0/24" || made.State != "unknown" {
		t.Errorf("made was %+v", made)
	}
	for hosts, says := range map[string]string{
		"192.0.2.10":        "calls from 192.0.2.10/32 belong to trunk provider already",
		"192.0.2.0/24":      "calls from 192.0.2.0/24 would belong to two trunks: provider has 192.0.2.10/32",
		"198.51.100.128/25": "calls from 198.51.100.128/25 would belong to two trunks: provider has 198.51.100.0/24",
	} {
		p := read[api.Problem](t, c.want(409, "PUT", "/api/v1/trunks/other", `{"hosts":["203.0.113.1","`+hosts+`"]}`))
		if !strings.Contains(p.Detail, says) {
			t.Errorf("%s is refused with %q", hosts, p.Detail)
		}
	}
	c.want(200, "PUT", "/api/v1/trunks/other", `{"server":"sip.example.org","user":"4930","password":"hush-hush"}`)
	if c.sw.Trunks()["tandem.other"].Password.Reveal() != "hush-hush" {
		t.Error("the switch does not know the password")
	}
	c.sw.SetState("tandem.other", provision.Registered)
	a := c.want(200, "GET", "/api/v1/trunks", "")
	if list := read[api.TrunkList](t, a); len(list.Items) != 2 || list.Items[0].State != "registered" {
		t.Errorf("the trunks are %+v", list)
	}
	if strings.Contains(string(a.body), "hush-hush") || strings.Contains(c.log.String(), "hush-hush") {
		t.Error("the password is shown")
	}
	c.want(200, "PUT", "/api/v1/trunks/other", `{"server":"sip.example.org","user":"4930"}`) // the password stays
	if c.sw.Trunks()["tandem.other"].Password.Reveal() != "hush-hush" {
		t.Error("the password was lost")
	}
	c.want(422, "PUT", "/api/v1/trunks/other", `{"server":"elsewhere.example.org","user":"4930"}`) // it is not sent elsewhere
	c.want(204, "DELETE", provider, "")
	if _, there := c.sw.Trunks()["tandem.provider"]; there {
		t.Error("the switch still has it")
	}
}

// The trunk that emergency calls leave by stays, and stays one that calls can leave by.
func TestTrunkForEmergencyCalls(t *testing.T) {
	c := start(t, func(cfg *api.Config) { cfg.Emergency = "tandem.provider" })
	c.connect()
	c.want(422, "PUT", provider, `{"hosts":["192.0.2.10"]}`)
	c.want(200, "PUT", provider, `{"server":"sip.example.org","user":"4930","password":"hush-hush"}`)
	c.want(409, "DELETE", provider, "")
	if _, there := c.sw.Trunks()["tandem.provider"]; !there {
		t.Error("the switch does not have it any more")
	}
	c.want(200, "PUT", "/api/v1/trunks/other", `{"hosts":["192.0.2.10"]}`)
	c.want(204, "DELETE", "/api/v1/trunks/other", "")
}

// What would let anybody in, or could be read as something else, is refused (A4, A7).
func TestTrunkRefused(t *testing.T) {
	c := start(t)
	c.connect()
	for _, body := range []string{
		`{}`, `{"hosts":[]}`, `{"hosts":["0.0.0.0/0"]}`, `{"hosts":["10.0.0.0/8"]}`, `{"hosts":["::/0"]}`, `{"hosts":["::ffff:0.0.0.0/96"]}`, `{"hosts":["example.org"]}`,
		`{"hosts":["192.0.2.1"],"server":"sip.example.org","user":"x","password":"y"}`, `{"server":"sip.example.org"}`,
		`{"server":"sip.example.org","user":"x"}`, `{"server":"a b","user":"x","password":"y"}`, `{"server":"a;line=1","user":"x","password":"y"}`,
		`{"server":"sip.example.org","user":"x@y","password":"z"}`, `{"server":"sip.example.org","user":"x","password":"a b"}`,
		`{"server":"sip.example.org","user":"x","password":"a\nb"}`, `{"hosts":["192.0.2.1"],"password":"y"}`, `{"hosts":["192.0.2.1"],"number":"1"}`,
	} {
		if a := c.ask("PUT", provider, body); a.status != 422 {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	c.want(422, "PUT", "/api/v1/trunks/"+strings.Repeat("x", 60), `{"server":"sip.example.org","user":"x","password":"y","hosts":["192.0.2.1"]}`)
	if len(c.sw.Trunks()) != 0 {
		t.Errorf("the switch has %v", c.sw.Trunks())
	}
}
