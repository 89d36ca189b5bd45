package floor

import (
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

func (d *pairDay) check() {
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
