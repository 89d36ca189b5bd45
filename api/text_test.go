package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator/desk/notify"
)

// TestTexts: what customers text is listed, a STOP puts its number on the list, and people can do so too.
func TestTexts(t *testing.T) {
	c := start(t)
	reception := notify.Reception{Inbox: c.store, Country: "49", Now: c.clock, Replies: map[notify.Word]string{notify.Stop: "no more"}}
	for i, text := range []string{"<script>hello</script>", "STOP", "退订"} {
		must(t, reception.Text(t.Context(), notify.Text{Route: "smpp", From: fmt.Sprintf("+491511234%d", i), To: "7000", Text: text}))
	}
	p := read[api.TextPage](t, c.want(200, "GET", "/api/v1/texts?limit=2", ""))
	if len(p.Items) != 2 || p.NextCursor == "" || p.Items[0].Text != "退订" || p.Items[0].Word != "stop" || p.Items[0].Route != "smpp" {
		t.Fatalf("%+v", p)
	}
	rest := read[api.TextPage](t, c.want(200, "GET", "/api/v1/texts?limit=2&cursor="+p.NextCursor, ""))
	if len(rest.Items) != 1 || rest.NextCursor != "" || rest.Items[0].Word != "" || rest.Items[0].From != "+4915112340" {
		t.Errorf("%+v", rest)
	}
	reply := read[api.MessagePage](t, c.want(200, "GET", "/api/v1/messages", ""))
	if len(reply.Items) != 2 || reply.Items[0].Class != "reply" {
		t.Errorf("%+v", reply)
	}
	c.want(204, "PUT", "/api/v1/opt-outs/+491511230", "")
	c.want(204, "PUT", "/api/v1/opt-outs/+491511230", "")
	outs := read[api.OptOutPage](t, c.want(200, "GET", "/api/v1/opt-outs?limit=2", ""))
	if len(outs.Items) != 2 || outs.NextCursor == "" || outs.Items[0].Number != "+491511230" || outs.Items[0].Said != "" || outs.Items[1].Said != "STOP" {
		t.Fatalf("%+v", outs)
	}
	last := read[api.OptOutPage](t, c.want(200, "GET", "/api/v1/opt-outs?limit=2&cursor="+outs.NextCursor, ""))
	if len(last.Items) != 1 || last.Items[0].Number != "+4915112342" {
		t.Errorf("%+v", last)
	}
	c.want(204, "DELETE", "/api/v1/opt-outs/+4915112342", "")
	if outs := read[api.OptOutPage](t, c.want(200, "GET", "/api/v1/opt-outs", "")); len(outs.Items) != 2 {
		t.Errorf("%+v", outs)
	}
	for _, wrong := range []string{"01", "+49;x", "+4", "x", "15112345a"} {
		c.want(400, "PUT", "/api/v1/opt-outs/"+wrong, "")
	}
}

// TestOptOutsAsTheyAreWritten: a national number is found under its country, where that is known; what is no international number
// can be put on the list and taken off.
func TestOptOutsAsTheyAreWritten(t *testing.T) {
	c := start(t, func(cfg *api.Config) { cfg.Country = "49" })
	must(t, c.store.SetOptOut(t.Context(), "01511230", true)) // before the country was set
	for _, number := range []string{"01511231", "+491511231", "80888", "4915112399"} {
		c.want(204, "PUT", "/api/v1/opt-outs/"+number, "")
	}
	all := func() (numbers []string) {
		for _, o := range read[api.OptOutPage](t, c.want(200, "GET", "/api/v1/opt-outs", "")).Items {
			numbers = append(numbers, o.Number)
		}
		return numbers
	}
	if got := fmt.Sprint(all()); got != "[+491511231 +4915112399 01511230 80888]" {
		t.Error(got)
	}
	for _, number := range []string{"01511230", "01511231", "80888", "+4915112399"} {
		c.want(204, "DELETE", "/api/v1/opt-outs/"+number, "")
	}
	if left := all(); len(left) != 0 {
		t.Error(left)
	}
}

// TestMessagesShowTheirWay: the route, the parts, the network's names and the receipt.
func TestMessagesShowTheirWay(t *testing.T) {
	c := start(t)
	c.seed()
	c.call("c1", "+493012345")
	c.want(200, "GET", "/api/v1/messages", "")
	due, err := c.store.ClaimSMS(t.Context(), 1, time.Hour)
	must(t, err)
	m := due[0]
	m.State, m.Route, m.Parts, m.Refs = notify.Sent, "smpp", 2, []string{"a1", "a2"}
	must(t, c.store.SettleSMS(t.Context(), m, time.Time{}))
	for _, ref := range m.Refs {
		must(t, c.store.KeepReceipt(t.Context(), notify.Receipt{Route: "smpp", Ref: ref, Message: -1, State: notify.Delivered}))
	}
	p := read[api.MessagePage](t, c.want(200, "GET", "/api/v1/messages?state=delivered", ""))
	if len(p.Items) != 1 || p.Items[0].Route != "smpp" || p.Items[0].Parts != 2 || len(p.Items[0].Refs) != 2 || p.Items[0].Receipt.IsZero() {
		t.Errorf("%+v", p)
	}
}

// TestHooks: a gateway's call reaches its route, with no key of the API, and nothing of it is in the log.
func TestHooks(t *testing.T) {
	called := 0
	c := start(t, func(cfg *api.Config) {
		cfg.Hooks = map[string]http.Handler{"http": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			called++
			w.WriteHeader(http.StatusNoContent)
		})}
	})
	for path, want := range map[string]int{"/hooks/sms/http?secret=hunter2": 204, "/hooks/sms/other": 401} {
		for _, method := range []string{"GET", "POST"} {
			request, err := http.NewRequestWithContext(t.Context(), method, c.url+path, strings.NewReader("from=%2B49151&text=hunter2"))
			must(t, err)
			answer, err := http.DefaultClient.Do(request)
			must(t, err)
			must(t, answer.Body.Close())
			if answer.StatusCode != want {
				t.Errorf("%s %s: %d, want %d", method, path, answer.StatusCode, want)
			}
		}
	}
	if log := c.log.String(); called != 2 || strings.Contains(log, "hunter2") || !strings.Contains(log, "/hooks/sms/:route") {
		t.Errorf("called %d times, the log says %s", called, log)
	}
}
