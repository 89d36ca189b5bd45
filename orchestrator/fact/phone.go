package fact

import "tandem/orchestrator"

type (
	// PhoneMade says that an agent was given a SIP account of our making, which is the agent's endpoint from here on. What the phone
	// knows it by stands in no fact.
	PhoneMade struct {
		Agent    orchestrator.AgentID `json:"agent"`
		Endpoint string               `json:"endpoint"`
		Switch   string               `json:"switch,omitempty"` // that the account is on; "" where there is one switch only
	}
	// PhoneRenewed says that such an account has a new password: the phone that knew the old one is out.
	PhoneRenewed struct {
		Agent    orchestrator.AgentID `json:"agent"`
		Endpoint string               `json:"endpoint"`
	}
	// PhoneRemoved takes such an account away. The agent keeps its name as endpoint, where nobody registers any more.
	PhoneRemoved struct {
		Agent    orchestrator.AgentID `json:"agent"`
		Endpoint string               `json:"endpoint"`
	}
	// TrunkSet says that calls of a trunk are let in as it was said last.
	TrunkSet struct {
		Trunk orchestrator.TrunkID `json:"trunk"`
	}
	// TrunkRemoved says that calls of a trunk are let in no more.
	TrunkRemoved struct {
		Trunk orchestrator.TrunkID `json:"trunk"`
	}
)

// Kind implements Fact.
func (PhoneMade) Kind() string { return "phone_made" }

// Kind implements Fact.
func (PhoneRenewed) Kind() string { return "phone_renewed" }

// Kind implements Fact.
func (PhoneRemoved) Kind() string { return "phone_removed" }

// Kind implements Fact.
func (TrunkSet) Kind() string { return "trunk_set" }

// Kind implements Fact.
func (TrunkRemoved) Kind() string { return "trunk_removed" }
