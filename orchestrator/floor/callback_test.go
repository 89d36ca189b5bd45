package floor

import (
	"fmt"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// This file is what a simulated day has of callbacks: customers who are called outside, and what must be true of them.

func dayConfig() Config {
	c := Defaults("d")
	c.Dialling = Dialling{
		Trunk: "out", Shown: "7000", Allowed: []string{"555", "!5550139"}, PerHour: 8, PerNumber: 5, RingFor: 20 * time.Second,
		Retry: []time.Duration{time.Minute, 5 * time.Minute},
	}
	return c
}

// promise books a callback over the API, some of them for later.
func (d *day) promise() {
	id := orchestrator.InteractionID("")
	c := OpenCallback{Queue: []orchestrator.QueueID{"sales", "support"}[d.r.IntN(2)], Customer: fact.Person{Number: fmt.Sprintf("55501%02d", d.r.IntN(39))}, Into: &id}
	if d.r.IntN(2) == 0 {
		c.NotBefore = d.now.Add(d.between(0, time.Hour))
	}
	d.insist(func() {
		if d.floor.booking(c.Customer.Number, c.Queue) == nil {
			d.step(Command{Do: c})
		}
		if d.r.IntN(3) == 0 {
			d.impatient(c, 0)
		}
		if i := d.floor.Interactions[id]; i != nil && d.r.IntN(4) == 0 {
			d.after(d.between(0, 10*time.Minute), func() { d.insist(func() { d.takeBack(id) }) })
		}
	})
}

// impatient is a customer who calls in now and then before being called, some while their phone rings, and seldom waits.
func (d *day) impatient(c OpenCallback, calls int) {
	d.after(d.between(0, 10*time.Minute), func() {
		i := d.floor.booking(c.Customer.Number, c.Queue)
		if i == nil || calls == 5 {
			return
		}
		to := map[orchestrator.QueueID]string{"sales": "7000", "support": "7001"}[c.Queue]
		d.callFrom(media.LegID(fmt.Sprintf("in-%s-%d", i.ID, calls)), to, c.Customer.Number, 30*time.Second)
		d.impatient(c, calls+1)
	})
}

// takeBack cancels a callback whose customer was not reached yet.
func (d *day) takeBack(id orchestrator.InteractionID) {
	if i := d.floor.Interactions[id]; i != nil && !i.State.Ended() && i.CallbackState() != orchestrator.CallbackConnected {
		d.step(Command{Do: CancelCallback{Interaction: id, Reason: "not needed"}})
	}
}

// dialOutside rings a customer's phone.
func (d *day) dialOutside(id media.LegID, dial media.Dial) {
	l := &leg{Leg: media.Leg{ID: id, Stamp: dial.Stamp, To: dial.To, Born: d.now}, begun: map[media.TaskID]bool{}}
	for _, other := range d.legs {
		if other.To == dial.To || other.From != "" && other.From+"@out" == dial.To {
			d.fail("%s is called on %s while it still is on %s", dial.To, id, other.ID)
		}
	}
	d.legs[id] = l
	if number, _, _ := strings.Cut(dial.To, "@"); d.r.IntN(4) == 0 && !d.night { // who calls in at that very moment
		d.after(d.between(0, 10*time.Second), func() { d.callFrom("at-"+id, fmt.Sprint(7000+d.r.IntN(2)), number, time.Minute) })
	}
	wait := d.between(time.Second, 25*time.Second)
	switch d.r.IntN(6) {
	case 0:
		d.after(wait, func() { d.end(id, media.CauseBusy, 486) })
	case 1: // nobody is there
	case 2:
		d.after(wait/100, func() { d.end(id, media.CauseUnreachable, 404) })
	default:
		d.after(wait, func() {
			if d.legs[id] == l {
				l.Answered = d.now
				d.tell(media.Event{Kind: media.Answered, Leg: id})
				d.after(d.between(time.Second, 3*time.Minute), func() { d.end(id, media.CauseHangup, 0) })
			}
		})
	}
}

// checkCallback: a callback stands in the place of the call before it, and in its own ever after; nobody is called whom we may not call,
// nor more often than was to be tried, nor while they still are on the line to us.
func (d *day) checkCallback(e fact.Entry) {
	i := d.floor.Interactions[e.About]
	switch x := e.Fact.(type) {
	case fact.InteractionArrived:
		d.numbers[e.About] = x.Who.Number
	case fact.InteractionOpened:
		d.numbers[e.About] = x.Who.Number
	case fact.ItemQueued:
		if old, known := d.since[x.Kept]; known && x.Since.After(old) {
			d.fail("%s has the place of %s, which is since %s, but counts from %s", e.About, x.Kept, old, x.Since)
		}
		if old, again := d.since[e.About]; again && i != nil && i.Callback != nil && !old.Equal(x.Since) {
			d.fail("%s comes back into line and counts from %s, not from %s", e.About, x.Since, old)
		}
		d.since[e.About] = x.Since
	case fact.CustomerCalledIn:
		delete(d.happened, "queued "+string(e.About))
	case fact.ItemEnded:
		if x.State == orchestrator.ItemCanceled && x.Reason == orchestrator.Superseded && !d.servedElse(e.About) {
			d.fail("%s is superseded, but nobody has served its customer", e.About)
		}
	case fact.CustomerDialled:
		d.once("dial", string(x.Leg))
		if x.Attempt > 1+len(dayConfig().Dialling.Retry) {
			d.fail("%s is tried for the %dth time", e.About, x.Attempt)
		}
		if i != nil && !dayConfig().Dialling.Allows(i.Who.Number) {
			d.fail("%s calls %s, whom it may not call", e.About, i.Who.Number)
		}
	case fact.OfferMade:
		if before := d.floor.Interactions[i.Previous]; i.Callback != nil && before != nil && !before.Gone {
			d.fail("%s is offered while its customer is still on the line as %s", e.About, before.ID)
		}
	case fact.CustomerMissed:
		d.once("missed", string(x.Leg))
	}
}

// servedElse says whether an agent talks with the customer of a callback, or another callback has taken its place.
func (d *day) servedElse(callback orchestrator.InteractionID) bool {
	for _, i := range d.floor.Interactions {
		if d.numbers[i.ID] == d.numbers[callback] && (i.State == orchestrator.ItemAssigned || i.State == orchestrator.ItemConverted && i.Reason == "callback") {
			return true
		}
		if i.Who.Number == d.numbers[callback] && i.Callback != nil && !i.State.Ended() { // booked by a caller of another number, who keyed this one in
			return true
		}
	}
	return false
}

// checkBookings: one live callback for a number and a queue, and never beside a call of that number in that line.
func (d *day) checkBookings() {
	seen := map[string]orchestrator.InteractionID{}
	for id, i := range d.floor.Interactions {
		if i.Callback == nil || i.State.Ended() || i.CallbackState() == orchestrator.CallbackConnected {
			continue
		}
		if by := d.floor.Interactions[i.Callback.Caller]; i.Callback.OnLine && (by == nil || by.Gone || by.State == orchestrator.ItemAssigned) {
			d.fail("%s waits for what comes of %s, which is over or is served", id, i.Callback.Caller)
		}
		key := i.Who.Number + " " + string(i.Callback.Place.Queue)
		if other := seen[key]; other != "" {
			d.fail("%s and %s are callbacks for one number in one queue", id, other)
		}
		seen[key] = id
		if up := d.floor.Switches["s"].Up; up && i.dialling() && i.Callback.GivenUp == "" && d.now.After(i.Callback.Until) && !d.overdue() {
			d.fail("%s rings past its time", id)
		}
		if i.State == orchestrator.ItemNew && !i.Callback.OnLine && d.now.After(i.Callback.Due) && !d.overdue() && !d.down {
			d.fail("%s is forgotten since %s", id, i.Callback.Due)
		}
	}
}
