package floor

import (
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// checkFact: the loss of a switch ends nothing of the other but what is at its phones, and nobody is offered whom nobody reaches.
func (d *pairDay) checkFact(in Input, e fact.Entry) {
	switch x := e.Fact.(type) {
	case fact.OfferMade:
		h := d.sets[string(x.Agent)]
		if h.home.down || d.sides[d.floor.Interactions[e.About].Switch].down {
			d.fail("%s is offered to %s over a line that is away", e.About, x.Agent)
		}
	case fact.ItemEnded, fact.InteractionEnded, fact.OfferEnded, fact.TalkEnded:
		ev, ok := in.(media.Event)
		if !ok || ev.Kind != media.Up && ev.Kind != media.Down {
			return
		}
		i := d.floor.Interactions[e.About]
		if i == nil || i.Switch == ev.Switch {
			return
		}
		if agent := d.floor.whose(e.Fact); agent == "" || d.sets[string(agent)].home.name != ev.Switch {
			if _, wrapped := e.Fact.(fact.ItemEnded); !wrapped {
				d.fail("%s of %s on %s, by %s of %s", e.Fact.Kind(), e.About, i.Switch, ev.Kind, ev.Switch)
			}
		}
	}
}

// checkLost: whoever is there when a talk is lost while we look is put back in line, and nobody else is.
func (d *pairDay) checkLost(in Input, e fact.Entry, turn []fact.Entry) {
	switch x := e.Fact.(type) {
	case fact.ItemRequeued:
		d.again[e.About] = true
	case fact.OfferConnected:
		delete(d.again, e.About)
	case fact.ItemEnded:
		if d.again[e.About] && x.State == orchestrator.ItemDone {
			d.fail("%s is done while its caller waits", e.About)
		}
	}
	x, ended := e.Fact.(fact.TalkEnded)
	ev, _ := in.(media.Event)
	if !ended {
		return
	}
	i := d.floor.Interactions[e.About]
	lost := x.Why == media.CauseLost && (ev.Kind == media.Gone || ev.Kind == media.Up && ev.Switch != i.Switch) && d.sides[i.Switch].legs[i.Leg] != nil
	back := slices.ContainsFunc(turn, func(o fact.Entry) bool { _, is := o.Fact.(fact.ItemRequeued); return is && o.About == e.About })
	known := ev.Kind == media.Up && ev.Switch == i.Switch // its own switch tells that the leg is gone; what was known of the other decides
	switch {
	case lost && !back:
		d.fail("the talk of %s is lost, and the caller is not put back in line", e.About)
	case back && !lost && !known:
		d.fail("%s is put back in line, and the talk was not lost", e.About)
	case back:
		d.back++
	}
}

// checkCount: who is in line on a switch that is not missed counts as waiting, and nobody else.
func (d *pairDay) checkCount() {
	counted := 0
	for _, i := range d.floor.Interactions {
		if s := d.floor.Switches[i.Switch]; i.inLine() && s.Missed.IsZero() {
			counted++
		}
	}
	if n := d.floor.waiting["support"].size(); n != counted {
		d.fail("%d count as waiting, and %d are in line on switches that are there", n, counted)
	}
}

func (d *pairDay) check() {
	d.checkCount()
	lines := map[orchestrator.AgentID]orchestrator.OfferID{}
	for _, o := range d.floor.Offers {
		if other, two := lines[o.Agent]; two {
			d.fail("agent %s has both %s and %s", o.Agent, o.ID, other)
		}
		lines[o.Agent] = o.ID
		if d.floor.rings(o) && d.now.After(o.RingUntil) && !d.sides[d.floor.Interactions[o.Interaction].Switch].down {
			d.fail("%s rings past its time", o.ID)
		}
	}
	for _, i := range d.floor.Interactions {
		for _, a := range d.floor.Agents {
			if d.floor.waits(i) && d.floor.open(a, d.now).Has(i.Media()) && !a.CoolUntil.Equal(d.now) {
				d.fail("%s waits while %s is free", i.ID, a.ID)
			}
		}
	}
	for _, h := range d.sets { // what is known of a phone is what its home says, while that can be heard
		if h.home.down && d.floor.Phones[h.name] != "" {
			d.fail("the state of %s is known, and its switch is away", h.name)
		}
	}
}

func (d *pairDay) checkNight() {
	d.checkFold()
	if len(d.floor.Interactions)+len(d.floor.Offers)+len(d.floor.Strays)+len(d.sides["a"].legs)+len(d.sides["b"].legs) != 0 {
		d.fail("at night %d interactions, %d offers, %d strays, %d and %d legs are left", len(d.floor.Interactions), len(d.floor.Offers),
			len(d.floor.Strays), len(d.sides["a"].legs), len(d.sides["b"].legs))
	}
}
