package api_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator/media"
)

const shop = `flow: shop
numbers: ["7100"]
language: en
start: order
nodes:
  order: {collect: order, say: enter-order, digits: 4-8, next: pin, otherwise: sales}
  pin: {collect: pin, say: enter-pin, digits: 4, mask: true, next: told, otherwise: sales}
  told: {announce: [order-is, {digits: order}], next: sales}
  sales: {queue: sales}
`

func text(t *testing.T, s string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"text": s})
	must(t, err)
	return string(body)
}

func TestFlows(t *testing.T) {
	c := start(t, func(cfg *api.Config) {
		cfg.Prompt = func(_, name string) bool { return name != "missing" }
	})
	c.seed()
	c.want(404, "GET", "/api/v1/flows/shop", "")
	one := read[api.Flow](t, c.want(200, "PUT", "/api/v1/flows/shop", text(t, shop)))
	if one.Version != 1 || one.Text != shop || len(one.Numbers) != 1 {
		t.Errorf("%+v", one)
	}
	if again := read[api.Flow](t, c.want(200, "PUT", "/api/v1/flows/shop", text(t, shop))); again.Version != 1 {
		t.Errorf("the same text is version %d", again.Version)
	}
	c.want(200, "PUT", "/api/v1/flows/shop", text(t, shop+"# changed\n"))
	back := read[api.Flow](t, c.want(200, "PUT", "/api/v1/flows/shop", text(t, one.Text)))
	if back.Version != 3 || back.Text != shop {
		t.Errorf("rolled back: %+v", back)
	}
	if all := read[api.FlowList](t, c.want(200, "GET", "/api/v1/flows/shop/versions", "")); len(all.Items) != 3 || !strings.Contains(all.Items[1].Text, "# changed") {
		t.Errorf("%+v", all)
	}
	if all := read[api.FlowList](t, c.want(200, "GET", "/api/v1/flows", "")); len(all.Items) != 1 || all.Items[0].Version != 3 || all.Items[0].Text != "" {
		t.Errorf("%+v", all)
	}

	for wrong, says := range map[string]string{
		strings.Replace(shop, "next: pin", "next: pni", 1):                 `there is no node`,
		strings.Replace(shop, "queue: sales", "queue: seals", 1):           `there is no queue`,
		strings.Replace(shop, "say: enter-order", "say: missing", 1):       `there is no recording`,
		strings.Replace(shop, "flow: shop", "flow: market", 1):             `send it to /api/v1/flows/market`,
		strings.Replace(shop, "start: order", "start: order\nstart: x", 1): `is there twice`,
	} {
		p := read[api.Problem](t, c.want(422, "PUT", "/api/v1/flows/shop", text(t, wrong)))
		if len(p.Fields) == 0 || !strings.Contains(p.Detail, says) {
			t.Errorf("want %s; have %+v", says, p)
		}
	}
	c.want(409, "PUT", "/api/v1/flows/shop", text(t, strings.Replace(shop, "7100", "7000", 1)))
	if again := read[api.Flow](t, c.want(200, "GET", "/api/v1/flows/shop", "")); again.Version != 3 {
		t.Errorf("a refused text became version %d", again.Version)
	}
}

// TestWhatWasKeyedIn is shown with the call and its ticket, and in the timeline; the masked number nowhere.
func TestWhatWasKeyedIn(t *testing.T) {
	c := start(t)
	c.seed()
	c.want(200, "PUT", "/api/v1/flows/shop", text(t, shop))
	c.tell(0, media.Event{Kind: media.Arrived, Legs: []media.Leg{{ID: "c1", To: "7100", From: "+493012345"}}})
	key := func(keys string) {
		c.tell(time.Second, media.Event{Kind: media.Done, Leg: "c1", Task: c.task("c1"), Text: keys})
	}
	key("4711")
	key("0815")
	key("")
	c.talk()
	id := read[api.InteractionPage](t, c.want(200, "GET", "/api/v1/interactions", "")).Items[0].ID
	i := read[api.Interaction](t, c.want(200, "GET", "/api/v1/interactions/"+id, ""))
	want := api.Attributes{"order": "4711", "pin": "(masked)"}
	if i.Flow != "shop" || i.FlowVersion != 1 || i.Language != "en" || !maps.Equal(i.Attributes, want) {
		t.Errorf("%+v", i)
	}
	timeline := string(c.want(200, "GET", "/api/v1/interactions/"+id+"/timeline", "").body)
	for _, says := range []string{"Enters version 1 of flow shop, in language en.", "order is 4711.", "The caller keyed in pin; it was right, and is not kept.", "Comes to node pin: keyed in."} {
		if !strings.Contains(timeline, says) {
			t.Errorf("the timeline does not say %q:\n%s", says, timeline)
		}
	}
	if strings.Contains(timeline, "0815") {
		t.Errorf("the timeline knows the masked number:\n%s", timeline)
	}
	c.hangup(c.agentLeg())
	tickets := read[api.TicketPage](t, c.want(200, "GET", "/api/v1/tickets", ""))
	if k := read[api.Ticket](t, c.want(200, "GET", "/api/v1/tickets/"+tickets.Items[0].Number, "")); !maps.Equal(k.Attributes, want) {
		t.Errorf("%+v", k)
	}
}

// task is what the leg is asked or told now.
func (c *centre) task(leg media.LegID) media.TaskID {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for id := range c.floor.Interactions {
		if _, wants := c.floor.Wants(id); wants[leg].Task.ID != "" {
			return wants[leg].Task.ID
		}
	}
	c.t.Fatalf("%s is asked nothing", leg)
	return ""
}
