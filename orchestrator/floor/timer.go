package floor

import (
	"container/heap"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// timer is a deadline that may no longer count: it does only while the state still holds the same time.
type timer struct {
	at   time.Time
	kind timerKind
	id   string
}

type timerKind int

const (
	timerPrompt  timerKind = iota // interaction
	timerRing                     // offer
	timerWrap                     // offer
	timerCool                     // agent
	timerLookup                   // interaction
	timerLatest                   // interaction; before timerComfort: nobody is comforted and led away in one moment
	timerComfort                  // interaction
	timerWiden                    // interaction
	timerCode                     // call of an agent's phone
	timerBehind                   // queue
	timerLend                     // none: what the whole pool lends
	timerSeek                     // interaction
	timerTold                     // offer
	timerReach                    // interaction
	timerDue                      // interaction
	timerMissed                   // switch
)

// timers is a heap by time; ties go by kind and id, so that the same state always does the same things in the same order.
type timers []timer

func (t timers) Len() int { return len(t) }
func (t timers) Less(i, j int) bool {
	a, b := t[i], t[j]
	if c := a.at.Compare(b.at); c != 0 {
		return c < 0
	}
	if a.kind != b.kind {
		return a.kind < b.kind
	}
	return a.id < b.id
}
func (t timers) Swap(i, j int) { t[i], t[j] = t[j], t[i] }

// Push implements heap.Interface.
func (t *timers) Push(x any) { *t = append(*t, x.(timer)) }

// Pop implements heap.Interface.
func (t *timers) Pop() any {
	old := *t
	x := old[len(old)-1]
	*t = old[:len(old)-1]
	return x
}

// add sets a deadline; zero is none.
func (t *timers) add(at time.Time, kind timerKind, id string) {
	if at.IsZero() {
		return
	}
	heap.Push(t, timer{at, kind, id})
}

// Deadline is when the floor next wants a Tick; zero means never.
func (f *Floor) Deadline() time.Time {
	for len(f.timers) > 0 && !f.counts(f.timers[0]) {
		heap.Pop(&f.timers)
	}
	if len(f.timers) == 0 {
		return time.Time{}
	}
	return f.timers[0].at
}

// overdue does what the deadlines that have come ask for, at most maxOverdue of them.
func (f *Floor) overdue() {
	for range maxOverdue {
		d := f.Deadline()
		if d.IsZero() || f.now.Before(d) {
			return
		}
		f.fire(heap.Pop(&f.timers).(timer))
	}
}

func (f *Floor) fire(t timer) {
	switch t.kind {
	case timerPrompt:
		i := f.Interactions[orchestrator.InteractionID(t.id)]
		f.promptEnded(i, i.Prompt, media.CauseTimeout, "")
	case timerRing:
		o, why := f.Offers[orchestrator.OfferID(t.id)], media.CauseNoAnswer
		switch {
		case o.Leg != "" && f.beyond(o):
			why = media.CauseLost // nobody knows whether it rang at all
		case o.State == orchestrator.OfferDelivering && o.Leg != "":
			why = media.CauseUnreachable // it never rang: the phone's fault, not the person's
		}
		f.endOffer(f.Interactions[o.Interaction], o, why, 0)
	case timerWrap:
		o := f.Offers[orchestrator.OfferID(t.id)]
		f.endWrapUp(f.Interactions[o.Interaction], o, "", fact.Person{})
	case timerLookup, timerComfort, timerLatest:
		f.fireWalk(t.kind, f.Interactions[orchestrator.InteractionID(t.id)])
	case timerSeek:
		i := f.Interactions[orchestrator.InteractionID(t.id)]
		f.customerFound(i, LookedUp{Interaction: i.ID, Lookup: i.Seek, Why: "no answer in time"})
	case timerWiden:
		f.widen(f.Interactions[orchestrator.InteractionID(t.id)])
	case timerCode:
		id := orchestrator.InteractionID(t.id)
		f.emit(id, fact.CodeSaid{Task: f.CodeCalls[id].Task, Why: media.CauseTimeout})
	case timerBehind:
		f.stepAgain(orchestrator.QueueID(t.id))
	case timerLend: // it is looked at in every turn
	case timerTold:
		o := f.Offers[orchestrator.OfferID(t.id)]
		f.told(f.Interactions[o.Interaction], o, o.Task, media.CauseTimeout)
	case timerReach:
		f.giveUp(f.Interactions[orchestrator.InteractionID(t.id)], media.CauseNoAnswer)
	case timerDue:
		f.comeDue(f.Interactions[orchestrator.InteractionID(t.id)])
	case timerMissed:
		f.emit("", fact.SwitchMissed{Switch: t.id})
	case timerCool:
		f.stale[orchestrator.AgentID(t.id)] = struct{}{}
	}
}

// counts says whether a timer still stands for something. A phone that rings on a switch which is away is not judged: when the
// switch is back, it says itself what came of it. Nor is a caller judged who cannot be heard.
func (f *Floor) counts(t timer) bool {
	switch t.kind {
	case timerPrompt:
		i := f.Interactions[orchestrator.InteractionID(t.id)]
		return i != nil && i.Prompt != "" && i.PromptUntil.Equal(t.at) && (!i.asks() || f.Switches[i.Switch].Up)
	case timerRing:
		o := f.Offers[orchestrator.OfferID(t.id)]
		if o == nil || !o.RingUntil.Equal(t.at) {
			return false
		}
		rings := o.State == orchestrator.OfferDelivering || o.State == orchestrator.OfferAlerting
		return rings && f.reached(f.Interactions[o.Interaction])
	case timerLookup, timerComfort, timerLatest:
		i := f.Interactions[orchestrator.InteractionID(t.id)]
		return i != nil && i.Walk != nil && i.Walk.counts(t, i, f.Switches[i.Switch].Up)
	case timerSeek:
		i := f.Interactions[orchestrator.InteractionID(t.id)]
		return i != nil && i.Seek != "" && i.SeekUntil.Equal(t.at) && !i.Gone
	case timerWiden:
		i := f.Interactions[orchestrator.InteractionID(t.id)]
		return i != nil && i.inLine() && i.Widen.Equal(t.at) && (i.State == orchestrator.ItemQueued || f.pool.Plan(i.Queue).Exit(i.Step) == "")
	case timerCode:
		c := f.CodeCalls[orchestrator.InteractionID(t.id)]
		return c != nil && c.Task != "" && c.Until.Equal(t.at)
	case timerBehind:
		return f.nextBehind(orchestrator.QueueID(t.id)) != nil
	case timerLend:
		return f.lendAt.Equal(t.at)
	case timerTold, timerReach, timerDue:
		return f.countsReach(t)
	case timerMissed:
		s := f.Switches[t.id]
		return s != nil && !s.Up && s.Missed.IsZero() && f.missedAt(s).Equal(t.at)
	case timerWrap:
		o := f.Offers[orchestrator.OfferID(t.id)]
		return o != nil && o.State == orchestrator.OfferWrapping && o.WrapUntil.Equal(t.at)
	default:
		a := f.Agents[orchestrator.AgentID(t.id)]
		return a != nil && a.CoolUntil.Equal(t.at)
	}
}
