package floor

import (
	"cmp"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// This file is what becomes of a callback whose customer calls in. Who waits in line has its place, and the callback waits for what comes of
// that call: a talk supersedes it, and after a caller who hangs up, or whose number was forged, it stands as it stood before. Nobody is
// called while they are on the line to us.

// known is what the floor has of one number: both in the order of their ids, so that the same state always does the same things.
type known struct {
	lines     []orchestrator.InteractionID // with a leg of that number
	callbacks []orchestrator.InteractionID // live ones
}

// of is what is known of a number; nil for nothing. A caller who withholds it is nobody that could be called.
func (f *Floor) of(number string) *known {
	if number == "" {
		return nil
	}
	return f.numbers[f.spelt(number)]
}

// note writes an interaction down in one of the lists of a number.
func (f *Floor) note(number string, list func(*known) *[]orchestrator.InteractionID, id orchestrator.InteractionID) {
	if number == "" {
		return
	}
	key := f.spelt(number)
	k := f.numbers[key]
	if k == nil {
		k = &known{}
		f.numbers[key] = k
	}
	in := list(k)
	*in = insertID(*in, id)
}

func insertID(in []orchestrator.InteractionID, id orchestrator.InteractionID) []orchestrator.InteractionID {
	at, there := slices.BinarySearchFunc(in, id, orchestrator.CompareIDs)
	if there {
		return in
	}
	return slices.Insert(in, at, id)
}

func removeID(in []orchestrator.InteractionID, id orchestrator.InteractionID) []orchestrator.InteractionID {
	at, there := slices.BinarySearchFunc(in, id, orchestrator.CompareIDs)
	if !there {
		return in
	}
	return slices.Delete(in, at, at+1)
}

// forget takes an interaction out of such a list.
func (f *Floor) forget(number string, list func(*known) *[]orchestrator.InteractionID, id orchestrator.InteractionID) {
	k := f.of(number)
	if k == nil {
		return
	}
	in := list(k)
	*in = removeID(*in, id)
	if len(k.lines)+len(k.callbacks) == 0 {
		delete(f.numbers, f.spelt(number))
	}
}

func onLines(k *known) *[]orchestrator.InteractionID     { return &k.lines }
func inCallbacks(k *known) *[]orchestrator.InteractionID { return &k.callbacks }

// recallNumbers finds out anew what is known of each number.
func (f *Floor) recallNumbers() {
	f.booked, f.numbers, f.barred = nil, map[string]*known{}, map[string]bool{}
	for number := range f.Forbidden {
		f.barred[f.spelt(number)] = true
	}
	for n, c := range f.Dialled {
		f.Dialled[n].spelt = f.spelt(c.Number)
	}
	for _, i := range f.Interactions {
		if !i.Gone && i.Leg != "" {
			f.note(i.Who.Number, onLines, i.ID)
		}
		if i.Callback != nil && !i.State.Ended() {
			f.promise(i)
		}
	}
}

// cameOn: somebody is on the line from now on, and their callbacks wait.
func (f *Floor) cameOn(i *Interaction) {
	f.note(i.Who.Number, onLines, i.ID)
	f.settleCallbacks(i.Who.Number)
}

// wentOff: a leg of somebody is over, and they can be called again.
func (f *Floor) wentOff(i *Interaction) {
	f.forget(i.Who.Number, onLines, i.ID)
	f.settleCallbacks(i.Who.Number)
}

func (f *Floor) settleCallbacks(number string) {
	if k := f.of(number); k != nil {
		for _, id := range k.callbacks {
			f.settle(f.Interactions[id])
		}
	}
}

// reachable says whether the customer of a callback may be called: not while an earlier attempt or any other call of the number is on a
// line, nor while the call is from which the callback comes. What was on a switch that is configured no more is over.
func (f *Floor) reachable(i *Interaction) bool {
	if before := f.Interactions[i.Previous]; i.Leg != "" || before != nil && !before.Gone {
		return false
	}
	k := f.of(i.Who.Number)
	return k == nil || !slices.ContainsFunc(k.lines, func(id orchestrator.InteractionID) bool { return f.configured(f.Interactions[id].Switch) })
}

// promised are the live callbacks of a number whose customers were not reached yet.
func (f *Floor) promised(number string) (out []*Interaction) {
	if k := f.of(number); k != nil {
		for _, id := range k.callbacks {
			if i := f.Interactions[id]; !i.State.Ended() && i.CallbackState() != orchestrator.CallbackConnected {
				out = append(out, i)
			}
		}
	}
	return out
}

// takeOver gives a caller who is about to enter a line the place of the callback that they have in it, which waits for what comes of the
// call. An agent who was to talk with them then is free, and their phone stops ringing; that attempt does not count.
func (f *Floor) takeOver(x *fact.ItemQueued, i *Interaction) {
	if i.Channel != "" {
		return
	}
	promised := f.booking(i.Who.Number, x.Queue)
	if promised == nil {
		return
	}
	c := promised.Callback
	if !c.OnLine {
		f.withdraw(promised, orchestrator.OfferRescinded, fact.BySwitch, media.CauseNone, false)
		f.emit(promised.ID, fact.CustomerCalledIn{By: i.ID})
		if promised.dialling() {
			f.emit(promised.ID, fact.CustomerGivenUp{Leg: promised.Leg, Why: cmp.Or(c.GivenUp, media.CauseHangup), Spared: true})
		}
	}
	if c.Caller == i.ID && c.Place.Since.Before(x.Since) {
		x.Since, x.Kept = c.Place.Since, promised.ID
	}
}

// served ends the callbacks that a talk makes needless: those that waited for this call, and one of the same number in the same line.
func (f *Floor) served(i *Interaction, queue orchestrator.QueueID) {
	for _, promised := range f.promised(i.Who.Number) {
		if c := promised.Callback; c.OnLine && c.Caller == i.ID || !c.OnLine && c.Place.Queue == queue {
			f.endCallback(promised, orchestrator.ItemCanceled, orchestrator.Superseded)
		}
	}
}

// placeTaken ends the callbacks whose place a call has taken on with it: to a callback of another number, or to a chat. But is the one that is
// to stay.
func (f *Floor) placeTaken(caller, but orchestrator.InteractionID) {
	for _, id := range slices.Clone(f.booked) {
		if i := f.Interactions[id]; i.ID != but && i.Callback.Caller == caller && !i.State.Ended() && i.CallbackState() != orchestrator.CallbackConnected {
			f.endCallback(i, orchestrator.ItemCanceled, orchestrator.Superseded)
		}
	}
}

// resumeAfter lets the callbacks stand again that waited for a call which has ended without a talk.
func (f *Floor) resumeAfter(i *Interaction) {
	for _, promised := range f.promised(i.Who.Number) {
		if c := promised.Callback; c.OnLine && c.Caller == i.ID {
			f.resume(promised)
		}
	}
}

// resume brings a callback back to where it was before its customer called in.
func (f *Floor) resume(i *Interaction) {
	f.emit(i.ID, fact.CallbackResumed{By: i.Callback.Caller})
	if f.moveCallback(i) || i.Callback.Due.After(f.now) {
		return
	}
	f.comeDue(i)
}

func (f *Floor) applyCalledIn(e fact.Entry, x fact.CustomerCalledIn) {
	i := f.Interactions[e.About]
	if i.inLine() { // the line has not moved on by that, and nobody is told that it has
		f.waiting[i.Queue].remove(i.ID)
		f.pool.Moved(i.Queue)
	}
	i.State, i.Widen = orchestrator.ItemNew, time.Time{}
	i.Callback.Caller, i.Callback.OnLine = x.By, true
}

func (f *Floor) applyResumed(e fact.Entry) {
	i := f.Interactions[e.About]
	i.Callback.OnLine = false
	f.timers.add(i.Callback.Due, timerDue, string(i.ID))
}
