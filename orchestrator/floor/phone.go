package floor

import (
	"fmt"
	"slices"

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
	case c.Switch != "" && !slices.Contains(f.cfg.Switches, c.Switch):
		return wrong("switch", "%s", f.unknownSwitch())
	case f.onPhone(a) && f.moves(a, c):
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: "agent " + string(c.Agent) + " has a call on phone " + a.Endpoint + "; change the phone when it is over"}
	}
	for id, other := range f.Agents {
		if other.Endpoint == c.Endpoint && id != c.Agent {
			return &orchestrator.Error{Kind: orchestrator.Conflict, Say: "phone " + c.Endpoint + " belongs to agent " + string(id) + " already"}
		}
	}
	moved := f.moves(a, c)
	if a.Account == c.Endpoint && !moved {
		f.emit("", fact.PhoneRenewed{Agent: c.Agent, Endpoint: c.Endpoint})
		return nil
	}
	f.emit("", fact.PhoneMade(c))
	if moved {
		f.sayPhone(c.Endpoint)
	}
	return nil
}

// moves says whether a phone that is made takes the place of another.
func (f *Floor) moves(a *Agent, c MakePhone) bool {
	return a.Endpoint != c.Endpoint || c.Switch != "" && c.Switch != f.home(a)
}

func (f *Floor) applyPhoneMade(x fact.PhoneMade) {
	a := f.Agents[x.Agent]
	a.Endpoint, a.Account = x.Endpoint, x.Endpoint
	f.settlePhone(a, x.Switch)
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
