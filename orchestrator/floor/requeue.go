package floor

import (
	"time"

	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// This file is what becomes of a caller whose talk was lost by no doing of theirs: the agent's phone vanished, or its switch died. The
// caller hears so and is in line again, in the place from before the talk, which is before all who came later. It is the same on one
// switch and on two.

// LostTalk is the recording that such a caller hears.
const LostTalk = "lost-talk"

// talkLost ends a talk whose agent was lost. A customer who was called back is called no second time for it, and of one who is not with
// us nobody knows whether they still want to talk.
func (f *Floor) talkLost(i *Interaction, o *Offer, estimated bool) {
	if i.Gone || i.Away || i.lineless() || i.Callback != nil {
		f.endTalk(i, o, fact.BySwitch, media.CauseLost, estimated)
		return
	}
	f.talkOver(i, o, fact.BySwitch, media.CauseLost, estimated)
	f.requeue(i, o)
	if f.Queues[o.Queue].WrapUp == 0 {
		f.endWrapUp(i, o, "", fact.Person{})
	}
}

// requeue gives a caller the old place back. The times of the flow's comfort and of the longest wait begin anew.
func (f *Floor) requeue(i *Interaction, o *Offer) {
	x := fact.ItemRequeued{Offer: o.ID, Agent: o.Agent, CoolUntil: f.now.Add(f.cfg.LostCool), ItemQueued: f.queued(i, i.Queue)}
	f.stand(&x.ItemQueued, i, i.place())
	f.given(&x.ItemQueued, i.ID)
	if q, ok := f.treatment(i); ok {
		if q.Every > 0 && q.Comfort(1, 0, f.callOf(i)).Prompts != "" {
			x.Next = f.now.Add(q.Every)
		}
		if q.MaxWait > 0 {
			x.Latest = f.now.Add(q.MaxWait)
		}
	}
	f.emit(i.ID, x)
	word := f.prompt(f.speech(i, LostTalk), f.cfg.GreetingMax)
	word.Next = x.Next
	f.emit(i.ID, word)
}

func (f *Floor) applyRequeued(i *Interaction, x fact.ItemRequeued, at time.Time) {
	if o := f.Offers[x.Offer]; o != nil {
		o.Requeued = true
	}
	if a := f.Agents[x.Agent]; a != nil && !x.CoolUntil.IsZero() {
		a.CoolUntil = x.CoolUntil
		f.timers.add(x.CoolUntil, timerCool, string(a.ID))
		f.stale[a.ID] = struct{}{}
	}
	i.Back = at
	f.applyQueued(i, x.ItemQueued, at)
}
