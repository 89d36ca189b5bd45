package fact

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

type (
	// CodeDialled begins a call by which an agent's own phone tells us something. It is no interaction: nobody is served. What the code
	// did follows in the facts of the same turn.
	CodeDialled struct {
		Switch   string               `json:"switch"`
		Leg      media.LegID          `json:"leg"`
		Endpoint string               `json:"endpoint,omitempty"` // the phone, as it proved itself to the switch; "" is nobody
		Agent    orchestrator.AgentID `json:"agent,omitempty"`    // whose phone it is; "" is nobody's
		Does     CodeDoes             `json:"does"`
		Refused  string               `json:"refused,omitempty"` // why it does nothing: unknown_phone, signed_out or work_in_hand
		Task     media.TaskID         `json:"task"`              // says what came of it
		Prompts  string               `json:"prompts"`
		Until    time.Time            `json:"until"` // after this it has been said, whatever the switch tells
	}
	// CodeSaid says that the phone has heard what came of it; the call is ended.
	CodeSaid struct {
		Task media.TaskID `json:"task"`
		Why  media.Cause  `json:"why,omitempty"`
	}
	// CodeEnded ends the call.
	CodeEnded struct {
		Why       media.Cause `json:"why"`
		Estimated bool        `json:"estimated,omitempty"` // it happened while nobody looked
	}
)

// CodeDoes is what a feature code asks for.
type CodeDoes string

// What the feature codes of agents ask for.
const (
	CodeSignIn   CodeDoes = "sign_in"
	CodeSignOut  CodeDoes = "sign_out"
	CodePause    CodeDoes = "pause"
	CodeEndPause CodeDoes = "end_pause"
)

// ByPhone says in AgentStatusSet that a feature code did it.
const ByPhone = "phone"

// Kind implements Fact.
func (CodeDialled) Kind() string { return "code_dialled" }

// Kind implements Fact.
func (CodeSaid) Kind() string { return "code_said" }

// Kind implements Fact.
func (CodeEnded) Kind() string { return "code_ended" }
