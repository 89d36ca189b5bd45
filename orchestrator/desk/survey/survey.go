// Package survey keeps what customers say when they are asked for a rating: one answer of an interaction, whichever way it came.
//
//	             pressed a key
//	asked ──┬───────────────────────────────> answered
//	        │ over, no key                     ↑
//	        ├──> invited (one SMS with a link) ┘ the page, by POST
//	        │       └──> unanswered              the link has expired
//	        └──> unanswered
//
// What happens on the line is in the journal already; an invitation and an answer from the page happen here, in one transaction
// each, and the Teller brings them into the journal afterwards, from where figures, timelines and tickets take them.
//
// A link is good for one answer and for some days. It is made of 128 random bits, of which only a hash is kept; the SMS has them
// until it has left.
package survey

import (
	"context"
	"crypto/sha256"
	"regexp"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/fact"
)

// State of a survey.
type State string

// The states of a survey.
const (
	Asked      State = "asked"      // on the line; the call goes on
	Invited    State = "invited"    // by SMS; the link is good
	Answered   State = "answered"   // for good
	Unanswered State = "unanswered" // the call is over, or the link has expired
)

// Survey is the question for a rating of one interaction.
type Survey struct {
	Interaction orchestrator.InteractionID // there is one survey for each
	Queue       orchestrator.QueueID       // "" when a flow asked before any queue
	Agent       orchestrator.AgentID       // who is rated; "" when a flow asked
	Customer    string                     // number that was invited; "" when none was, when erased, and after a while
	Language    string
	State       State
	Via         fact.SurveyVia // of the answer
	Score       int            // 0 before the answer
	Words       string         // that came with it
	Asked       time.Time      // the first time, on either way
	Invited     time.Time      // zero when no link was sent
	Expires     time.Time      // of the link
	Answered    time.Time
}

// Filter narrows a list; zero fields do not count. Newest come first.
type Filter struct {
	State  State
	Queue  orchestrator.QueueID
	Agent  orchestrator.AgentID
	Before orchestrator.InteractionID // the last one of the page before
	Limit  int                        // 1 to 200
}

// Sum is what is kept of a link's token.
type Sum [sha256.Size]byte

// Token is the secret of a link, as Inviter.Token makes it.
type Token string

// tokenForm is what crypto/rand.Text returns: 130 bits, in letters and digits that no SMS alphabet changes.
var tokenForm = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// Sum is what a token is looked up by. Its prefix binds it to this purpose. What cannot be a token has a sum too, which leads
// nowhere, so that the same work is done for it.
func (t Token) Sum() Sum {
	if !tokenForm.MatchString(string(t)) {
		t = "malformed"
	}
	return sha256.Sum256([]byte("tandem survey " + string(t)))
}

// MaxWords is the longest text that comes with an answer, in characters.
const MaxWords = 1000

// Tx is what a reaction may do, in one transaction with its cursor. Each touches the survey of one interaction.
type Tx interface {
	notify.Tx
	Story(ctx context.Context, id orchestrator.InteractionID, upTo int64) ([]fact.Entry, error)
	QueueAt(ctx context.Context, id orchestrator.QueueID, upTo int64) (fact.QueueDefined, error)
	// AskSurvey notes that the customer is asked on the line; asked again, who is rated is whom the last question meant.
	AskSurvey(ctx context.Context, s Survey) error
	// AnswerSurvey notes an answer from the line; only the first answer stays.
	AnswerSurvey(ctx context.Context, s Survey) error
	// InviteSurvey makes it an invitation, unless there is one or an answer.
	InviteSurvey(ctx context.Context, s Survey, token Sum) error
	// CloseSurvey says that nobody will answer any more who was asked on the line.
	CloseSurvey(ctx context.Context, id orchestrator.InteractionID) error
	// MayInvite says whether a number wants messages and was not invited after since.
	MayInvite(ctx context.Context, number string, since time.Time) (bool, error)
}

// Desk is what the page and clients may do. Errors are *orchestrator.Error.
type Desk interface {
	Survey(ctx context.Context, id orchestrator.InteractionID) (Survey, error)
	Surveys(ctx context.Context, f Filter) ([]Survey, error)
	// Invitation is what a token leads to at a moment; NotFound when it leads nowhere, has expired or was erased.
	Invitation(ctx context.Context, token Sum, now time.Time) (Survey, error)
	// Answer records the one answer of an invitation; false when there was one, which stays. NotFound as above.
	Answer(ctx context.Context, token Sum, score int, words string, now time.Time) (bool, error)
}

// Book is what the Teller works on.
type Book interface {
	// UntoldSurveys returns up to n surveys of which the journal does not know that they were sent or answered by the page.
	UntoldSurveys(ctx context.Context, n int) ([]Untold, error)
	// SurveyTold notes that it knows.
	SurveyTold(ctx context.Context, u Untold) error
	// ExpireSurveys closes invitations whose links have expired, forgets their tokens, and forgets the numbers of those who were
	// invited before a moment. It returns how many it closed.
	ExpireSurveys(ctx context.Context, now, forget time.Time) (int64, error)
}

// Untold is what the journal does not know of a survey.
type Untold struct {
	Survey
	TellInvited, TellAnswered bool
}
