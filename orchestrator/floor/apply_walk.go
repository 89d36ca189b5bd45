package floor

import (
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/media"
)

func (f *Floor) applyWalk(e fact.Entry) bool {
	i := f.Interactions[e.About]
	switch x := e.Fact.(type) {
	case fact.FlowUnreadable:
		i.Fallback = true
		i.endPrompt()
		i.endLookup()
	case fact.FlowEntered:
		i.Walk = &Walk{Flow: x.Flow, Version: x.Version, Language: x.Language}
	case fact.NodeEntered:
		i.Walk.Node = x.Node
	case fact.RulesApplied:
		i.Priority, i.Need = x.Priority, x.Need
		if x.Row == 0 && i.Walk != nil {
			i.askedAnew()
		}
	case fact.RoutingAsked:
		i.applyAsked(x)
	case fact.LanguageChosen:
		i.Walk.Language = x.Language
	case fact.AttributeSet:
		if i.Attributes == nil {
			i.Attributes = map[string]string{}
		}
		i.Attributes[x.Name] = x.Who.Text
	case fact.LookupBegun:
		i.Walk.Lookup, i.Walk.LookupUntil = x.Lookup, x.Until
		f.timers.add(x.Until, timerLookup, string(i.ID))
	case fact.LookupEnded:
		i.endLookup()
	case fact.QueueLeft:
		i.Walk.Place, i.Walk.Offered = i.place(), x.Via == flow.ViaOverload
		f.outOfLine(i, e.At)
		i.State, i.Since, i.Back = orchestrator.ItemNew, time.Time{}, time.Time{}
		i.askedAnew() // what a decision table or the queue's node asked for is for that line alone
		i.Walk.Left, i.Walk.Waited, i.Walk.Next, i.Walk.Latest = x.Queue, x.Wait, time.Time{}, time.Time{}
		i.endPrompt()
	case fact.CallTransferred:
		i.Walk.Extension = x.Extension
	case fact.SMSAsked, fact.TicketAsked, fact.ChatOffered: // of no consequence here; the desk reacts to them
		return true
	default:
		return false
	}
	f.settle(i)
	return true
}

// applyRefused: a caller who cannot be handed to an extension is hung up on, and not left in silence. That something else was
// refused, such as the music of a moment before, says nothing of the handing over.
func (f *Floor) applyRefused(about orchestrator.InteractionID, x fact.OrderRefused) {
	if i := f.Interactions[about]; i != nil && i.Walk != nil && i.Leg == x.Leg && strings.HasPrefix(x.What, media.LeaveRefused) {
		i.Walk.Extension = ""
	}
}

func (i *Interaction) endPrompt() {
	i.Prompt, i.Prompts, i.PromptUntil = "", "", time.Time{}
	if i.Walk != nil {
		i.Walk.Personal, i.Walk.Asking = "", asking{}
	}
	if i.Survey != nil {
		i.Survey.Asking = asking{}
	}
}

func (i *Interaction) endLookup() {
	if i.Walk != nil {
		i.Walk.Lookup, i.Walk.LookupUntil = "", time.Time{}
	}
}

// rearm sets the deadlines of a walk again, which did not count for a while.
func (f *Floor) rearm(i *Interaction) {
	f.timers.add(i.Widen, timerWiden, string(i.ID))
	f.timers.add(i.SeekUntil, timerSeek, string(i.ID))
	if c := i.Callback; c != nil {
		f.timers.add(c.Due, timerDue, string(i.ID))
		f.timers.add(c.Until, timerReach, string(i.ID))
	}
	if i.asks() {
		f.timers.add(i.PromptUntil, timerPrompt, string(i.ID))
	}
	if i.Walk == nil {
		return
	}
	f.timers.add(i.Walk.LookupUntil, timerLookup, string(i.ID))
	f.timers.add(i.Walk.Next, timerComfort, string(i.ID))
	f.timers.add(i.Walk.Latest, timerLatest, string(i.ID))
}

// counts says whether a deadline of a walk still stands. A caller whose phone of an agent rings is not led elsewhere, and one who
// is out of our hands neither.
func (w *Walk) counts(t timer, i *Interaction, up bool) bool {
	switch {
	case i.Away || i.Gone:
		return false
	case t.kind == timerLookup:
		return w.Lookup != "" && w.LookupUntil.Equal(t.at)
	case t.kind == timerComfort: // while the switch is away nobody hears it; when it is back, the deadline is set again
		return i.inLine() && w.Next.Equal(t.at) && up
	}
	return i.State == orchestrator.ItemQueued && w.Latest.Equal(t.at)
}

// fireWalk does what a deadline of a walk asks for.
func (f *Floor) fireWalk(kind timerKind, i *Interaction) {
	switch kind {
	case timerLookup:
		f.lookedUp(LookedUp{Interaction: i.ID, Lookup: i.Walk.Lookup, Why: "no answer in time"})
	case timerComfort:
		f.comfort(i)
	case timerLatest:
		if q, ok := f.treatment(i); ok {
			f.leaveLine(i, q.TooLong())
		}
	}
}

// applyPublished makes a version the current one and lets go of those that no call is inside any more.
func (f *Floor) applyPublished(x fact.FlowPublished) {
	fl := f.Flows[x.Flow]
	if fl == nil {
		fl = &Flow{Texts: map[int]string{}}
		f.Flows[x.Flow] = fl
	}
	used := map[int]bool{x.Version: true}
	for _, i := range f.Interactions {
		if i.Walk != nil && i.Walk.Flow == x.Flow {
			used[i.Walk.Version] = true
		}
	}
	for version := range fl.Texts {
		if !used[version] {
			delete(fl.Texts, version)
			delete(f.flows, flowKey{x.Flow, version})
		}
	}
	fl.Current, fl.Numbers, fl.Texts[x.Version] = x.Version, x.Numbers, x.Text
	f.leadNumbers()
}

// leadNumbers says which number leads to which flow.
func (f *Floor) leadNumbers() {
	f.dialled = map[string]orchestrator.FlowID{}
	for id, fl := range f.Flows {
		for _, number := range fl.Numbers {
			f.dialled[number] = id
		}
	}
}
