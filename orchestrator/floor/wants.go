package floor

import (
	"fmt"

	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

// Wants says what the legs of one interaction should be doing from now on, and on which switch. It is drawn afresh from the state
// each time and never remembered, so that after a crash the same question gets the same answer.
func (f *Floor) Wants(id orchestrator.InteractionID) (sw string, wants map[media.LegID]media.Want) {
	if c := f.CodeCalls[id]; c != nil {
		return c.Switch, map[media.LegID]media.Want{c.Leg: c.want(f.cfg)}
	}
	i := f.Interactions[id]
	if i == nil || i.lineless() {
		return "", nil
	}
	wants = make(map[media.LegID]media.Want, 1+len(i.Offers))
	if !i.Gone && !i.Away && i.Leg != "" && i.Seek == "" {
		wants[i.Leg] = f.callerWant(i)
	}
	for _, id := range i.Offers {
		if o := f.Offers[id]; !o.LegGone {
			wants[o.Leg] = f.agentWant(i, o)
		}
	}
	return i.Switch, wants
}

// StrayWants says what to do with legs of ours that nothing wants any more.
func (f *Floor) StrayWants(sw string) map[media.LegID]media.Want {
	wants := map[media.LegID]media.Want{}
	for leg, on := range f.Strays {
		if on == sw {
			wants[leg] = media.Want{Base: media.Drop{Why: media.CauseHangup}}
		}
	}
	return wants
}

func (f *Floor) callerWant(i *Interaction) media.Want {
	if i.dialling() {
		return f.reachWant(i)
	}
	if i.Fallback && i.State == orchestrator.ItemNew {
		return media.Want{Base: media.Yield{}}
	}
	switch i.State {
	case orchestrator.ItemNew:
		task := i.task()
		// A switch may not be able to renew the guard while a prompt runs: it must outlast the prompt.
		return media.Want{Base: media.Music{}, Task: task, Guard: max(f.cfg.GreetingMax, task.Longest) + f.cfg.Guard}
	case orchestrator.ItemQueued, orchestrator.ItemOffered:
		return f.lineWant(i)
	case orchestrator.ItemAssigned:
		o := f.Offers[i.Offer]
		return media.Want{Base: media.Join{Room: o.Room}, Tape: o.Tape}
	case orchestrator.ItemFlowedOut:
		if i.Walk != nil && i.Walk.Extension != "" {
			return media.Want{Base: media.Yield{Extension: i.Walk.Extension}}
		}
	case orchestrator.ItemConverted:
		if i.Prompt != "" { // that the call is booked
			return media.Want{Base: media.Music{}, Task: i.task()}
		}
	case orchestrator.ItemCanceled:
		return media.Want{Base: media.Drop{Why: media.CauseUnreachable}}
	case orchestrator.ItemWrapping, orchestrator.ItemDone:
		if i.Survey != nil && i.Prompt != "" {
			return i.surveyWant()
		}
	}
	return media.Want{Base: media.Drop{Why: media.CauseHangup}}
}

func (f *Floor) agentWant(i *Interaction, o *Offer) media.Want {
	switch o.State {
	case orchestrator.OfferDelivering, orchestrator.OfferAlerting:
		return media.Want{Base: media.Dial{
			To: f.dialTo(i.Switch, f.Agents[o.Agent]), Number: i.Who.Number, Name: f.shown(i),
			Stamp: fmt.Sprintf("%s/%s/%s", f.cfg.Cell, i.ID, o.ID),
		}}
	case orchestrator.OfferAccepted:
		if o.Task != "" {
			return f.telling(i, o)
		}
		return media.Want{Base: media.Join{Room: o.Room}}
	case orchestrator.OfferConnected:
		return media.Want{Base: media.Join{Room: o.Room}}
	case orchestrator.OfferNoAnswer:
		return media.Want{Base: media.Drop{Why: media.CauseNoAnswer}}
	}
	if o.Prompts != "" { // of a callback that nobody answered
		return f.telling(i, o)
	}
	return media.Want{Base: media.Drop{Why: media.CauseHangup}}
}

// shown is what the agent's phone displays: who calls, and in which queue.
func (f *Floor) shown(i *Interaction) string {
	who := i.Who.Name
	if who == "" {
		who = i.Who.Number
	}
	if who == "" {
		who = "unknown"
	}
	if i.Callback != nil {
		who = "Callback " + who
	}
	return fmt.Sprintf("%s (%s)", who, f.Queues[i.Queue].Name)
}

// TakeTouched returns the interactions that facts were about since the last call, and forgets them.
func (f *Floor) TakeTouched() []orchestrator.InteractionID {
	out := make([]orchestrator.InteractionID, 0, len(f.touched))
	for id := range f.touched {
		out = append(out, id)
	}
	clear(f.touched)
	return out
}

// Endpoints lists the phones of agents on a switch: those whose state we want to hear of.
func (f *Floor) Endpoints(sw string) []string {
	out := make([]string, 0, len(f.Agents))
	for _, a := range f.Agents {
		if f.isOn(a, sw) {
			out = append(out, a.Endpoint)
		}
	}
	return out
}
