package floor

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// This file is how a callback comes into line when its time has come.

// comeDue brings a callback whose time has come into line, and those that only the centre's hours and limits have held back, all in the order
// of their places: whose timer comes first must not decide who is called first.
func (f *Floor) comeDue(i *Interaction) {
	at := heldSpot(i)
	f.admit(func(held spot) bool { return held.compare(at) < 0 })
	f.callbackDue(i)
	f.admit(func(spot) bool { return true })
}

// admit brings those who are held back into line, the first places first, as long as one more may be called. None of them stays held back:
// the centre is open and has room.
func (f *Floor) admit(wanted func(spot) bool) {
	for !f.shut() && !f.crowded() {
		first, some := f.held.first()
		if !some || !wanted(first) {
			return
		}
		f.callbackDue(f.Interactions[first.id])
	}
}

func heldSpot(i *Interaction) spot {
	return spot{i.Callback.Place.Since.Add(-i.Callback.Place.Ahead).UnixNano(), i.ID}
}

// settleDue notes whether a callback is in line and will be called, or is held back by the centre's hours or its limit alone: thousands may be
// promised, and the limit is asked for each of them.
func (f *Floor) settleDue(i *Interaction) {
	c := i.Callback
	if i.inLine() && i.Leg == "" {
		f.ready[i.ID] = struct{}{}
	} else {
		delete(f.ready, i.ID)
	}
	if i.State == orchestrator.ItemNew && !c.OnLine && (c.Why == fact.StopClosed || c.Why == fact.StopHourly) {
		f.held.put(heldSpot(i))
	} else {
		f.held.remove(i.ID)
	}
}

// turn is after what time it is worth to look again at one that the limit of the hour holds back: those in older places come first, and who
// is looked at takes them along. It is a part of what their calls take, since some of them may be taken back.
func (f *Floor) turn(i *Interaction) time.Duration {
	most := f.cfg.Dialling.PerHour
	if most <= 0 {
		return 0
	}
	return min(time.Duration(f.held.before(heldSpot(i)))*hourly/time.Duration(most)/4, lookLate)
}

// callbackDue puts a callback into its place in line, or lets it wait on when nobody may be called now.
func (f *Floor) callbackDue(i *Interaction) {
	if !f.mayDial(i.Who.Number) {
		f.endCallback(i, orchestrator.ItemExpired, "not_allowed")
		return
	}
	until, why := f.heldBack(i.Who.Number)
	if why == "" && f.crowded() {
		until, why = f.now.Add(lookAgain), fact.StopHourly
	}
	if why == fact.StopHourly {
		if turn := f.now.Add(f.turn(i)); turn.After(until) {
			until = turn
		}
	}
	if why != "" {
		f.emit(i.ID, fact.CallbackWaits{Until: until, Why: why})
		return
	}
	x, c := f.queued(i, i.Queue), i.Callback
	if c.Kept {
		f.stand(&x, i, c.Place)
		x.Kept = i.Previous
	}
	x.Since = c.Place.Since
	f.given(&x, i.ID)
	f.emit(i.ID, x)
}
