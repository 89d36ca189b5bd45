package floor

import (
	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
)

// This file is how the place of one interaction in a line passes on to another: of a caller who does not want to hold the line to the
// promised call, or to the conversation on another channel. Whoever gives it up writes PlaceKept; whoever opens the other one names
// the old one as Previous. The new one counts from the old one's enqueue time.

// place is where an interaction stands in line.
func (i *Interaction) place() fact.PlaceKept {
	return fact.PlaceKept{Queue: i.Queue, Since: i.Since, Ahead: i.Ahead, Step: i.Step, Priority: i.Priority, Need: i.Need}
}

// gave is the place of a call in line, or the one that it was led out of last; false for one that was never in line.
func (i *Interaction) gave() (fact.PlaceKept, bool) {
	switch {
	case i.inLine():
		return i.place(), true
	case i.Walk != nil && i.Walk.Left != "":
		return i.Walk.Place, true
	}
	return fact.PlaceKept{}, false
}

// takePlace puts an item that is about to enter a line into the place that was kept for it. In the line of another queue only the time
// counts that it has waited, and what was gained by it.
func (f *Floor) takePlace(x *fact.ItemQueued, i *Interaction) {
	kept, ok := f.Places[i.Previous]
	if !ok || kept.Until.Before(f.now) {
		return
	}
	f.stand(x, i, kept)
	x.Kept = i.Previous
}

// stand gives an item that is about to enter a line a place in it.
func (f *Floor) stand(x *fact.ItemQueued, i *Interaction, place fact.PlaceKept) {
	old := f.Queues[place.Queue]
	x.Since = place.Since
	if p := f.pool.Plan(x.Queue); place.Queue == x.Queue {
		w := routing.Walk{Step: min(place.Step, max(len(p.Steps)-1, 0)), Entered: f.now}
		x.Ahead, x.Step, x.Widen, x.Only = place.Ahead, w.Step, p.Until(w), ""
		return
	}
	x.Ahead += place.Ahead - routing.HeadStart(old.Priority+place.Priority, old.Target)
}

// rootOf is the first interaction of the chain that one belongs to; "" for none.
func (f *Floor) rootOf(id orchestrator.InteractionID) orchestrator.InteractionID {
	if i := f.Interactions[id]; i != nil && i.Root != "" {
		return i.Root
	}
	return id
}

// applyPlace keeps a place, and forgets those whose time is over.
func (f *Floor) applyPlace(e fact.Entry, x fact.PlaceKept) {
	for id, p := range f.Places {
		if p.Until.Before(e.At) {
			delete(f.Places, id)
		}
	}
	f.Places[e.About] = x
}
