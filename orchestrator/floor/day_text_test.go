package floor

import (
	"fmt"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// This file is the customers of a simulated day who write, and the agents at their screens.

// write opens an item of some channel; while Tandem is away, its client tries again with the same key.
func (d *day) write() {
	channel := []orchestrator.Channel{"chat", "chat", "email", "sms", "social", "ticket", "callback"}[d.r.IntN(7)]
	queue := []orchestrator.QueueID{"sales", "support"}[d.r.IntN(2)]
	d.keys++
	id := orchestrator.InteractionID("")
	c := Command{Key: fmt.Sprintf("w%d", d.keys), Hash: "h", Do: OpenItem{
		Channel: channel, Queue: queue, Customer: fact.Person{Number: "5550107"}, Subject: "parcel 4711",
		Attributes: map[string]string{"tier": "gold"}, Priority: d.r.IntN(3), Into: &id,
	}}
	d.insist(func() {
		d.step(c)
		if first := id; d.r.IntN(4) == 0 && !d.down { // the answer was lost, and the client asks again
			d.step(c)
			if id != first {
				d.fail("the same key opened %s and then %s", first, id)
			}
		}
	})
}

// insist does something as soon as Tandem can be reached.
func (d *day) insist(do func()) {
	if d.down {
		d.after(5*time.Second, func() { d.insist(do) })
		return
	}
	do()
}

// answer lets agents do what agents do about the items that they are offered and the work that they have.
func (d *day) answer(facts []fact.Entry) {
	for _, e := range facts {
		switch x := e.Fact.(type) {
		case fact.OfferMade:
			if x.Leg == "" {
				d.answers(x.Offer)
			}
		case fact.OfferConnected:
			if d.happened["text "+string(x.Offer)] {
				d.after(d.between(5*time.Second, 5*time.Minute), func() { d.insist(func() { d.completes(x.Offer) }) })
			}
		}
	}
}

func (d *day) answers(offer orchestrator.OfferID) {
	wait := d.between(time.Second, 25*time.Second)
	do := []any{nil, RejectOffer{offer}, AcceptOffer{offer}, AcceptOffer{offer}, AcceptOffer{offer}}[d.r.IntN(5)]
	if do == nil {
		return // did not look
	}
	d.after(wait, func() {
		d.insist(func() {
			if o := d.floor.Offers[offer]; o != nil && o.State == orchestrator.OfferDelivering {
				d.step(Command{Do: do})
			}
		})
	})
}

func (d *day) completes(offer orchestrator.OfferID) {
	o := d.floor.Offers[offer]
	switch {
	case o == nil:
	case o.State == orchestrator.OfferConnected && d.r.IntN(2) == 0: // after-call work, until its time is over
		d.step(Command{Do: CompleteOffer{Offer: offer}})
	default:
		d.step(Command{Do: CompleteOffer{Offer: offer, Disposition: "solved"}})
	}
}

// cancelAll takes back in the night what nobody has taken.
func (d *day) cancelAll() {
	for id, i := range d.floor.Interactions {
		if i.Callback != nil {
			d.takeBack(id)
			continue
		}
		if i.Channel != "" && i.inLine() {
			d.step(Command{Do: CancelItem{Interaction: id, Reason: "closed"}})
		}
	}
}
