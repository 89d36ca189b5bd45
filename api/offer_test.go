package api_test

import (
	"strings"
	"testing"

	"tandem/api"
)

// A chat is opened, offered, declined, offered again, accepted and completed over the API; the same key opens it once.
func TestAChat(t *testing.T) {
	c := start(t)
	c.seed()
	const chat = `{"channel":"chat","queue":"sales","address":"fang@example.com","name":"Fang","subject":"Where is my parcel?","attributes":{"tier":"gold"},"priority":2}`
	a := c.want(201, "POST", "/api/v1/interactions", chat, "Idempotency-Key", "chat-1")
	i := read[api.Interaction](t, a)
	again := read[api.Interaction](t, c.want(201, "POST", "/api/v1/interactions", chat, "Idempotency-Key", "chat-1"))
	if i.ID == "" || again.ID != i.ID || i.Channel != api.ChannelChat || i.Subject != "Where is my parcel?" || i.Attributes["tier"] != "gold" || i.State != api.ItemStateOffered {
		t.Fatalf("opened %+v, and again %+v", i, again)
	}
	c.want(409, "POST", "/api/v1/interactions", strings.Replace(chat, "chat", "email", 1), "Idempotency-Key", "chat-1")
	work := func() api.WorkItem {
		t.Helper()
		l := read[api.WorkList](t, c.want(200, "GET", "/api/v1/agents/ann/work", ""))
		if len(l.Items) != 1 {
			t.Fatalf("in hand: %+v", l)
		}
		return l.Items[0]
	}
	first := work()
	if first.State != api.WorkItemStateDelivering || first.Channel != api.ChannelChat || first.Interaction != i.ID || first.Until.IsZero() {
		t.Errorf("offered: %+v", first)
	}
	c.want(204, "POST", "/api/v1/offers/"+first.Offer+"/reject", "")
	c.want(409, "POST", "/api/v1/offers/"+first.Offer+"/accept", "")
	c.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"available"}`)
	second := work()
	path := "/api/v1/offers/" + second.Offer
	c.want(409, "POST", path+"/complete", `{"disposition":"solved"}`)
	c.want(204, "POST", path+"/accept", "", "Idempotency-Key", "accept-1")
	c.want(204, "POST", path+"/accept", "", "Idempotency-Key", "accept-1")
	if got := read[api.Agent](t, c.want(200, "GET", "/api/v1/agents/ann", "")); got.Work.Offer != "" {
		t.Errorf("a chat counts as the call in hand: %+v", got.Work)
	}
	c.want(409, "POST", "/api/v1/interactions/"+i.ID+"/cancel", `{}`)
	c.want(422, "POST", path+"/complete", `{"disposition":"So Solved"}`)
	c.want(204, "POST", path+"/complete", `{}`)
	if got := work().State; got != api.WorkItemStateWrapping {
		t.Errorf("after the end of the chat it is %s", got)
	}
	c.want(204, "POST", path+"/complete", `{"disposition":"solved","notes":"sent the number"}`)
	i = read[api.Interaction](t, c.want(200, "GET", "/api/v1/interactions/"+i.ID, ""))
	if i.State != api.ItemStateDone || i.Live || i.Agent != "ann" || i.Ended.IsZero() {
		t.Errorf("at the end: %+v", i)
	}
	told := string(c.want(200, "GET", "/api/v1/interactions/"+i.ID+"/timeline", "").body)
	for _, want := range []string{"Fang (fang@example.com) writes by chat to queue sales: Where is my parcel?", "Agent ann did not take it: declined.", "Agent ann worked on it for", "The interaction is over."} {
		if !strings.Contains(told, want) {
			t.Errorf("nothing of %q in %s", want, told)
		}
	}
	other := read[api.Interaction](t, c.want(201, "POST", "/api/v1/interactions", `{"channel":"ticket","queue":"sales"}`))
	c.want(204, "POST", "/api/v1/interactions/"+other.ID+"/cancel", `{"reason":"answered elsewhere"}`)
	if got := read[api.Interaction](t, c.want(200, "GET", "/api/v1/interactions/"+other.ID, "")); got.State != api.ItemStateCanceled || got.Live || got.Reason != "taken_back" {
		t.Errorf("canceled: %+v", got)
	}
	if told := string(c.want(200, "GET", "/api/v1/interactions/"+other.ID+"/timeline", "").body); !strings.Contains(told, "Ended as canceled: answered elsewhere.") {
		t.Errorf("of the reason is told %s", told)
	}
	c.want(422, "POST", "/api/v1/interactions", `{"channel":"voice","queue":"sales"}`)
	c.want(422, "POST", "/api/v1/interactions", `{"channel":"chat","queue":"none"}`)
	c.want(404, "GET", "/api/v1/agents/none/work", "")
}

// Nobody writes a callback: the timeline says to whom it is.
func TestACallbackIsOpenedNotWritten(t *testing.T) {
	c := start(t)
	c.seed()
	i := read[api.Interaction](t, c.want(201, "POST", "/api/v1/interactions", `{"channel":"callback","queue":"sales","address":"13800138000","name":"Fang"}`))
	told := string(c.want(200, "GET", "/api/v1/interactions/"+i.ID+"/timeline", "").body)
	if want := "A callback to Fang (13800138000) is opened in queue sales."; !strings.Contains(told, want) {
		t.Errorf("nothing of %q in %s", want, told)
	}
}
