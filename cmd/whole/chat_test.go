package whole_test

import (
	"errors"
	"net/http"
	"regexp"
	"sync"
	"testing"
	"time"

	"tandem/adapters/lab"
	"tandem/cmd/whole"
)

// crowded is a flow whose line counts as overloaded as long as nobody can be rung.
const crowded = `flow: crowded
numbers: ["7000"]
language: en
start: first
nodes:
  first: {queue: support, overload: {unreachable: true, go: closed, preferred: {chat: write}}}
  write: {chat: "Go on: {link}", next: wait, otherwise: closed}
  wait: {queue: support}
  closed: {announce: closed, next: bye}
  bye: {hangup: closed}
`

var chatForm = regexp.MustCompile(`^Go on: https://chat\.example/\?place=([A-Z2-7]{26})$`)

// TestChat: a customer who prefers chats calls while nobody can be rung, is texted one link although Tandem is killed, and waits. Two chats
// come by the link at once: one has the place of the call, which ends, the other one none. A stranger is not offered a chat.
func TestChat(t *testing.T) {
	beside(t)
	g := newGateway(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Variables: []string{
		"TANDEM_CHAT_LINK=https://chat.example/?place={place}", "TANDEM_SMS_COUNTRY=86", "TANDEM_SMS_ROUTES=http", "TANDEM_SMS_HTTP_URL=" + g.URL,
		`TANDEM_SMS_HTTP_BODY={"to": "{to}", "text": "{text}"}`,
	}})
	c.Put("/api/v1/queues/support", map[string]any{"name": "Support", "number": "7001", "music": "default", "ring_seconds": 20, "wrap_up_seconds": 0, "tickets": "never"})
	c.Put("/api/v1/flows/crowded", map[string]string{"text": crowded})
	c.Put("/api/v1/customers/C-1", map[string]any{
		"name": "Wang Fang", "preferred_channel": "chat", "identities": []map[string]any{{"kind": "phone", "value": "13800000051"}},
	})
	call := c.Dial("13800000051")
	c.Must(waitAnswered(c, call))
	waiting := c.Waiting("13800000051")
	c.Kill()
	c.Restart()
	since := c.Since("13800000051")
	var links []string
	sent := func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		links = nil
		for _, m := range g.sent {
			if found := chatForm.FindStringSubmatch(m.Text); found != nil {
				links = append(links, found[1])
			}
		}
		return len(links) > 0
	}
	c.Until("the link is sent", sent)

	var wg sync.WaitGroup
	var mu sync.Mutex
	var taken []string
	refused := 0
	for range 2 {
		wg.Go(func() {
			ctx, cancel := c.Ctx()
			defer cancel()
			var chat struct {
				ID, Queue string
				Queued    time.Time
			}
			err := c.API.Post(ctx, "/api/v1/interactions", map[string]string{"channel": "chat", "place": links[0]}, &chat)
			var status *lab.Refusal
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && chat.Queue == "support" && chat.Queued.Equal(since):
				taken = append(taken, chat.ID)
			case errors.As(err, &status) && status.Status == http.StatusConflict:
				refused++
			default:
				t.Errorf("%+v, %v; the call waits since %s", chat, err, since)
			}
		})
	}
	wg.Wait()
	if len(taken) != 1 || refused != 1 {
		t.Fatalf("%d chats have the place, %d were refused", len(taken), refused)
	}
	c.Ends(call)
	c.Until("the call is over", func() bool { return !c.Call("13800000051").Live })
	if i := c.Call("13800000051"); i.State != "flowed_out" || i.Reason != "moved" {
		t.Errorf("the call ended %s, %s", i.State, i.Reason)
	}
	if n := c.Count(waiting.ID, "customer_found"); n != 1 {
		t.Errorf("the customer was looked up %d times", n)
	}
	if sent(); len(links) != 1 {
		t.Errorf("%d links were sent", len(links))
	}
	ctx, cancel := c.Ctx()
	defer cancel()
	c.Must(c.API.Post(ctx, "/api/v1/interactions/"+taken[0]+"/cancel", map[string]string{}, nil))

	stranger := c.Dial("13800000052")
	c.Ends(stranger)
	ended(c, "13800000052", ending{state: "flowed_out", reason: "closed"})
	c.Verify()
}
