package api_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/survey"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
)

var linkForm = regexp.MustCompile(`https://tandem\.example(/s/[A-Z2-7]{26})$`)

// invited is a call from a number whose customer is invited; it returns the path of the link.
func (c *centre) invited(leg, number string) string {
	c.t.Helper()
	c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Sales & <b>Co</b>","number":"7000","survey":"key+sms"}`)
	c.arrive(leg, number, "Caller")
	c.talk()
	c.hangup(media.LegID(leg)) // first, so that nothing is asked on the line
	c.hangup(c.agentLeg())
	c.want(200, "POST", "/api/v1/agents/ann/wrap-up", `{"disposition":"solved"}`)
	all, err := c.store.ClaimSMS(context.Background(), 100, time.Hour)
	must(c.t, err)
	link := ""
	for _, m := range all {
		if found := linkForm.FindStringSubmatch(m.Text); found != nil {
			link = found[1]
		}
		m.State, m.Parts = notify.Sent, 1
		must(c.t, c.store.SettleSMS(context.Background(), m, time.Time{}))
	}
	if link == "" {
		c.t.Fatalf("nobody was invited: %+v", all)
	}
	return link
}

// browse asks as a browser does, and follows no redirect.
func (c *centre) browse(method, path, form string, header ...string) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(form))
	must(c.t, err)
	if form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	must(c.t, err)
	defer resp.Body.Close() //nolint:errcheck // It was only read.
	b, err := io.ReadAll(resp.Body)
	must(c.t, err)
	return answer{resp.StatusCode, resp.Header, b}
}

// tellSurveys brings what happened on the page into the journal, as the program does.
func (c *centre) tellSurveys() {
	c.t.Helper()
	teller := survey.Teller{Book: c.store, Tell: func(_ context.Context, key string, u survey.Untold) error {
		do := floor.NoteSurvey{Interaction: u.Interaction}
		if u.TellInvited {
			do.Invited = fact.SurveyInvited{Queue: u.Queue, Agent: u.Agent, Expires: u.Expires}
		} else {
			do.Answered = fact.SurveyAnswered{Queue: u.Queue, Agent: u.Agent, Score: u.Score, Via: u.Via}
		}
		c.happens(0, floor.Command{Key: key, Hash: key, Do: do})
		return nil
	}}
	_, err := teller.Once(c.t.Context())
	must(c.t, err)
}

func TestTheSurveysPage(t *testing.T) {
	c := start(t)
	c.seed()
	link := c.invited("c1", "+4915112345678")
	for range 3 { // A scanner, a preview, the customer (F55).
		a := c.browse("GET", link, "")
		body := string(a.body)
		if a.status != 200 || !strings.Contains(body, "How was your call?") || strings.Count(body, `type="radio"`) != 5 || len(body) > 30_000 || strings.Contains(body, "<script") {
			t.Fatalf("%d, %d bytes: %s", a.status, len(body), body)
		}
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Content-Type": "text/html; charset=UTF-8"} {
		if have := c.browse("GET", link, "").header.Get(name); have != want {
			t.Errorf("%s is %q", name, have)
		}
	}
	if a := c.browse("HEAD", link, ""); a.status != 200 || len(a.body) != 0 {
		t.Errorf("HEAD: %d, %d bytes", a.status, len(a.body))
	}
	for _, wrong := range []string{"", "score=0", "score=6", "score=-1", "score=4.5", "score=abc", "words=nothing+else", "score=4&words=" + strings.Repeat("a", survey.MaxWords+1), "score=%zz"} {
		a := c.browse("POST", link, wrong)
		if a.status != 400 || !strings.Contains(string(a.body), `role="alert"`) {
			t.Errorf("%.40q: %d %s", wrong, a.status, a.body)
		}
	}
	if a := c.browse("POST", link+"?score=5", ""); a.status != 400 {
		t.Errorf("a score in the address: %d", a.status)
	}
	if a := c.browse("POST", link, "score=4", "Content-Type", "application/json"); a.status != 400 {
		t.Errorf("a form that is none: %d", a.status)
	}
	if a := c.browse("POST", link, "score=4&words="+strings.Repeat("a", 1<<20)); a.status != 400 {
		t.Errorf("a novel: %d", a.status)
	}
	a := c.browse("POST", link, url.Values{"score": {"2"}, "words": {"<script>alert(1)</script> it took\r\ntoo\x00 long"}}.Encode())
	to, _ := url.Parse(c.url + link)
	if back, err := to.Parse(a.header.Get("Location")); a.status != 303 || err != nil || back.Path != link {
		t.Fatalf("%d, on to %v", a.status, a.header)
	}
	for _, method := range []string{"POST", "GET", "POST"} { // again, a reload, another one
		a := c.browse(method, link, map[string]string{"POST": "score=5&words=changed"}[method])
		if method == "GET" && (a.status != 200 || !strings.Contains(string(a.body), "Thank you") || strings.Contains(string(a.body), "alert(1)") || strings.Contains(string(a.body), "<form")) ||
			method == "POST" && a.status != 303 {
			t.Errorf("%s after the answer: %d %s", method, a.status, a.body)
		}
	}
	c.tellSurveys()
	c.tellSurveys() // Once is enough.
	checkAnswered(t, c)
	if log := c.log.String(); strings.Contains(log, strings.TrimPrefix(link, "/s/")) || strings.Contains(log, "it took") || !strings.Contains(log, `"route":"/s/:token"`) {
		t.Error("the log has the link or the words, or no line for the page")
	}
}

// checkAnswered: the answer stands everywhere, once, and the link nowhere.
func checkAnswered(t *testing.T, c *centre) {
	t.Helper()
	all := read[api.SurveyPage](t, c.want(200, "GET", "/api/v1/surveys?state=answered&queue=sales&agent=ann", ""))
	if len(all.Items) != 1 || all.Items[0].Score != 2 || all.Items[0].Via != "page" || all.Items[0].Words != "<script>alert(1)</script> it took\ntoo long" {
		t.Fatalf("the surveys are %+v", all)
	}
	id := all.Items[0].Interaction
	if one := read[api.Survey](t, c.want(200, "GET", "/api/v1/surveys/"+id, "")); one != all.Items[0] {
		t.Errorf("one is %+v", one)
	}
	if i := read[api.Interaction](t, c.want(200, "GET", "/api/v1/interactions/"+id, "")); i.Score != 2 {
		t.Errorf("the interaction has the score %d", i.Score)
	}
	tickets := read[api.TicketPage](t, c.want(200, "GET", "/api/v1/tickets?interaction="+id, ""))
	if k := tickets.Items[0]; k.Score != 2 || !k.FollowUp {
		t.Errorf("the ticket is %+v", k)
	}
	line := string(c.want(200, "GET", "/api/v1/interactions/"+id+"/timeline", "").body)
	if strings.Count(line, "The customer gives 2 of 5 to agent ann on the page.") != 1 || strings.Count(line, "is sent a link") != 1 {
		t.Errorf("the timeline is %s", line)
	}
	for _, per := range []string{"queue", "agent"} {
		r := read[api.RatingTable](t, c.want(200, "GET", "/api/v1/figures/ratings?queue=sales&agent=ann&per="+per, ""))
		if len(r.Items) != 1 || r.Items[0].Asked != 1 || r.Items[0].Answers != 1 || *r.Items[0].Csat != 0 || *r.Items[0].Mean != 2 || *r.Total.ResponseRate != 1 {
			t.Errorf("the ratings per %s are %+v", per, r)
		}
	}
	if texts := c.want(200, "GET", "/api/v1/messages", "").body; !bytes.Contains(texts, []byte("/s/…")) || linkForm.Match(texts) {
		t.Errorf("the messages show %s", texts)
	}
	c.want(404, "GET", "/api/v1/surveys/none", "")
	c.want(400, "GET", "/api/v1/surveys?state=good", "")
}

func TestTheSurveysLanguage(t *testing.T) {
	c := start(t)
	c.seed()
	link := c.invited("c1", "+4915112345678")
	for accept, want := range map[string]string{"": "en", "zh-CN,zh;q=0.9,en;q=0.8": "zh", "de-DE,en;q=0.5,zh;q=0.4": "en", "fr": "en", "en;q=0.1,zh;q=0.2": "zh", ",;q=,zh;q=x": "en"} {
		if a := c.browse("GET", link, "", "Accept-Language", accept); a.header.Get("Content-Language") != want || !strings.Contains(string(a.body), `<html lang="`+want+`">`) {
			t.Errorf("%q gives %s", accept, a.header.Get("Content-Language"))
		}
	}
	a := c.browse("GET", link+"?lang=zh", "", "Accept-Language", "en")
	if !strings.Contains(string(a.body), "您对本次通话满意吗") || !strings.Contains(string(a.body), `href="?lang=en"`) {
		t.Errorf("switched, it says %s", a.body)
	}
	if a = c.browse("POST", link+"?lang=zh", "score=5"); a.header.Get("Location") != strings.TrimPrefix(link, "/s/")+"?lang=zh" {
		t.Errorf("it leads to %q", a.header.Get("Location"))
	}
	if a = c.browse("GET", link+"?lang=xx", ""); a.status != 200 || !strings.Contains(string(a.body), "Thank you") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestLinksThatLeadNowhere: unknown, malformed, expired and erased ones look the same; many of them are slowed down, and a good one
// from the same address is not.
func TestLinksThatLeadNowhere(t *testing.T) {
	c := start(t)
	c.seed()
	erased, good := c.invited("c1", "+4915112345671"), ""
	_, err := c.store.Erase(t.Context(), "+4915112345671")
	must(t, err)
	old := c.invited("c2", "+4915112345672")
	c.later(24 * time.Hour)
	good = c.invited("c3", "+4915112345673")
	unknown := "/s/" + strings.Repeat("A", 26)
	var first answer
	for i, path := range []string{unknown, old, erased, "/s/x", "/s/%27%20or%201=1", unknown + "?lang=en"} {
		for _, method := range []string{"GET", "POST"} {
			a := c.browse(method, path, map[string]string{"POST": "score=5"}[method])
			if i == 0 && method == "GET" {
				first = a
			}
			for _, h := range []string{"Date", "Tandem-Request"} {
				a.header.Del(h)
				first.header.Del(h)
			}
			if a.status != 404 || !bytes.Equal(a.body, first.body) || len(a.header) != len(first.header) {
				t.Errorf("%s %s: %d differs: %v %s", method, path, a.status, a.header, a.body)
			}
		}
	}
	limited := 0
	for range 30 {
		if a := c.browse("GET", unknown, ""); a.status == 429 && a.header.Get("Retry-After") != "" {
			limited++
		}
	}
	if a := c.browse("GET", good, ""); limited < 10 || a.status != 200 {
		t.Errorf("%d of 30 were slowed down; a good link answers %d", limited, a.status)
	}
	all := read[api.SurveyPage](t, c.want(200, "GET", "/api/v1/surveys?state=answered", ""))
	if len(all.Items) != 0 {
		t.Errorf("answered are %+v", all)
	}
}

// brokenDesk is a desk whose database is away.
type brokenDesk struct{ survey.Desk }

func (brokenDesk) Invitation(context.Context, survey.Sum, time.Time) (survey.Survey, error) {
	return survey.Survey{}, &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "survey.link", Err: errors.New("password of the inside")}
}

func TestThePageWithoutADatabase(t *testing.T) {
	c := start(t, func(cfg *api.Config) { cfg.Surveys = brokenDesk{cfg.Surveys} })
	a := c.browse("POST", "/s/"+strings.Repeat("A", 26), "score=5", "Accept-Language", "zh")
	if a.status != 503 || !strings.Contains(string(a.body), "请返回") || strings.Contains(string(a.body), "inside") || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %v %s", a.status, a.header, a.body)
	}
}
