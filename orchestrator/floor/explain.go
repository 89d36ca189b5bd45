package floor

import (
	"fmt"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/routing"
)

// Explanation is why a call goes where it goes or waits, and why those who would fit cannot be offered anything.
type Explanation struct {
	routing.Explanation
	Unready map[orchestrator.AgentID]Unready
	Expect  Expectation // of the wait from now on
}

// unreadySaid is why nothing is offered to somebody, in each language.
var unreadySaid = map[routing.Language]map[Unready]string{
	routing.English: {
		UnreadyStatus: "%s is away or signed out.", UnreadyNotResponding: "%s did not answer, and has not come back since.",
		UnreadyBusy: "%s has an offer, a call or after-call work.", UnreadyPhone: "The phone of %s is not registered, or in another call.",
		UnreadyCooling: "%s gets no offers for a moment: the phone failed or an offer was rejected.",
	},
	routing.Chinese: {
		UnreadyStatus: "%s 处于离开或未签入状态。", UnreadyNotResponding: "%s 未应答，此后尚未恢复。",
		UnreadyBusy: "%s 正在振铃、通话或整理。", UnreadyPhone: "%s 的话机未注册，或正在其他通话中。",
		UnreadyCooling: "%s 暂不分配：话机故障或刚刚拒接。",
	},
}

// Say tells the explanation in sentences, in a language such as "en" or "zh"; one that is not known is English.
func (x Explanation) Say(language string) []string {
	l := routing.Language(language)
	if unreadySaid[l] == nil {
		l = routing.English
	}
	out := x.Explanation.Say(l)
	for _, v := range x.People {
		if why := x.Unready[v.Agent]; why != "" && (v.Is == routing.NotFree || v.Is == routing.NoRoom) {
			out = append(out, fmt.Sprintf(unreadySaid[l][why], v.Agent))
		}
	}
	return out
}

// Unready is why nothing is offered to a person. Closed set.
type Unready string

// Why nothing is offered to a person; the first that holds is told.
const (
	UnreadyStatus        Unready = "status"         // away or signed out, by their own choice
	UnreadyNotResponding Unready = "not_responding" // did not answer, and has not come back since
	UnreadyBusy          Unready = "busy"           // has an offer, a call or after-call work
	UnreadyPhone         Unready = "phone"          // not registered, or in a call past us
	UnreadyCooling       Unready = "cooling"        // the phone failed or an offer was rejected a moment ago
)

// Explain says why a call in line goes where it goes, or waits, as it stood at a moment not before the last entry. A decision of the
// past is explained by a floor that has lived through the journal up to the entry before the offer: the same state decides the same.
// False: the call does not wait.
func (f *Floor) Explain(id orchestrator.InteractionID, at time.Time) (Explanation, bool) {
	f.now = at
	for id, a := range f.Agents {
		if !a.CoolUntil.IsZero() { // who has cooled down is told by a Tick, which a journal does not have
			f.stale[id] = struct{}{}
		}
	}
	for id := range f.stale {
		f.place(id)
	}
	x, ok := f.pool.Explain(id)
	if !ok {
		return Explanation{}, false
	}
	out := Explanation{Explanation: x, Unready: map[orchestrator.AgentID]Unready{}}
	_, out.Expect = f.toExpect(f.Interactions[id])
	for _, v := range x.People {
		if a := f.Agents[v.Agent]; a != nil && !f.open(a, at).Has(x.Item.Media) {
			out.Unready[v.Agent] = f.unready(a, at)
		}
	}
	return out, true
}

func (f *Floor) unready(a *Agent, at time.Time) Unready {
	switch {
	case a.Status != orchestrator.Available:
		return UnreadyStatus
	case a.NotResponding:
		return UnreadyNotResponding
	case len(a.Offers) > 0:
		return UnreadyBusy
	case at.Before(a.CoolUntil):
		return UnreadyCooling
	}
	return UnreadyPhone
}
