package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"tandem/adapters/postgres"
	"tandem/orchestrator/desk/survey"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

// SurveyConfig says how customers are invited to the page of a survey; see docs/surveys.md.
type SurveyConfig struct {
	Every time.Duration `yaml:"every" env:"EVERY"` // one invitation to a number in it at most
	Life  time.Duration `yaml:"life" env:"LIFE"`   // of a link
}

// spoken are the languages in which Tandem itself has something to say.
var spoken = []string{"en", "zh"}

// checkSurvey says what is wrong with what customers are told and where they are led to.
func (c Config) checkSurvey() error {
	const most = 90 * 24 * time.Hour
	switch {
	case c.PublicURL != "" && !publicForm(c.PublicURL):
		return fmt.Errorf("configuration: public_url (TANDEM_PUBLIC_URL) is %q; give the address under which customers reach Tandem, such as https://care.example.org", c.PublicURL)
	case !slices.Contains(spoken, c.Language):
		return fmt.Errorf("configuration: language (TANDEM_LANGUAGE) is %q; use %s", c.Language, strings.Join(spoken, " or "))
	case c.Survey.Life < time.Hour || c.Survey.Life > most:
		return fmt.Errorf("configuration: survey.life (TANDEM_SURVEY_LIFE) is %s; use 1h to %s", c.Survey.Life, most)
	case c.Survey.Every < 0 || c.Survey.Every > 4*most:
		return fmt.Errorf("configuration: survey.every (TANDEM_SURVEY_EVERY) is %s; use 0s to %s", c.Survey.Every, 4*most)
	}
	return nil
}

// publicForm says whether links can begin with an address. An end of its own would not survive in front of a link.
func publicForm(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" &&
		!strings.HasSuffix(address, "/") && !strings.ContainsAny(address, " \"<>")
}

// inviter sends links, when it is known where customers find the page.
func (c Config) inviter() survey.Inviter {
	return survey.Inviter{Base: c.PublicURL, Token: rand.Text, Country: c.SMS.Country, Every: c.Survey.Every, Life: c.Survey.Life, Now: time.Now}
}

// teller brings what happened to surveys into the journal.
func (c Config) teller(db *postgres.DB, eng *engine.Engine, log *slog.Logger) *survey.Teller {
	return &survey.Teller{Book: db, Tell: noteSurvey(eng), Log: log, Now: time.Now, Wake: db.Surveyed, Keep: c.Survey.Every}
}

// noteSurvey asks the floor to write it down.
func noteSurvey(eng *engine.Engine) func(context.Context, string, survey.Untold) error {
	return func(ctx context.Context, key string, u survey.Untold) error {
		do := floor.NoteSurvey{Interaction: u.Interaction}
		if u.TellInvited {
			do.Invited = fact.SurveyInvited{Queue: u.Queue, Agent: u.Agent, Expires: u.Expires}
		}
		if u.TellAnswered {
			do.Answered = fact.SurveyAnswered{Queue: u.Queue, Agent: u.Agent, Score: u.Score, Via: u.Via}
		}
		_, err := eng.Do(ctx, floor.Command{Key: key, Hash: key, Do: do})
		return err
	}
}

// examineSurvey says whether callers can be asked and links sent; nothing is tried, because this machine may not see itself as
// customers do.
func examineSurvey(c Config) finding {
	f := finding{what: "survey"}
	u, err := url.Parse(c.PublicURL)
	recorded := c.recordings()
	switch {
	case recorded != nil && !recorded(c.Language, floor.SurveyAsk):
		f.look, f.says = true, fmt.Sprintf("there is no recording %s/%s: queues with the policy key or key+sms ask nobody in that language", c.Language, floor.SurveyAsk)
	case err != nil:
		f.err = errors.New("TANDEM_PUBLIC_URL cannot be read")
	case c.PublicURL == "":
		f.look, f.says = true, "no SMS with a link is sent: TANDEM_PUBLIC_URL does not say where customers find the page; queues with the policy sms or key+sms ask on the line only"
	case u.Scheme == "http":
		f.look, f.says = true, "links lead to "+c.PublicURL+"/s/…, in clear text: put TLS in front and write https"
	default:
		f.says = "links lead to " + c.PublicURL + "/s/…: open it from a phone outside; it says that the link does not work"
	}
	return f
}
