package floor

import (
	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// Command asks the floor for something on behalf of a client. Do is one of the command types below.
type Command struct {
	Key  string // idempotency key, "" for none: a key that was used with the same Hash changes nothing
	Hash string // of the whole request
	Do   any
}

type (
	// DefineQueue makes a queue or changes it.
	DefineQueue fact.QueueDefined
	// DefineAgent makes an agent or changes one.
	DefineAgent fact.AgentDefined
	// SetStatus is a person's choice. Available also ends "not responding" and the cooling down of the phone.
	SetStatus struct {
		Agent  orchestrator.AgentID
		Status orchestrator.Status
		Reason string
	}
	// WrapUp ends the after-call work of an agent.
	WrapUp struct {
		Agent       orchestrator.AgentID
		Disposition string
		Notes       string
	}
)
