package fact

import (
	"time"

	"tandem/orchestrator"
)

type (
	// SurveyAsked says that the customer is asked for a rating on the line: after the talk, or by a node of a flow, and then by no agent.
	SurveyAsked struct {
		Queue    orchestrator.QueueID `json:"queue,omitempty"`
		Agent    orchestrator.AgentID `json:"agent,omitempty"` // who is rated
		Language string               `json:"language"`
	}
	// SurveyInvited says that an SMS with a link to the question is on its way.
	SurveyInvited struct {
		Queue   orchestrator.QueueID `json:"queue,omitempty"`
		Agent   orchestrator.AgentID `json:"agent,omitempty"`
		Expires time.Time            `json:"expires"` // no answer counts after it
	}
	// SurveyAnswered is the customer's rating of the interaction. The first one counts, and the floor and the desk see to it that
	// there is one. Words that came with it are the desk's: it can erase them.
	SurveyAnswered struct {
		Queue orchestrator.QueueID `json:"queue,omitempty"`
		Agent orchestrator.AgentID `json:"agent,omitempty"`
		// Root is the interaction that this one goes on from first, such as the call before a callback; "" is this one.
		Root  orchestrator.InteractionID `json:"root,omitempty"`
		Score int                        `json:"score"` // MinScore, the worst, to MaxScore
		Via   SurveyVia                  `json:"via"`
	}
)

// The scale of a rating, and what its ends mean.
const (
	MinScore  = 1
	LowScore  = 2 // and below: somebody should look
	HighScore = 4 // and above: satisfied
	MaxScore  = 5
)

// SurveyVia says which way an answer came.
type SurveyVia string

// The ways of an answer.
const (
	ViaKey  SurveyVia = "key"  // pressed on the line
	ViaPage SurveyVia = "page" // of the link in the SMS
)

// SurveyPolicy says how the callers whom an agent of a queue took are asked for a rating.
type SurveyPolicy string

// The ways to ask.
const (
	SurveyNone   SurveyPolicy = ""        // nobody is asked (default)
	SurveyKey    SurveyPolicy = "key"     // on the line, when the agent hangs up first
	SurveyKeySMS SurveyPolicy = "key+sms" // so, and else by one SMS with a link
	SurveySMS    SurveyPolicy = "sms"     // by one SMS with a link
)

// ByKey says whether callers who stay are asked on the line.
func (p SurveyPolicy) ByKey() bool { return p == SurveyKey || p == SurveyKeySMS }

// BySMS says whether those who gave no answer on the line are sent a link.
func (p SurveyPolicy) BySMS() bool { return p == SurveySMS || p == SurveyKeySMS }

// Kind implements Fact.
func (SurveyAsked) Kind() string { return "survey_asked" }

// Kind implements Fact.
func (SurveyInvited) Kind() string { return "survey_invited" }

// Kind implements Fact.
func (SurveyAnswered) Kind() string { return "survey_answered" }
