package floor

import (
	"fmt"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/media"
)

// This file is how a caller goes on over a chat: a link is texted, and whoever opens an item with it takes the place that the caller had.

// movedOn is the reason of a call whose place was taken by another interaction of the same customer.
const movedOn = "moved"

// offerChat texts a link to a caller who has been in a line, once a call, and keeps the place for who comes by it.
func (f *Floor) offerChat(i *Interaction, d flow.Invite) flow.Go {
	if p, there := f.Places[i.ID]; there && !p.Until.Before(f.now) {
		return flow.Go{To: d.Next, Via: flow.ViaOffered}
	}
	p, ok := i.gave()
	if !ok || f.cfg.ChatFor == 0 || i.Who.Number == "" || f.cfg.Mobile != nil && !f.cfg.Mobile(i.Who.Number) {
		return flow.Go{To: d.Otherwise, Via: flow.ViaNoChat}
	}
	p.Until = f.now.Add(f.cfg.ChatFor)
	f.emit(i.ID, p)
	f.emit(i.ID, fact.ChatOffered{Until: p.Until, Who: fact.Person{Text: d.Text}})
	return flow.Go{To: d.Next}
}

// claim looks whether the place that an item is to have can be taken, and gives the item what goes with it.
func (f *Floor) claim(c *OpenItem) error {
	kept, there := f.Places[c.Previous]
	i := f.Interactions[c.Previous]
	switch {
	case !there || kept.Until.Before(f.now):
		return &orchestrator.Error{Kind: orchestrator.Conflict, Field: "place",
			Say: "this place was taken already, by a chat or for a callback, its time is over, or an agent has answered the call; open the item with a queue, and it waits from now on"}
	case i != nil && !i.Gone && i.State != orchestrator.ItemNew && !i.inLine() && !i.State.Ended():
		return &orchestrator.Error{Kind: orchestrator.Conflict, Field: "place", Say: fmt.Sprintf("an agent has interaction %s already", c.Previous)}
	}
	if c.Queue == "" && c.Table == "" {
		c.Queue = kept.Queue
	}
	if c.Queue == kept.Queue {
		c.Need = kept.Need
	}
	return nil
}

// moveOn ends a call whose place is taken by another interaction.
func (f *Floor) moveOn(i *Interaction) {
	if i == nil || i.Gone || i.State != orchestrator.ItemNew && !i.inLine() {
		return
	}
	x := fact.ItemEnded{Queue: i.Queue, State: orchestrator.ItemFlowedOut, Reason: movedOn, Wait: f.waited(i)}
	if !i.inLine() {
		x.Queue, x.Wait = i.Walk.Left, i.Walk.Waited
	}
	f.withdraw(i, orchestrator.OfferRescinded, fact.BySwitch, media.CauseNone, false)
	f.emit(i.ID, x)
}
