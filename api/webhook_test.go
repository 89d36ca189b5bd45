package api_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator/desk/access"
	"tandem/orchestrator/desk/webhook"
)

func TestWebhooks(t *testing.T) {
	c := start(t, func(cfg *api.Config) {
		cfg.Inside = func(u *url.URL) bool { return u.Hostname() == "crm.inside" }
	})
	const at = "/api/v1/webhooks/crm"
	a := c.want(200, "PUT", at, `{"url":"https://crm.example/in","events":["interaction_arrived","ticket_opened"]}`)
	made := read[api.Webhook](t, a)
	if !strings.HasPrefix(made.Secret, "whsec_") || len(made.Secret) < 40 || made.State != "active" || len(made.Include) != 0 {
		t.Errorf("made is %+v", made)
	}
	again := c.want(200, "PUT", at, `{"url":"http://crm.inside/in","events":["ticket_opened"],"include":["person"],"state":"paused"}`, "If-Match", a.header.Get("ETag"))
	if strings.Contains(string(again.body), "whsec_") || read[api.Webhook](t, again).Include[0] != "person" {
		t.Errorf("changed is %s", again.body)
	}
	c.want(412, "PUT", at, `{"url":"https://crm.example/in","events":["ticket_opened"]}`, "If-Match", a.header.Get("ETag"))
	for body, field := range map[string]string{
		`{"url":"http://crm.example/in","events":["ticket_opened"]}`:             "url",
		`{"url":"https://me:pw@crm.example/in","events":["ticket_opened"]}`:      "url",
		`{"url":"ftp://crm.example/in","events":["ticket_opened"]}`:              "url",
		`{"url":"https://crm.example/in#x","events":["ticket_opened"]}`:          "url",
		`{"url":"https://crm.example/in","events":["command_done"]}`:             "events.0",
		`{"url":"https://crm.example/in","events":[]}`:                           "events",
		`{"url":"https://crm.example/in","events":["ticket_opened"],"state":""}`: "state",
	} {
		p := read[api.Problem](t, c.want(422, "PUT", at, body))
		if len(p.Fields) != 1 || p.Fields[0].Field != field || strings.Contains(p.Detail, "pw@") {
			t.Errorf("%s: %+v", body, p)
		}
	}
	if list := c.want(200, "GET", "/api/v1/webhooks", ""); strings.Contains(string(list.body), "whsec_") || len(read[api.WebhookList](t, list).Items) != 1 {
		t.Errorf("%s", list.body)
	}
	if log := c.log.String(); strings.Contains(log, made.Secret) || strings.Contains(log, "crm.inside") {
		t.Error("the log has the secret or the address")
	}
	c.want(403, "GET", at, "", "Authorization", "Bearer "+c.key(access.Read))
	c.want(204, "DELETE", at, "")
	c.want(404, "DELETE", at, "")
	c.want(404, "GET", at, "")
	c.want(404, "POST", at+"/secret", `{}`)
	c.want(404, "GET", at+"/dead-letters", "")
	c.want(404, "POST", at+"/dead-letters/resend", `{}`)
}

func TestWebhookSecret(t *testing.T) {
	c := start(t)
	const at = "/api/v1/webhooks/crm"
	first := read[api.Webhook](t, c.want(200, "PUT", at, `{"url":"https://crm.example/in","events":["ticket_opened"]}`)).Secret
	key := []string{"Idempotency-Key", "turn"}
	turned := c.want(200, "POST", at+"/secret", `{"overlap_seconds":60}`, key...)
	second := read[api.Webhook](t, turned)
	if second.Secret == first || second.Secret == "" || second.OldSecretUntil.Sub(c.clock()) != time.Minute {
		t.Errorf("%+v", second)
	}
	if again := c.want(200, "POST", at+"/secret", `{"overlap_seconds":60}`, key...); string(again.body) != string(turned.body) {
		t.Errorf("the same key is answered otherwise: %s", again.body)
	}
	if h, err := c.store.Hook(t.Context(), "crm"); err != nil || h.Secret != second.Secret || h.OldSecret != first {
		t.Errorf("kept is %+v, %v", h, err)
	}
}

func TestDeadLetters(t *testing.T) {
	c := start(t)
	c.seed()
	c.want(200, "PUT", "/api/v1/webhooks/crm", `{"url":"https://crm.example/in","events":["interaction_arrived","ticket_opened"]}`)
	c.call("c1", "+493012345")
	if h := read[api.Webhook](t, c.want(200, "GET", "/api/v1/webhooks/crm", "")); h.Waiting != 2 || h.OldestSince.IsZero() {
		t.Fatalf("%+v", h)
	}
	if _, err := c.store.SweepDeliveries(t.Context(), c.clock().Add(time.Hour), time.Time{}); err != nil {
		t.Fatal(err)
	}
	first := read[api.DeadLetterPage](t, c.want(200, "GET", "/api/v1/webhooks/crm/dead-letters?limit=1", ""))
	if len(first.Items) != 1 || first.Items[0].Event != webhook.TicketOpened || first.Items[0].Ticket == "" || first.Items[0].Interaction != "" {
		t.Fatalf("%+v", first)
	}
	rest := read[api.DeadLetterPage](t, c.want(200, "GET", "/api/v1/webhooks/crm/dead-letters?limit=1&cursor="+first.NextCursor, ""))
	if len(rest.Items) != 1 || rest.NextCursor != "" || rest.Items[0].Event != "interaction_arrived" || rest.Items[0].Interaction == "" || rest.Items[0].Seq == 0 {
		t.Errorf("%+v", rest)
	}
	sent := read[api.Resent](t, c.want(200, "POST", "/api/v1/webhooks/crm/dead-letters/resend", `{"ids":[`+strconv.FormatInt(rest.Items[0].ID, 10)+`]}`))
	if h := read[api.Webhook](t, c.want(200, "GET", "/api/v1/webhooks/crm", "")); sent.Count != 1 || h.Waiting != 1 || h.DeadLetters != 1 {
		t.Errorf("%+v %+v", sent, h)
	}
	if n := read[api.Resent](t, c.want(200, "POST", "/api/v1/webhooks/crm/dead-letters/resend", `{}`)).Count; n != 1 {
		t.Errorf("%d", n)
	}
}
