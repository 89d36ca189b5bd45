package floor

import (
	"fmt"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// Apply lives through one entry. It cannot fail: a fact has already happened. An entry out of order is a broken journal, and
// going on with one would be worse than stopping.
func (f *Floor) Apply(e fact.Entry) {
	if e.Seq != f.Seq+1 {
		panic(fmt.Sprintf("floor: entry %d follows %d; the journal has a gap or a repetition", e.Seq, f.Seq))
	}
	f.Seq, f.At = e.Seq, e.At
	if e.About != "" {
		f.touched[e.About] = struct{}{}
	}
	if x, ok := e.Fact.(fact.OrderRefused); ok {
		f.applyRefused(e.About, x)
		return
	}
	switch x := e.Fact.(type) {
	case fact.QueueDefined:
		f.applyQueue(x)
	case fact.FlowPublished:
		f.applyPublished(x)
	case fact.RulesPublished:
		f.Tables[x.Table] = x
		delete(f.tables, x.Table)
	case fact.AgentDefined:
		f.applyAgent(x)
	case fact.PhoneMade:
		f.applyPhoneMade(x)
	case fact.PhoneRemoved:
		f.Agents[x.Agent].Account = ""
	case fact.PhoneRenewed, fact.TrunkSet, fact.TrunkRemoved: // of no consequence here; the switch has it
	case fact.AgentStatusSet:
		f.applyStatus(x, e.At)
	case fact.PhoneChanged:
		f.applyPhone(x)
	case fact.CommandDone:
		f.applyKey(x, e.At)
	case fact.SwitchUp, fact.SwitchDown, fact.SwitchMissed, fact.StrayFound, fact.StrayGone:
		f.applySwitch(x)
	case fact.SurveyAsked, fact.SurveyInvited, fact.SurveyAnswered:
		f.applySurvey(e)
	case fact.LoanBegun:
		f.applyLoanBegun(x, e.At)
	case fact.LoanEnded:
		f.applyLoanEnded(x)
	case fact.NumberForbidden:
		f.Forbidden[withPlus(x.Who.Number)] = true
		f.barred[f.spelt(x.Who.Number)] = true
	case fact.NumberAllowed:
		delete(f.Forbidden, withPlus(x.Who.Number))
		delete(f.barred, f.spelt(x.Who.Number))
	case fact.DayBegun:
		f.applyDay(x, e.At)
	case fact.PersonErased:
		f.applyErased(x)
	case fact.CustomersSought:
		f.Sought = true
	case fact.RecordingFailed: // of no consequence here; the desk reacts to it
	default:
		if !f.applyCode(e) && !f.applyCallback(e) && !f.applyInteraction(e) && !f.applyOffer(e) && !f.applyWalk(e) {
			panic(fmt.Sprintf("floor: unknown fact %T", e.Fact))
		}
	}
}

func (f *Floor) applyAgent(x fact.AgentDefined) {
	a := f.Agents[x.Agent]
	if a == nil {
		a = &Agent{ID: x.Agent, Status: orchestrator.SignedOut}
		f.Agents[x.Agent] = a
	}
	a.Endpoint, a.Queues, a.Skills, a.Weight, a.Capacity, a.Who = x.Endpoint, x.Queues, x.Skills, x.Weight, x.Capacity, x.Who
	f.settlePhone(a, x.Switch)
}

func (f *Floor) applyStatus(x fact.AgentStatusSet, at time.Time) {
	a := f.Agents[x.Agent]
	f.book(a, at)
	if x.Status == orchestrator.Available && (a.Status != orchestrator.Available || a.NotResponding) {
		a.Idle = at
	}
	a.Status, a.Reason, a.NotResponding = x.Status, x.Reason, false
	if x.Status == orchestrator.Available {
		a.CoolUntil, a.Failures = time.Time{}, 0
	}
	f.stale[a.ID] = struct{}{}
}

func (f *Floor) applyKey(x fact.CommandDone, at time.Time) {
	f.Keys[x.Key] = UsedKey{Hash: x.Hash, About: x.About, At: at}
	f.KeyOrder = append(f.KeyOrder, x.Key)
	for at.Sub(f.Keys[f.KeyOrder[0]].At) > keepKeys {
		delete(f.Keys, f.KeyOrder[0])
		f.KeyOrder = f.KeyOrder[1:]
	}
}

func (f *Floor) applySwitch(x fact.Fact) {
	switch x := x.(type) {
	case fact.SwitchUp:
		f.Switches[x.Switch] = &Switch{Boot: x.Boot, Up: true}
		f.forgetPhones(x.Switch)
		f.repool(x.Switch)
		// Those that came while it was away did not count.
		for _, o := range f.offersOn(x.Switch) {
			f.timers.add(o.RingUntil, timerRing, string(o.ID))
			f.timers.add(o.TellUntil, timerTold, string(o.ID))
		}
		for _, i := range f.InteractionsOn(x.Switch) {
			f.rearm(i)
			f.countAgain(i)
		}
	case fact.SwitchMissed:
		f.applyMissed(x)
	case fact.SwitchDown:
		s := f.Switches[x.Switch]
		s.Up, s.NotYet, s.Since = false, x.NotYet, f.At
		f.timers.add(f.missedAt(s), timerMissed, x.Switch)
		f.forgetPhones(x.Switch)
		f.repool(x.Switch)
	case fact.StrayFound:
		f.Strays[x.Leg] = x.Switch
	case fact.StrayGone:
		delete(f.Strays, x.Leg)
	}
}

func (f *Floor) applyInteraction(e fact.Entry) bool {
	if x, ok := e.Fact.(fact.InteractionOpened); ok {
		f.applyOpened(e, x)
		return true
	}
	if x, ok := e.Fact.(fact.InteractionArrived); ok {
		i := &Interaction{
			ID: e.About, Switch: x.Switch, Leg: x.Leg, To: x.To, Queue: x.Queue, Who: x.Who,
			State: orchestrator.ItemNew, Arrived: e.At, Again: x.Again, Seek: x.Lookup, SeekUntil: x.Until,
		}
		f.timers.add(x.Until, timerSeek, string(i.ID))
		f.Interactions[i.ID] = i
		f.legs[legKey{i.Switch, i.Leg}] = legRef{interaction: i.ID}
		f.cameOn(i)
		return true
	}
	i := f.Interactions[e.About]
	switch x := e.Fact.(type) {
	case fact.PlaceKept:
		f.applyPlace(e, x)
		return true
	case fact.CustomerFound:
		i.applyFound(x)
	case fact.InteractionLeft:
		i.Away = true
		i.endPrompt()
		i.endLookup()
		if i.Walk != nil {
			i.Walk.Extension = "" // it is there now, and is not sent again
		}
	case fact.InteractionReturned:
		i.Away, i.Fallback = false, false
		f.rearm(i)
	case fact.InteractionEnded:
		i.Gone, i.Away = true, false
		i.endPrompt()
		delete(f.legs, legKey{i.Switch, i.Leg})
		f.wentOff(i)
		if next := f.Interactions[i.Next]; next != nil {
			f.settle(next) // now the customer can be called
		}
	case fact.PromptBegun:
		i.Prompt, i.Prompts, i.PromptUntil = x.Task, x.Prompts, x.Until
		f.timers.add(x.Until, timerPrompt, string(i.ID))
		if i.Walk != nil {
			i.Walk.Personal, i.Walk.Asking = x.Who.Text, askingOf(x)
			i.Walk.Next = x.Next
			if x.Place > 0 {
				i.Told, i.Place = Expectation{x.Expect, x.Bound}, x.Place
			}
			f.timers.add(x.Next, timerComfort, string(i.ID))
		}
		if i.Survey != nil {
			i.Survey.Asking = askingOf(x)
		}
	case fact.PromptEnded:
		i.endPrompt()
	case fact.ItemQueued:
		f.applyQueued(i, x, e.At)
	case fact.ItemRequeued:
		f.applyRequeued(i, x, e.At)
	case fact.ItemWidened:
		f.applyStep(i, x)
	case fact.ItemEnded:
		f.applyEnded(e, i, x)
	default:
		return false
	}
	f.settle(i)
	return true
}

func (f *Floor) applyEnded(e fact.Entry, i *Interaction, x fact.ItemEnded) {
	f.outOfLine(i, e.At)
	i.State, i.Reason = x.State, x.Reason
	if x.State == orchestrator.ItemConverted {
		delete(f.Places, i.ID) // whose callback is another one, older and with a place of its own, needs no second place
	}
	if i.Callback != nil {
		f.unbook(i)
	}
}

// settle puts an interaction where it belongs after a change: in line, out of line, or out of the floor.
func (f *Floor) settle(i *Interaction) {
	if f.waits(i) {
		f.pool.Wait(item(i))
	} else {
		f.pool.Leave(i.ID)
	}
	if i.Callback != nil {
		f.settleDue(i)
	}
	if i.over() {
		delete(f.Interactions, i.ID)
	}
}

// free takes an offer off the books once nothing about it is left to do.
func (f *Floor) free(o *Offer, at time.Time) {
	if !o.over() {
		return
	}
	if a := f.Agents[o.Agent]; a != nil {
		a.Offers = slices.DeleteFunc(a.Offers, func(id orchestrator.OfferID) bool { return id == o.ID })
		if len(a.Offers) == 0 {
			a.Back = ""
			if !o.Connected.IsZero() {
				a.Idle = at
			}
		}
		f.stale[a.ID] = struct{}{}
	}
	delete(f.Offers, o.ID)
	delete(f.legs, legKey{f.Interactions[o.Interaction].Switch, o.Leg})
	i := f.Interactions[o.Interaction]
	i.Offers = slices.DeleteFunc(i.Offers, func(id orchestrator.OfferID) bool { return id == o.ID })
}
