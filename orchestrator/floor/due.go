package floor

import (
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// This file is how a callback comes into line when its time has come.

// comeDue brings a callback whose time has come into line; before it those in older places that only the centre's hours and limits have
// held back: whose timer comes first must not decide who is called first.
func (f *Floor) comeDue(i *Interaction) {
	if !f.crowded() {
		for _, first := range f.heldBefore(i) {
			if _, why := f.heldBack(first.Who.Number); why == "" && !f.crowded() {
				f.callbackDue(first)
			}
		}
	}
	f.callbackDue(i)
}

// heldBefore are the callbacks in older places that wait for the centre's hours or for its limit, in the order of their places.
func (f *Floor) heldBefore(i *Interaction) (out []*Interaction) {
	at := func(i *Interaction) spot {
		return spot{i.Callback.Place.Since.Add(-i.Callback.Place.Ahead).UnixNano(), i.ID}
	}
	for _, id := range f.booked {
		o := f.Interactions[id]
		if c := o.Callback; o.State == orchestrator.ItemNew && !c.OnLine && (c.Why == fact.StopClosed || c.Why == fact.StopHourly) && at(o).compare(at(i)) < 0 {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b *Interaction) int { return at(a).compare(at(b)) })
	return out
}

// callbackDue puts a callback into its place in line, or lets it wait on when nobody may be called now.
func (f *Floor) callbackDue(i *Interaction) {
	if !f.mayDial(i.Who.Number) {
		f.endCallback(i, orchestrator.ItemExpired, "not_allowed")
		return
	}
	if until, why := f.heldBack(i.Who.Number); why != "" {
		f.emit(i.ID, fact.CallbackWaits{Until: until, Why: why})
		return
	}
	if f.crowded() {
		f.emit(i.ID, fact.CallbackWaits{Until: f.now.Add(lookAgain), Why: fact.StopHourly})
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
