package storagetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/place"
	"tandem/orchestrator/desk/survey"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

var surveyCases = []testCase{
	{"take the first answer from the line", surveyByKey},
	{"invite who is over, unanswered and may be written to, once in a while", surveyInvites},
	{"invite nobody about a call that is long over", surveyLate},
	{"invite once although each line is killed between reaction and commit", surveyKilled},
	{"take one answer of many that come at once, and none on a link that is old or unknown", surveyAnswers},
	{"tell the journal what it does not know", surveyTells},
	{"expire, and forget links and numbers", surveyExpires},
	{"invite who was called back", surveyOfCallback},
	{"are forgotten with the customer", surveyErased},
	{"page, newest first", surveyPages},
}

const (
	surveyEvery = time.Minute // the time of a story runs by the second
	surveyLife  = time.Hour
)

// inviter invites with tokens that a case can foresee: the n-th ends in the n-th letter.
func inviter() survey.Inviter {
	var n atomic.Int32
	return survey.Inviter{Base: "https://tandem.example", Country: "49", Every: surveyEvery, Life: surveyLife, Token: func() string {
		return string(tokenOf(int(n.Add(1))))
	}}
}

func tokenOf(n int) survey.Token {
	return survey.Token(strings.Repeat("A", 25) + string(rune('A'+n)))
}

// surveyed is a centre whose queue asks for ratings.
func surveyed(ctx context.Context, t *testing.T, s Store, policy fact.SurveyPolicy) *script {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	q := queueDefined("sales")
	q.Survey = policy
	sc.tell("", q)
	return sc
}

// settleWith runs all reactions, with one that invites, until they have seen the whole journal.
func (s *script) settleWith(store Store, v survey.Inviter) {
	s.t.Helper()
	stop := follow(s.ctx, s.t, store, desk.ReactionsWith(v, place.Linker{})...)
	defer stop()
	s.seen(store)
}

// asked lets the customer be asked on the line, before the line ends.
func (s *script) asked(id orchestrator.InteractionID, scores ...int) {
	s.t.Helper()
	s.tell(id, fact.TalkEnded{Offer: orchestrator.OfferID("o-" + id), Agent: "ann", By: fact.ByAgent, WrapUntil: s.now()},
		fact.SurveyAsked{Queue: "sales", Agent: "ann", Language: "zh"})
	for _, score := range scores {
		s.tell(id, fact.SurveyAnswered{Queue: "sales", Agent: "ann", Score: score, Via: fact.ViaKey})
	}
	s.tell(id, fact.InteractionEnded{Why: media.CauseHangup})
}

func surveyOf(ctx context.Context, t *testing.T, s Store, id orchestrator.InteractionID) survey.Survey {
	t.Helper()
	return get[survey.Survey](t)(s.Survey(ctx, id))
}

// links lists the texts that invite, oldest first.
func links(ctx context.Context, t *testing.T, s Store) (out []notify.SMS) {
	t.Helper()
	for _, m := range get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{})) {
		if strings.HasPrefix(m.Key, "survey.invited:") {
			out = append([]notify.SMS{m}, out...)
		}
	}
	return out
}

func surveyByKey(ctx context.Context, t *testing.T, s Store) {
	sc := surveyed(ctx, t, s, fact.SurveyKey)
	sc.queued("i1", "+4915112345")
	sc.answered("i1")
	sc.tell("i1", fact.SurveyAsked{Queue: "sales", Agent: "ann", Language: "zh"})
	asked := sc.now()
	sc.settle(s)
	want := survey.Survey{Interaction: "i1", Queue: "sales", Agent: "ann", Language: "zh", State: survey.Asked, Asked: asked}
	if have := surveyOf(ctx, t, s, "i1"); have != want {
		t.Errorf("asked, it is %+v, want %+v", have, want)
	}
	sc.tell("i1", fact.SurveyAnswered{Queue: "sales", Agent: "ann", Score: 4, Via: fact.ViaKey},
		fact.SurveyAnswered{Queue: "sales", Agent: "ann", Score: 1, Via: fact.ViaKey}, fact.SurveyAsked{Queue: "other", Agent: "bob"},
		fact.InteractionEnded{Why: media.CauseHangup})
	sc.settle(s)
	want.State, want.Score, want.Via, want.Answered = survey.Answered, 4, fact.ViaKey, asked.Add(time.Second)
	if have := surveyOf(ctx, t, s, "i1"); have != want {
		t.Errorf("answered, it is %+v, want %+v", have, want)
	}
	sc.queued("i2", "+4915112346")
	sc.answered("i2")
	sc.asked("i2")
	sc.settle(s)
	if have := surveyOf(ctx, t, s, "i2"); have.State != survey.Unanswered || len(links(ctx, t, s)) != 0 {
		t.Errorf("who hung up in the question has %+v", have)
	}
	_, err := s.Survey(ctx, "none")
	kind(t, "a survey of nobody", err, orchestrator.NotFound)
}

func surveyInvites(ctx context.Context, t *testing.T, s Store) {
	sc := surveyed(ctx, t, s, fact.SurveyKeySMS)
	must(t, s.SetOptOut(ctx, "+4915100000", true))
	call := func(id orchestrator.InteractionID, number string) {
		sc.queued(id, number)
		sc.answered(id)
		sc.hungUp(id)
	}
	call("first", "015112345678") // national
	call("again", "+4915112345678")
	call("fixed", "+493012345678")
	call("out", "+4915100000")
	call("hidden", "")
	sc.queued("pressed", "+4915112345670")
	sc.answered("pressed")
	sc.asked("pressed", 5)
	sc.queued("silent", "+4915112345671")
	sc.answered("silent")
	sc.asked("silent")
	sc.queued("gone", "+4915112345672")
	sc.abandon("gone")
	sc.tell("", func() fact.Fact { q := queueDefined("sales"); q.Survey = fact.SurveyKey; return q }())
	call("keyonly", "+4915112345673")
	sc.tell("", func() fact.Fact { q := queueDefined("sales"); q.Survey = fact.SurveySMS; return q }())
	for range int(surveyEvery / time.Second) {
		sc.tell("", fact.PhoneChanged{Endpoint: "phone2", Health: orchestrator.HealthBusy})
	}
	call("later", "+4915112345678")
	sc.settleWith(s, inviter())
	var invited []string
	for _, m := range links(ctx, t, s) {
		invited = append(invited, string(m.Interaction))
	}
	if fmt.Sprint(invited) != "[first silent later]" {
		t.Errorf("invited are %v", invited)
	}
	m, have := links(ctx, t, s)[0], surveyOf(ctx, t, s, "first")
	if !strings.HasSuffix(m.Text, " https://tandem.example/s/"+string(tokenOf(1))) || m.To != "015112345678" || m.Class != notify.Ordinary {
		t.Errorf("the text is %+v", m)
	}
	if have.State != survey.Invited || have.Customer != "+4915112345678" || have.Agent != "ann" || have.Queue != "sales" ||
		have.Expires != have.Invited.Add(surveyLife) || have.Invited != m.Created {
		t.Errorf("the invitation is %+v", have)
	}
	if silent := surveyOf(ctx, t, s, "silent"); silent.State != survey.Invited || silent.Language != "zh" || !strings.Contains(links(ctx, t, s)[1].Text, "感谢") {
		t.Errorf("who was asked in Chinese is invited as %+v by %+v", silent, links(ctx, t, s)[1])
	}
	// A message that has left needs its link no more.
	for _, m := range get[[]notify.SMS](t)(s.ClaimSMS(ctx, 200, time.Hour)) {
		must(t, settle(ctx, s, m, notify.SMS{State: notify.Sent, Route: "a", Parts: 1}, time.Time{}))
	}
	if text := links(ctx, t, s)[0].Text; strings.Contains(text, string(tokenOf(1))) || !strings.HasSuffix(text, "/s/…") {
		t.Errorf("a message that has left keeps %q", text)
	}
}

func surveyKilled(ctx context.Context, t *testing.T, s Store) {
	sc := surveyed(ctx, t, s, fact.SurveySMS)
	for i := range 5 {
		sc.call(orchestrator.InteractionID(fmt.Sprintf("i%d", i)), fmt.Sprintf("+491511234567%d", i))
	}
	stop := follow(ctx, t, s, killing(desk.ReactionsWith(inviter(), place.Linker{}))...)
	sc.seen(s)
	stop()
	all := links(ctx, t, s)
	if len(all) != 5 {
		t.Fatalf("%d invitations of 5", len(all))
	}
	for _, m := range all { // The link in the text is the one that leads to the survey.
		token := survey.Token(m.Text[len(m.Text)-26:])
		if have := get[survey.Survey](t)(s.Invitation(ctx, token.Sum(), noon)); have.Interaction != m.Interaction {
			t.Errorf("the link of %s leads to %+v", m.Interaction, have)
		}
	}
}

func surveyAnswers(ctx context.Context, t *testing.T, s Store) {
	sc := surveyed(ctx, t, s, fact.SurveySMS)
	sc.call("i1", "+4915112345678")
	sc.settleWith(s, inviter())
	link := tokenOf(1).Sum()
	expires := surveyOf(ctx, t, s, "i1").Expires
	for what, ask := range map[string]func() error{
		"an unknown link":        func() error { return second(s.Answer(ctx, tokenOf(2).Sum(), 5, "", noon)) },
		"a malformed link":       func() error { return second(s.Answer(ctx, survey.Token("' or true --").Sum(), 5, "", noon)) },
		"the sum of nothing":     func() error { return second(s.Answer(ctx, survey.Sum{}, 5, "", noon)) },
		"a link of the past":     func() error { return second(s.Answer(ctx, link, 5, "", expires)) },
		"reading an unknown one": func() error { return second(s.Invitation(ctx, tokenOf(2).Sum(), noon)) },
		"reading an old one":     func() error { return second(s.Invitation(ctx, link, expires)) },
	} {
		kind(t, what, ask(), orchestrator.NotFound)
	}
	kind(t, "no score", second(s.Answer(ctx, link, 0, "", noon)), orchestrator.Invalid)
	kind(t, "too good a score", second(s.Answer(ctx, link, 6, "", noon)), orchestrator.Invalid)
	kind(t, "a novel", second(s.Answer(ctx, link, 5, strings.Repeat("很", survey.MaxWords+1), noon)), orchestrator.Invalid)
	if have := get[survey.Survey](t)(s.Invitation(ctx, link, noon)); have.State != survey.Invited || have.Interaction != "i1" {
		t.Errorf("the invitation is %+v", have)
	}
	var recorded atomic.Int32
	var score atomic.Int32
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			ok, err := s.Answer(ctx, link, 1+n%5, fmt.Sprintf("words of %d", 1+n%5), at(time.Minute))
			if err != nil {
				t.Errorf("an answer fails: %v", err)
			}
			if ok {
				recorded.Add(1)
				score.Store(int32(1 + n%5))
			}
		})
	}
	wg.Wait()
	have := surveyOf(ctx, t, s, "i1")
	if recorded.Load() != 1 || have.Score != int(score.Load()) || have.Words != fmt.Sprintf("words of %d", have.Score) || have.State != survey.Answered ||
		have.Via != fact.ViaPage || have.Answered != at(time.Minute) {
		t.Errorf("%d answers count, the last with %d, and it is %+v", recorded.Load(), score.Load(), have)
	}
	if have := get[survey.Survey](t)(s.Invitation(ctx, link, noon)); have.State != survey.Answered {
		t.Errorf("the link leads to %+v", have)
	}
}

func surveyTells(ctx context.Context, t *testing.T, s Store) {
	sc := surveyed(ctx, t, s, fact.SurveySMS)
	sc.call("i1", "+4915112345678")
	sc.settleWith(s, inviter())
	told := func(want string) {
		t.Helper()
		var have []string
		for _, u := range get[[]survey.Untold](t)(s.UntoldSurveys(ctx, 9)) {
			have = append(have, fmt.Sprint(u.Interaction, " ", u.TellInvited, " ", u.TellAnswered, " ", u.Score))
			if u.Customer != "" || u.Words != "" {
				t.Errorf("the journal is told of a person: %+v", u)
			}
		}
		if fmt.Sprint(have) != want {
			t.Errorf("untold are %v, want %s", have, want)
		}
	}
	told("[i1 true false 0]")
	must(t, second(s.Answer(ctx, tokenOf(1).Sum(), 2, "it took too long", at(time.Minute))))
	told("[i1 true true 2]")
	must(t, s.SurveyTold(ctx, survey.Untold{Survey: survey.Survey{Interaction: "i1"}, TellInvited: true}))
	told("[i1 false true 2]")
	// As the Teller would write it: the ticket has it, with the words; the survey knows it already.
	before := surveyOf(ctx, t, s, "i1")
	sc.tell("i1", fact.SurveyInvited{Queue: "sales", Agent: "ann"}, fact.SurveyAnswered{Queue: "sales", Agent: "ann", Score: 2, Via: fact.ViaPage})
	sc.settleWith(s, inviter())
	must(t, s.SurveyTold(ctx, survey.Untold{Survey: survey.Survey{Interaction: "i1"}, TellAnswered: true}))
	told("[]")
	k := get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{}))[0]
	comments := get[[]ticket.Comment](t)(s.Comments(ctx, k.Number))
	if k.Score != 2 || len(comments) != 2 || !strings.Contains(comments[1].Text, "it took too long") {
		t.Errorf("the ticket is %+v with %+v", k, comments)
	}
	if after := surveyOf(ctx, t, s, "i1"); after != before {
		t.Errorf("the journal changes\n%+v\ninto\n%+v", before, after)
	}
}

func surveyExpires(ctx context.Context, t *testing.T, s Store) {
	sc := surveyed(ctx, t, s, fact.SurveySMS)
	sc.call("open", "+4915112345678")
	sc.call("done", "+4915112345679")
	sc.settleWith(s, inviter())
	must(t, second(s.Answer(ctx, tokenOf(2).Sum(), 5, "", noon)))
	expires := surveyOf(ctx, t, s, "done").Expires
	if n := get[int64](t)(s.ExpireSurveys(ctx, noon, noon)); n != 0 {
		t.Errorf("%d expire before their time", n)
	}
	if n := get[int64](t)(s.ExpireSurveys(ctx, expires, noon)); n != 2 {
		t.Errorf("%d links are forgotten, want 2", n)
	}
	open, done := surveyOf(ctx, t, s, "open"), surveyOf(ctx, t, s, "done")
	if open.State != survey.Unanswered || done.State != survey.Answered || open.Customer == "" {
		t.Errorf("expired, they are %+v and %+v", open, done)
	}
	kind(t, "a link that is forgotten, at whatever time", second(s.Invitation(ctx, tokenOf(1).Sum(), noon)), orchestrator.NotFound)
	must(t, second(s.ExpireSurveys(ctx, expires, expires)))
	if open := surveyOf(ctx, t, s, "open"); open.Customer != "" {
		t.Errorf("the number is kept: %+v", open)
	}
}

// surveyLate: after an outage of days nobody is written to, and least of all with a link that has expired. Time goes on: a reactor may
// read again what it passed over.
func surveyLate(ctx context.Context, t *testing.T, s Store) {
	const life = 15 * time.Second
	sc := surveyed(ctx, t, s, fact.SurveySMS)
	sc.call("old", "+4915112345678")
	v := inviter()
	now := sc.now().Add(life + time.Second)
	v.Life, v.Now = life, func() time.Time { return now }
	sc.settleWith(s, v)
	kind(t, "an invitation about an old call", second(s.Survey(ctx, "old")), orchestrator.NotFound)
	sc.call("new", "+4915112345679")
	if ended := sc.now(); now.Before(ended) {
		now = ended
	}
	sc.settleWith(s, v)
	if have := surveyOf(ctx, t, s, "new"); have.State != survey.Invited || len(links(ctx, t, s)) != 1 {
		t.Errorf("in time it is %+v", have)
	}
}

func surveyErased(ctx context.Context, t *testing.T, s Store) {
	sc := surveyed(ctx, t, s, fact.SurveySMS)
	sc.call("i1", "+4915112345678")
	sc.call("i2", "+4915112345679")
	sc.call("i3", "+4915112345680")
	sc.settleWith(s, inviter())
	must(t, second(s.Answer(ctx, tokenOf(1).Sum(), 2, "I am Mr Caller", noon)))
	must(t, second(s.Erase(ctx, "+4915112345678")))
	must(t, second(s.Erase(ctx, "+4915112345679")))
	if have := surveyOf(ctx, t, s, "i1"); have.Customer != "" || have.Words != "" || have.Score != 2 || have.State != survey.Answered {
		t.Errorf("the answered one is %+v", have)
	}
	if have := surveyOf(ctx, t, s, "i2"); have.Customer != "" || have.State != survey.Unanswered {
		t.Errorf("the open one is %+v", have)
	}
	for n := 1; n <= 2; n++ {
		kind(t, "a link of the erased", second(s.Invitation(ctx, tokenOf(n).Sum(), noon)), orchestrator.NotFound)
	}
	if have := get[survey.Survey](t)(s.Invitation(ctx, tokenOf(3).Sum(), noon)); have.Customer != "+4915112345680" {
		t.Errorf("another one was forgotten too: %+v", have)
	}
}

func surveyPages(ctx context.Context, t *testing.T, s Store) {
	sc := surveyed(ctx, t, s, fact.SurveyKeySMS)
	for i := range 5 {
		id := orchestrator.InteractionID(fmt.Sprintf("i%d", i))
		sc.queued(id, fmt.Sprintf("+491511234567%d", i))
		sc.answered(id)
		sc.asked(id, []int{4}[:i%2]...)
	}
	sc.settleWith(s, inviter())
	list := func(f survey.Filter) (ids string) {
		for _, x := range get[[]survey.Survey](t)(s.Surveys(ctx, f)) {
			ids += string(x.Interaction)
		}
		return ids
	}
	for _, c := range []struct {
		f    survey.Filter
		want string
	}{
		{survey.Filter{}, "i4i3i2i1i0"}, {survey.Filter{Limit: 2}, "i4i3"}, {survey.Filter{Before: "i3", Limit: 2}, "i2i1"}, {survey.Filter{Before: "i0"}, ""},
		{survey.Filter{State: survey.Answered}, "i3i1"}, {survey.Filter{State: survey.Invited, Before: "i3"}, "i2i0"},
		{survey.Filter{Queue: "none"}, ""}, {survey.Filter{Agent: "ann", Queue: "sales", Limit: 1}, "i4"}, {survey.Filter{Agent: "bob"}, ""},
	} {
		if have := list(c.f); have != c.want {
			t.Errorf("%+v lists %s, want %s", c.f, have, c.want)
		}
	}
	_, err := s.Surveys(ctx, survey.Filter{Before: "none"})
	kind(t, "a page after nobody", err, orchestrator.Invalid)
}
