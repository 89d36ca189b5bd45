package whole_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

// gateway takes SMS over HTTP and keeps what was sent.
type gateway struct {
	*httptest.Server
	mu   sync.Mutex
	sent []struct{ To, Text string }
}

func newGateway(t *testing.T) *gateway {
	g := &gateway{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m struct{ To, Text string }
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Errorf("the gateway got %v", err)
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		g.sent = append(g.sent, m)
	}))
	t.Cleanup(g.Close)
	return g
}

var linkForm = regexp.MustCompile(`https://care\.example\.org(/s/[A-Z2-7]{26})`)

// links are the paths of all links that a number was sent.
func (g *gateway) links(number string) (paths []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, m := range g.sent {
		if found := linkForm.FindStringSubmatch(m.Text); found != nil && strings.HasSuffix(m.To, number) {
			paths = append(paths, found[1])
		}
	}
	return paths
}

// TestSurvey: S1, S2, F55. A caller who stays presses four and is let go; another one hangs up first, gets one SMS with a link, and the
// page takes one answer; Tandem is killed while a third one is asked, who is asked again and answers once.
func TestSurvey(t *testing.T) {
	beside(t)
	g := newGateway(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Variables: []string{
		"TANDEM_PUBLIC_URL=https://care.example.org", "TANDEM_SMS_COUNTRY=86", "TANDEM_SMS_ROUTES=http", "TANDEM_SMS_HTTP_URL=" + g.URL,
		`TANDEM_SMS_HTTP_BODY={"to": "{to}", "text": "{text}"}`,
	}})
	c.Put("/api/v1/queues/support", map[string]any{
		"name": "Support", "number": whole.Number, "music": "default", "ring_seconds": 20, "wrap_up_seconds": 0, "tickets": "answered", "survey": "key+sms",
	})
	s := survey{c, c.Works("ann")}

	call, id := s.talks("13800000011")
	s.rates(call, id, "4")
	c.Ends(call)
	s.scored(id, 4, "key")

	s.left("13800000012", g)

	call, id = s.talks("13800000013")
	s.asked(id, 1)
	c.HearsMusic(call) // the question has begun, so that nobody knows what comes of it
	c.Kill()
	c.Restart()
	s.asked(id, 2)
	s.rates(call, id, "5")
	c.Ends(call)
	s.scored(id, 5, "key")
	c.Until("all texts have left, or are unsure because of the kill", func() bool {
		return !slices.ContainsFunc(c.Messages(id), func(m whole.Message) bool { return m.State == "queued" || m.State == "sending" })
	})
	if n := len(g.links("13800000011")) + len(g.links("13800000013")); n != 0 {
		t.Errorf("%d links were sent to those who pressed a key", n)
	}
	type table struct {
		Total struct{ Asked, Answers, Satisfied int }
	}
	c.Verify() // the views are at the journal's end
	if r := whole.Get[table](c, "/api/v1/figures/ratings").Total; r.Asked != 3 || r.Answers != 3 || r.Satisfied != 2 {
		t.Errorf("the ratings are %+v", r)
	}
}

// survey is a centre that asks how it was.
type survey struct {
	c   *whole.Centre
	ann *softphone.Phone
}

// talks lets somebody call, and ann hang up first.
func (s survey) talks(from string) (call *softphone.Call, id string) {
	s.c.T.Helper()
	call = s.c.Dial(from)
	offer := s.c.Rings(s.ann)
	s.c.Talk(offer, call)
	s.c.HangsUp(offer)
	return call, s.c.Call(from).ID
}

// asked waits until the question was put so often.
func (s survey) asked(id string, times int) {
	s.c.T.Helper()
	s.c.Until("the question is put", func() bool { return s.c.Count(id, "prompt_begun") >= times })
}

// rates presses a key until it was heard, as people do.
func (s survey) rates(call *softphone.Call, id, key string) {
	s.c.T.Helper()
	s.asked(id, 1)
	ctx, cancel := s.c.Ctx()
	defer cancel()
	s.c.Must(call.HearsAudio(ctx))
	for ctx.Err() == nil && s.c.Count(id, "survey_answered") == 0 {
		s.c.Must(press(s.c, call, key))
		for again := time.Now().Add(3 * time.Second); time.Now().Before(again) && s.c.Count(id, "survey_answered") == 0; {
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
}

// scored waits until a score stands on the ticket, and holds it against everything else.
func (s survey) scored(id string, score int, via string) {
	c := s.c
	c.T.Helper()
	type scored struct {
		Score    int
		FollowUp bool `json:"follow_up"`
		Via      string
	}
	c.Until("the ticket has the score", func() bool {
		for _, k := range c.Tickets(id) {
			return whole.Get[scored](c, "/api/v1/tickets/"+k.Number) == scored{Score: score, FollowUp: score <= 2}
		}
		return false
	})
	c.Until("the survey has it", func() bool {
		x := whole.Get[scored](c, "/api/v1/surveys/"+id)
		return x.Score == score && x.Via == via
	})
	// Tickets and views follow the journal each by themselves: one may be ahead of the other.
	c.Until("the interaction has the score", func() bool { return whole.Get[scored](c, "/api/v1/interactions/"+id).Score == score })
	if n := c.Count(id, "survey_answered"); n != 1 {
		c.T.Errorf("there are %d answers", n)
	}
}

// left plays a caller who hangs up first and answers on the page.
func (s survey) left(from string, g *gateway) {
	c := s.c
	c.T.Helper()
	call := c.Dial(from)
	offer := c.Rings(s.ann)
	c.Talk(offer, call)
	c.HangsUp(call)
	c.Ends(offer)
	id := c.Call(from).ID
	c.Until("a link has left", func() bool { return len(g.links(from)) > 0 })
	link := c.Tandem.API + g.links(from)[0]
	for range 2 { // a scanner and the customer
		if status, body := browse(c, http.MethodGet, link, nil); status != 200 || !strings.Contains(body, "<form") {
			c.T.Fatalf("the page says %d: %s", status, body)
		}
	}
	for _, score := range []string{"2", "5"} { // The second one counts for nothing.
		status, body := browse(c, http.MethodPost, link, url.Values{"score": {score}, "words": {"too long on hold"}})
		if status != 200 || !strings.Contains(body, "Thank you") || strings.Contains(body, "<form") {
			c.T.Errorf("after the answer the page says %d: %s", status, body)
		}
	}
	s.scored(id, 2, "page")
	if n := len(g.links(from)); n != 1 || c.Count(id, "survey_invited") != 1 {
		c.T.Errorf("%d links were sent, and %d invitations are in the journal", n, c.Count(id, "survey_invited"))
	}
	if status, _ := browse(c, http.MethodGet, link[:len(link)-26]+strings.Repeat("A", 26), nil); status != 404 {
		c.T.Errorf("a link that nobody gave says %d", status)
	}
}

// browse asks as a browser does, and goes where it is led.
func browse(c *whole.Centre, method, address string, form url.Values) (status int, body string) {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	c.Must(err)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := http.DefaultClient.Do(req)
	c.Must(err)
	defer resp.Body.Close() //nolint:errcheck // It was only read.
	b, err := io.ReadAll(resp.Body)
	c.Must(err)
	return resp.StatusCode, string(b)
}
