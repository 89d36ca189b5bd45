package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tandem/api"
)

// read decodes an answer.
func read[T any](t *testing.T, a answer) T {
	t.Helper()
	var out T
	must(t, json.Unmarshal(a.body, &out))
	return out
}

func TestHealth(t *testing.T) {
	c := start(t)
	c.health = []api.HealthCheck{{Name: "journal", OK: true}}
	c.want(200, "GET", "/healthz", "", "Authorization", "")
	c.want(200, "GET", "/readyz", "", "Authorization", "")
	c.health = append(c.health, api.HealthCheck{Name: "switch", Says: "asterisk is not connected"})
	a := c.ask("GET", "/readyz", "", "Authorization", "")
	if a.status != 503 || !strings.Contains(string(a.body), "asterisk is not connected") {
		t.Errorf("%d %s", a.status, a.body)
	}
	c.want(200, "GET", "/healthz", "")
	m := c.want(200, "GET", "/metrics", "", "Authorization", "")
	if !strings.Contains(string(m.body), `tandem_http_request_seconds_count{method="GET",route="/healthz",status="200"} 2`) {
		t.Errorf("the metrics do not count by route:\n%s", m.body)
	}
}

func TestQueues(t *testing.T) {
	c := start(t)
	a := c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Sales","number":"7000"}`)
	if a.header.Get("Tandem-Seq") != "1" {
		t.Errorf("Tandem-Seq %q", a.header.Get("Tandem-Seq"))
	}
	q := read[api.Queue](t, c.want(200, "GET", "/api/v1/queues/sales", ""))
	if q.Name != "Sales" || q.Number != "7000" || q.RingSeconds != 20 || q.WrapUpSeconds != 60 || q.Music != "default" || q.Tickets != api.TicketPolicyAnswered {
		t.Errorf("the defaults of the document are missing: %+v", q)
	}
	c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Sales & more","number":"7001","ring_seconds":30,"wrap_up_seconds":0,"tickets":"never","music":"jazz","greeting":"sound:tandem/welcome"}`)
	l := read[api.QueueList](t, c.want(200, "GET", "/api/v1/queues", ""))
	if len(l.Items) != 1 || l.Items[0].RingSeconds != 30 || l.Items[0].WrapUpSeconds != 0 || l.Items[0].Tickets != api.TicketPolicyNever {
		t.Errorf("%+v", l)
	}
	c.want(404, "GET", "/api/v1/queues/none", "")
	a = c.want(409, "PUT", "/api/v1/queues/other", `{"name":"Other","number":"7001"}`)
	if !strings.Contains(string(a.body), "7001") {
		t.Errorf("the problem does not say what to do: %s", a.body)
	}
}

func TestAgents(t *testing.T) {
	c := start(t)
	c.seed()
	a := read[api.Agent](t, c.want(200, "GET", "/api/v1/agents/ann", ""))
	if a.Phone.Health != api.PhoneHealthRegistered || a.Status != api.AgentStatusAvailable || a.NotResponding || a.Work.Offer != "" {
		t.Errorf("%+v", a)
	}
	c.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"away","reason":"lunch"}`)
	if a = read[api.AgentList](t, c.want(200, "GET", "/api/v1/agents", "")).Items[0]; a.Reason != "lunch" {
		t.Errorf("%+v", a)
	}
	c.want(422, "PUT", "/api/v1/agents/ann/status", `{"status":"available","reason":"lunch"}`)
	c.want(404, "PUT", "/api/v1/agents/nobody/status", `{"status":"available"}`)
	c.want(404, "GET", "/api/v1/agents/nobody", "")
	c.want(422, "PUT", "/api/v1/agents/bob", `{"name":"Bob","endpoint":"bob","queues":["none"]}`)
	c.want(409, "PUT", "/api/v1/agents/bob", `{"name":"Bob","endpoint":"ann","queues":[]}`)
	c.want(409, "POST", "/api/v1/agents/ann/wrap-up", `{"disposition":"solved"}`)
}

func TestCall(t *testing.T) {
	c := start(t)
	c.seed()
	c.arrive("c1", "+493012345", "Eve")
	c.talk()
	a := read[api.Agent](t, c.want(200, "GET", "/api/v1/agents/ann", ""))
	if a.Work.State != api.WorkStateConnected {
		t.Fatalf("%+v", a)
	}
	i := read[api.Interaction](t, c.want(200, "GET", "/api/v1/interactions/"+a.Work.Interaction, ""))
	if !i.Live || i.From != "+493012345" || i.Agent != "ann" || i.State != api.ItemStateAssigned || i.Connected.IsZero() || !i.Ended.IsZero() {
		t.Errorf("%+v", i)
	}
	c.want(409, "POST", "/api/v1/agents/ann/wrap-up", `{"disposition":"solved"}`)
	c.hangup(c.agentLeg())

	key := []string{"Idempotency-Key", "once-1"}
	first := c.want(200, "POST", "/api/v1/agents/ann/wrap-up", `{"disposition":"solved","notes":"all well"}`, key...)
	again := c.want(200, "POST", "/api/v1/agents/ann/wrap-up", `{"disposition":"solved","notes":"all well"}`, key...)
	if string(first.body) != string(again.body) {
		t.Errorf("the same key is answered otherwise:\n%s\n%s", first.body, again.body)
	}
	c.want(409, "POST", "/api/v1/agents/ann/wrap-up", `{"disposition":"sold"}`, key...)
	c.want(409, "POST", "/api/v1/agents/ann/wrap-up", `{"disposition":"solved","notes":"all well"}`)

	var says []string
	for _, e := range read[api.Timeline](t, c.want(200, "GET", "/api/v1/interactions/"+i.ID+"/timeline", "")).Items {
		says = append(says, e.Says)
		if e.Kind == "offer_connected" && e.Data["wait_seconds"] != 3. {
			t.Errorf("wait: %v", e.Data)
		}
	}
	told := strings.Join(says, "\n")
	for _, want := range []string{"Eve (+493012345) calls 7000 for queue sales.", "Waits in queue sales, in place 1;", "Agent ann answered after a wait of 3 s.",
		"The conversation with agent ann ended after 30 s, by the agent.", "Agent ann wrapped up as solved after 0 s."} {
		if !strings.Contains(told, want) {
			t.Errorf("the timeline does not say %q:\n%s", want, told)
		}
	}
	c.want(404, "GET", "/api/v1/interactions/none", "")
	c.want(404, "GET", "/api/v1/interactions/none/timeline", "")
}

func TestInteractionPages(t *testing.T) {
	c := start(t)
	c.seed()
	for i := range 5 {
		c.call(fmt.Sprintf("c%d", i), "+49301234")
	}
	c.arrive("live", "+49301239", "")
	seen := map[string]bool{}
	path, pages := "/api/v1/interactions?limit=2", 0
	for cursor := ""; pages == 0 || cursor != ""; pages++ {
		at := path
		if cursor != "" {
			at += "&cursor=" + cursor
		}
		p := read[api.InteractionPage](t, c.want(200, "GET", at, ""))
		for _, i := range p.Items {
			if seen[i.ID] {
				t.Errorf("%s twice", i.ID)
			}
			seen[i.ID] = true
		}
		cursor = p.NextCursor
	}
	if len(seen) != 6 || pages != 3 {
		t.Errorf("%d interactions on %d pages", len(seen), pages)
	}
	for filter, n := range map[string]int{"state=done": 5, "live=true": 1, "queue=sales": 6, "queue=none": 0, "agent=ann&state=done": 5, "": 6,
		"from=2026-11-22T09:00:00Z": 6, "from=2026-11-23T09:00:00Z": 0, "to=2026-11-22T09:00:00Z": 0, "from=2026-11-22T09:00:00Z&to=2026-11-23T09:00:00%2B01:00": 6} {
		if p := read[api.InteractionPage](t, c.want(200, "GET", "/api/v1/interactions?"+filter, "")); len(p.Items) != n || p.Items == nil {
			t.Errorf("%s: %d, want %d", filter, len(p.Items), n)
		}
	}
}
