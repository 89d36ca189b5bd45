package floor

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// CodeCall is a call by which an agent's phone tells us something, until its leg is over.
type CodeCall struct {
	Switch  string
	Leg     media.LegID
	Task    media.TaskID // "" once it was said
	Prompts string
	Until   time.Time
}

// codeSays is the prompt that confirms a code.
var codeSays = map[fact.CodeDoes]string{
	fact.CodeSignIn: "signed-in", fact.CodeSignOut: "signed-out", fact.CodePause: "paused", fact.CodeEndPause: "pause-over",
}

// codeDialled carries out what a phone asks for, and says what came of it. Who calls is known by the phone alone, which proved to the
// switch to be it: the number that a caller shows proves nothing.
func (f *Floor) codeDialled(sw string, leg media.Leg, does fact.CodeDoes) {
	x := fact.CodeDialled{
		Switch: sw, Leg: leg.ID, Endpoint: leg.Endpoint, Does: does, Task: media.TaskID(f.name("t")), Until: f.now.Add(f.cfg.GreetingMax),
	}
	says := codeSays[does]
	a := f.agentAt(sw, leg.Endpoint)
	switch {
	case a == nil:
		x.Refused, says = "unknown_phone", "phone-unknown"
	case a.Status == orchestrator.SignedOut && (does == fact.CodePause || does == fact.CodeEndPause):
		x.Agent, x.Refused, says = a.ID, "signed_out", "not-signed-in"
	case does == fact.CodeSignOut && len(f.inHand(a)) > 0:
		x.Agent, x.Refused, says = a.ID, "work_in_hand", "work-in-hand"
	default:
		x.Agent = a.ID
	}
	language := f.cfg.CodeLanguage
	if language == "" {
		language = "en"
	}
	x.Prompts = "prompt:" + language + "/" + says
	f.emit(orchestrator.InteractionID(fmt.Sprintf("c%d", f.Seq+1)), x)
	if x.Refused == "" {
		f.choose(a, does)
	}
}

// choose sets the status of an agent as the agent's phone asks. A pause that has a reason already keeps it.
func (f *Floor) choose(a *Agent, does fact.CodeDoes) {
	c := SetStatus{Agent: a.ID, Status: orchestrator.Available, By: fact.ByPhone}
	switch does {
	case fact.CodeSignOut:
		c.Status = orchestrator.SignedOut
	case fact.CodePause:
		c.Status = orchestrator.Away
		if a.Status == orchestrator.Away {
			c.Reason = a.Reason
		}
	}
	if err := f.setStatus(c); err != nil {
		panic(fmt.Sprintf("floor: a status of our own choice is refused: %v", err))
	}
}

// codeAt refuses a number that is a feature code.
func (f *Floor) codeAt(number string) error {
	if does, is := f.cfg.Codes[number]; is {
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("number %s is a feature code of agents' phones (%s) already", number, does)}
	}
	return nil
}

// agentAt is whose phone an endpoint of a switch is; nil for nobody's.
func (f *Floor) agentAt(sw, endpoint string) *Agent {
	if endpoint == "" {
		return nil
	}
	for _, a := range f.Agents { // one at most, see defineAgent
		if a.Endpoint == endpoint && f.isOn(a, sw) {
			return a
		}
	}
	return nil
}

// hearCode goes on with a call of an agent's phone.
func (f *Floor) hearCode(id orchestrator.InteractionID, c *CodeCall, ev media.Event) {
	switch {
	case ev.Kind == media.Done && c.Task != "" && ev.Task == c.Task:
		f.emit(id, fact.CodeSaid{Task: c.Task, Why: ev.Why})
	case ev.Kind == media.Gone:
		f.emit(id, fact.CodeEnded{Why: ev.Why})
	case ev.Kind == media.Refused:
		f.emit(id, fact.OrderRefused{Leg: ev.Leg, What: ev.Text})
	}
}

// compareCodes ends the calls of phones that ended while nobody looked.
func (f *Floor) compareCodes(sw string, living map[media.LegID]media.Leg) {
	for _, id := range slices.SortedFunc(maps.Keys(f.CodeCalls), orchestrator.CompareIDs) {
		if c := f.CodeCalls[id]; c.Switch == sw {
			if _, lives := living[c.Leg]; !lives {
				f.emit(id, fact.CodeEnded{Why: media.CauseLost, Estimated: true})
			}
		}
	}
}

// want is what the phone hears, and then its end.
func (c *CodeCall) want(cfg Config) media.Want {
	if c.Task == "" {
		return media.Want{Base: media.Drop{Why: media.CauseHangup}}
	}
	return media.Want{
		Base: media.Music{}, Task: media.Task{ID: c.Task, Do: media.Say, Prompts: c.Prompts, Deaf: true}, Guard: cfg.GreetingMax + cfg.Guard,
	}
}

// applyCode lives through a fact about the call of an agent's phone.
func (f *Floor) applyCode(e fact.Entry) bool {
	switch x := e.Fact.(type) {
	case fact.CodeDialled:
		f.CodeCalls[e.About] = &CodeCall{Switch: x.Switch, Leg: x.Leg, Task: x.Task, Prompts: x.Prompts, Until: x.Until}
		f.legs[legKey{x.Switch, x.Leg}] = legRef{interaction: e.About}
		f.timers.add(x.Until, timerCode, string(e.About))
	case fact.CodeSaid:
		f.CodeCalls[e.About].Task = ""
	case fact.CodeEnded:
		c := f.CodeCalls[e.About]
		delete(f.legs, legKey{c.Switch, c.Leg})
		delete(f.CodeCalls, e.About)
	default:
		return false
	}
	return true
}

// Living lists what has legs on a switch and wants something of it: interactions, and the calls of agents' phones.
func (f *Floor) Living(sw string) []orchestrator.InteractionID {
	var out []orchestrator.InteractionID
	for _, i := range f.InteractionsOn(sw) {
		out = append(out, i.ID)
	}
	for id, c := range f.CodeCalls {
		if c.Switch == sw {
			out = append(out, id)
		}
	}
	return out
}
