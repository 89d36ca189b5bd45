package api_test

import (
	"strings"
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator"
	"tandem/orchestrator/floor"
)

const fang = `{"name":"Wang Fang","tier":"gold","preferred_channel":"chat","identities":[{"kind":"phone","value":"0151 12345677","source":"crm","verified":true}]}`

// TestCustomers: a record is made, found by any spelling of its number, changed field by field with history and with If-Match.
func TestCustomers(t *testing.T) {
	c := start(t)
	made := c.want(200, "PUT", "/api/v1/customers/C-1", fang)
	if x := read[api.Customer](t, made); x.Identities[0].Value != "+4915112345677" || x.Preferred.Channel != "chat" || x.Preferred.Grounds != "stated" || x.Version != 1 {
		t.Errorf("%+v", x)
	}
	p := read[api.CustomerPage](t, c.want(200, "GET", "/api/v1/customers?address=004915112345677", ""))
	if len(p.Items) != 1 || p.Items[0].ID != "C-1" {
		t.Errorf("%+v", p)
	}
	if none := read[api.CustomerPage](t, c.want(200, "GET", "/api/v1/customers?address=015199", "")); len(none.Items) != 0 {
		t.Errorf("%+v", none)
	}
	is := read[api.Customer](t, c.want(200, "PATCH", "/api/v1/customers/C-1", `{"tier":"","region":"Berlin"}`, "If-Match", made.header.Get("ETag")))
	if is.Tier != "" || is.Region != "Berlin" || is.Name != "Wang Fang" || len(is.Identities) != 1 {
		t.Errorf("%+v", is)
	}
	c.want(412, "PATCH", "/api/v1/customers/C-1", `{"tier":"x"}`, "If-Match", made.header.Get("ETag"))
	h := read[api.CustomerHistory](t, c.want(200, "GET", "/api/v1/customers/C-1/history", ""))
	if last := h.Items[len(h.Items)-1]; last.Field != "region" || last.To != "Berlin" || last.By == "" || len(h.Items) != 6 {
		t.Errorf("%+v", h)
	}
	c.want(404, "PATCH", "/api/v1/customers/C-2", `{"tier":"x"}`)
	c.want(404, "GET", "/api/v1/customers/C-2", "")
	a := c.want(409, "PUT", "/api/v1/customers/C-2", fang)
	if !strings.Contains(string(a.body), "identities.0.value") || !strings.Contains(string(a.body), "C-1") {
		t.Errorf("%s", a.body)
	}
	for body, field := range map[string]string{`{"dedicated_agent":"nobody"}`: "dedicated_agent", `{"tier":"<b>"}`: "tier", `{"identities":[{"kind":"email","value":"x"}]}`: "identities.0.value"} {
		if a := c.want(422, "PUT", "/api/v1/customers/C-3", body); !strings.Contains(string(a.body), field) {
			t.Errorf("%s: %s", body, a.body)
		}
	}
}

// TestOpeningSeesTheCustomer: the record of who writes gives attributes and name, and what the client says goes over them.
func TestOpeningSeesTheCustomer(t *testing.T) {
	c := start(t)
	c.seed()
	c.want(200, "PUT", "/api/v1/customers/C-1", strings.Replace(fang, `"tier":"gold"`, `"tier":"gold","dedicated_agent":"ann"`, 1))
	for body, want := range map[string][3]string{
		`{"channel":"chat","queue":"sales","address":"+4915112345677"}`:                                               {"Wang Fang", "gold", "ann"},
		`{"channel":"sms","queue":"sales","address":"015112345677","name":"F","attributes":{"customer_tier":"lead"}}`: {"F", "lead", "ann"},
		`{"channel":"chat","queue":"sales","address":"somebody"}`:                                                     {},
	} {
		i := read[api.Interaction](t, c.want(201, "POST", "/api/v1/interactions", body))
		if have := [3]string{i.Name, i.Attributes["customer_tier"], i.Attributes["dedicated_agent"]}; have != want {
			t.Errorf("%s: %v, want %v", body, have, want)
		}
	}
}

// TestCallersAreSeen: from the first record on a call waits for its caller's.
func TestCallersAreSeen(t *testing.T) {
	c := start(t)
	c.seed()
	c.want(200, "PUT", "/api/v1/customers/C-1", fang)
	c.arrive("c1", "+4915112345677", "network's name")
	i := read[api.InteractionPage](t, c.want(200, "GET", "/api/v1/interactions?live=true", "")).Items[0]
	c.mu.Lock()
	q, waits := c.floor.Lookup(orchestrator.InteractionID(i.ID))
	c.mu.Unlock()
	if !waits || q.Find.Caller != "+4915112345677" {
		t.Fatalf("%+v", q)
	}
	c.happens(time.Second, floor.LookedUp{Interaction: orchestrator.InteractionID(i.ID), Lookup: q.ID, Values: map[string]string{"name": "Wang Fang", "customer_tier": "gold"}})
	is := read[api.Interaction](t, c.want(200, "GET", "/api/v1/interactions/"+i.ID, ""))
	if is.Name != "Wang Fang" || is.Attributes["customer_tier"] != "gold" || is.State == "new" {
		t.Errorf("%+v", is)
	}
}
