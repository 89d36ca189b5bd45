package survey

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/fact"
)

// Inviter reacts to the journal. Its zero value sends no links.
type Inviter struct {
	Base    string        // address under which customers reach the page, such as https://example.org; "" sends none
	Token   func() string // crypto/rand.Text
	Country orchestrator.Country
	Every   time.Duration // one invitation to a number in it at most
	Life    time.Duration // of a link
	// Now tells how long a call is over: after a day, or the life of a link, nobody is asked any more. nil is always in time.
	Now func() time.Time
}

// late is when nobody is asked any more: after an outage customers are not written to about calls that they have forgotten.
const late = 24 * time.Hour

// React keeps account of what is asked and answered on the line, and invites those who were answered, whose queue asks by SMS,
// who gave no answer, and who may be written to; when the call is over, once.
func (v Inviter) React(ctx context.Context, tx Tx, e fact.Entry) error {
	switch x := e.Fact.(type) {
	case fact.SurveyAsked:
		return tx.AskSurvey(ctx, Survey{Interaction: e.About, Queue: x.Queue, Agent: x.Agent, Language: x.Language, State: Asked, Asked: e.At})
	case fact.SurveyAnswered:
		if x.Via == fact.ViaPage {
			return nil // It comes from here.
		}
		return tx.AnswerSurvey(ctx, Survey{
			Interaction: e.About, Queue: x.Queue, Agent: x.Agent, State: Answered, Via: x.Via, Score: x.Score, Asked: e.At, Answered: e.At,
		})
	case fact.InteractionEnded:
		return v.over(ctx, tx, e)
	}
	return nil
}

// over settles what a call that is over leaves.
func (v Inviter) over(ctx context.Context, tx Tx, e fact.Entry) error {
	story, err := tx.Story(ctx, e.About, e.Seq)
	if err != nil {
		return err
	}
	call := callOf(story)
	invites, err := v.invites(ctx, tx, e, call)
	if err != nil {
		return err
	}
	if !invites {
		if call.asked && !call.answered {
			return tx.CloseSurvey(ctx, e.About)
		}
		return nil
	}
	return v.invite(ctx, tx, e, call)
}

// invites says whether a call leads to an invitation.
func (v Inviter) invites(ctx context.Context, tx Tx, e fact.Entry, call call) (bool, error) {
	if v.Base == "" || call.answered || call.agent == "" || !v.Country.Mobile(call.number) || v.Now != nil && v.Now().Sub(e.At) > min(late, v.Life) {
		return false, nil
	}
	q, err := tx.QueueAt(ctx, call.queue, e.Seq)
	if orchestrator.KindOf(err) == orchestrator.NotFound {
		return false, nil
	}
	if err != nil || !q.Survey.BySMS() {
		return false, err
	}
	return tx.MayInvite(ctx, v.Country.Canonical(call.number), e.At.Add(-v.Every))
}

func (v Inviter) invite(ctx context.Context, tx Tx, e fact.Entry, call call) error {
	q, err := tx.QueueAt(ctx, call.queue, e.Seq)
	if err != nil {
		return err
	}
	token := Token(v.Token())
	s := Survey{
		Interaction: e.About, Queue: call.queue, Agent: call.agent, Customer: v.Country.Canonical(call.number), Language: call.language,
		State: Invited, Asked: e.At, Invited: e.At, Expires: e.At.Add(v.Life),
	}
	if err := tx.InviteSurvey(ctx, s, token.Sum()); err != nil {
		return err
	}
	return tx.QueueSMS(ctx, notify.SMS{
		Key: "survey.invited:" + string(e.About), To: call.number, Interaction: e.About, Created: e.At,
		Text: v.text(call, q.Name, token),
	})
}

// text asks in the language of the call; in English where there are no words for it.
func (v Inviter) text(call call, queue string, token Token) string {
	link := v.Base + notify.LinkPath + string(token)
	days := max(1, int(v.Life/(24*time.Hour)))
	if call.language == "zh" && call.promised {
		return fmt.Sprintf("%s刚与您通话。您对本次通话满意吗？请点击评分（%d天内有效）：%s", queue, days, link)
	}
	if call.language == "zh" {
		return fmt.Sprintf("感谢您致电%s。您对本次通话满意吗？请点击评分（%d天内有效）：%s", queue, days, link)
	}
	within := fmt.Sprintf("%d days", days)
	if days == 1 {
		within = "1 day"
	}
	if call.promised {
		return fmt.Sprintf("%s has called you back. How was it? One tap, good for %s: %s", queue, within, link)
	}
	return fmt.Sprintf("Thank you for calling %s. How was it? One tap, good for %s: %s", queue, within, link)
}

// call is what the story of an interaction says to us.
type call struct {
	number, language string
	queue            orchestrator.QueueID
	agent            orchestrator.AgentID // who talked last; "" when nobody did
	asked, answered  bool
	promised         bool // the centre has called the customer
}

func callOf(story []fact.Entry) (c call) {
	var address string // of whom an item was opened for; a number where it is a promised call
	for _, e := range story {
		switch x := e.Fact.(type) {
		case fact.InteractionArrived:
			c.number = x.Who.Number
		case fact.InteractionOpened:
			address = x.Who.Number
		case fact.CallbackRequested:
			c.number, c.language, c.promised = address, x.Language, true
		case fact.FlowEntered:
			c.language = x.Language
		case fact.LanguageChosen:
			c.language = x.Language
		case fact.OfferConnected:
			c.queue, c.agent = x.Queue, x.Agent
		case fact.SurveyAsked:
			c.asked, c.language = true, cmp.Or(c.language, x.Language)
		case fact.SurveyAnswered:
			c.answered = true
		}
	}
	return c
}
