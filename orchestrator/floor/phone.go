package floor

import (
	"fmt"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// makePhone gives an agent an account of our making. That the account is known to the switch is the desk's matter.
func (f *Floor) makePhone(c MakePhone) error {
	a := f.Agents[c.Agent]
	switch {
	case a == nil:
		return unknownAgent(c.Agent)
	case !endpointForm.MatchString(c.Endpoint):
		return invalid("the agent's id is too long for a phone account; use one of 48 characters at most")
	case f.onPhone(a) && a.Endpoint != c.Endpoint:
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: "agent " + string(c.Agent) + " has a call on phone " + a.Endpoint + "; change the phone when it is over"}
	}
	for id, other := range f.Agents {
		if other.Endpoint == c.Endpoint && id != c.Agent {
			return &orchestrator.Error{Kind: orchestrator.Conflict, Say: "phone " + c.Endpoint + " belongs to agent " + string(id) + " already"}
		}
	}
	if a.Account == c.Endpoint && a.Endpoint == c.Endpoint {
		f.emit("", fact.PhoneRenewed(c))
		return nil
	}
	moved := a.Endpoint != c.Endpoint
	f.emit("", fact.PhoneMade(c))
	if health, known := f.Phones[c.Endpoint]; known && moved {
		// Said again, so that a view need not remember phones that belonged to nobody.
		f.emit("", fact.PhoneChanged{Endpoint: c.Endpoint, Health: health})
	}
	return nil
}

func (f *Floor) applyPhoneMade(x fact.PhoneMade) {
	a := f.Agents[x.Agent]
	a.Endpoint, a.Account = x.Endpoint, x.Endpoint
	f.stale[a.ID] = struct{}{}
}

func (f *Floor) removePhone(c RemovePhone) error {
	a := f.Agents[c.Agent]
	switch {
	case a == nil:
		return unknownAgent(c.Agent)
	case a.Account == "":
		return &orchestrator.Error{Kind: orchestrator.NotFound, Say: fmt.Sprintf("no phone account was made for agent %s", c.Agent)}
	}
	f.emit("", fact.PhoneRemoved{Agent: c.Agent, Endpoint: a.Account})
	return nil
}

func (f *Floor) noteTrunk(c NoteTrunk) error {
	switch {
	case !idForm.MatchString(string(c.Trunk)):
		return invalid("trunk id: 1 to 63 of a-z, 0-9, _ and -")
	case c.Removed:
		f.emit("", fact.TrunkRemoved{Trunk: c.Trunk})
	default:
		f.emit("", fact.TrunkSet{Trunk: c.Trunk})
	}
	return nil
}
