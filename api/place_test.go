package api_test

import (
	"regexp"
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
)

const overloaded = `{"text":"flow: over\nnumbers: [\"7009\"]\nlanguage: en\nstart: first\nnodes:\n  first: {queue: sales, overload: {unreachable: true, go: write}}\n  write: {chat: \"Go on: {link}\", next: wait, otherwise: wait}\n  wait: {queue: sales}\n"}`

var placeForm = regexp.MustCompile(`^Go on: https://chat\.example/\?place=([A-Z2-7]{26})$`)

// TestChatKeepsThePlace: an overloaded line texts a link once; the chat that comes by it has the call's place, the next one gets a 409,
// and the messages show no secret.
func TestChatKeepsThePlace(t *testing.T) {
	c := start(t)
	c.mu.Lock()
	cfg := floor.Defaults("x")
	cfg.ChatFor = 15 * time.Minute
	c.floor.Configure(cfg)
	c.mu.Unlock()
	c.tell(0, media.Event{Kind: media.Up, Text: "boot1"})
	c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Sales","number":"7000"}`)
	c.want(200, "PUT", "/api/v1/flows/over", overloaded)
	c.tell(time.Second, media.Event{Kind: media.Arrived, Legs: []media.Leg{{ID: "c1", From: "+4915112345", To: "7009", Born: c.clock()}}})
	call := read[api.InteractionPage](t, c.want(200, "GET", "/api/v1/interactions?live=true", "")).Items[0]
	var sent []notify.SMS
	for deadline := time.Now().Add(10 * time.Second); len(sent) == 0 && time.Now().Before(deadline); {
		moved := c.store.Moved()
		all, err := c.store.Messages(t.Context(), notify.Filter{})
		must(t, err)
		if sent = all; len(sent) == 0 {
			<-moved
		}
	}
	link := placeForm.FindStringSubmatch(sent[0].Text)
	if len(sent) != 1 || link == nil {
		t.Fatalf("%+v", sent)
	}
	if m := read[api.MessagePage](t, c.want(200, "GET", "/api/v1/messages", "")).Items[0]; m.Text != "Go on: https://chat.example/?place=…" {
		t.Errorf("the message is shown as %q", m.Text)
	}
	body := `{"channel":"chat","place":"` + link[1] + `","address":"fang@example.com"}`
	first := read[api.Interaction](t, c.want(201, "POST", "/api/v1/interactions", body, "Idempotency-Key", "chat-1"))
	if !first.Queued.Equal(call.Queued) || first.Queue != "sales" {
		t.Errorf("the chat is %+v, the call was %+v", first, call)
	}
	again := read[api.Interaction](t, c.want(201, "POST", "/api/v1/interactions", body, "Idempotency-Key", "chat-1"))
	if again.ID != first.ID {
		t.Errorf("the repetition is %s", again.ID)
	}
	c.want(409, "POST", "/api/v1/interactions", body)
	c.want(409, "POST", "/api/v1/interactions", `{"channel":"chat","place":"ABCDEFGHIJKLMNOPQRSTUVWXYZ"}`)
	c.chatted(first.ID, call.ID)
	if over := read[api.Interaction](t, c.want(200, "GET", "/api/v1/interactions/"+call.ID, "")); over.State != api.ItemState(orchestrator.ItemFlowedOut) || over.Reason != "moved" {
		t.Errorf("the call is %+v", over)
	}
}

// chatted lets an agent take a chat and end it: the queue's policy for calls opens one ticket, that of the call, for who called.
func (c *centre) chatted(chat, call string) {
	c.t.Helper()
	c.want(200, "PUT", "/api/v1/agents/ann", `{"name":"Ann","endpoint":"ann","queues":["sales"]}`)
	c.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"available"}`)
	work := read[api.WorkList](c.t, c.want(200, "GET", "/api/v1/agents/ann/work", ""))
	if len(work.Items) != 1 || work.Items[0].Interaction != chat {
		c.t.Fatalf("%+v", work)
	}
	c.want(204, "POST", "/api/v1/offers/"+work.Items[0].Offer+"/accept", "")
	c.want(204, "POST", "/api/v1/offers/"+work.Items[0].Offer+"/complete", `{"disposition":"solved","notes":"told where it is"}`)
	var tickets []api.Ticket
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		moved := c.store.Moved()
		tickets = read[api.TicketPage](c.t, c.want(200, "GET", "/api/v1/tickets", "")).Items
		if len(tickets) > 0 && tickets[0].Disposition != "" {
			break
		}
		select {
		case <-moved:
		case <-time.After(time.Until(deadline)):
		}
	}
	if len(tickets) != 1 {
		c.t.Fatalf("tickets: %+v", tickets)
	}
	if k := tickets[0]; k.Interaction != call || k.Customer != "+4915112345" || k.Subject != "Chat with Sales" || k.Agent != "ann" || k.Disposition != "solved" {
		c.t.Errorf("%+v", k)
	}
}
