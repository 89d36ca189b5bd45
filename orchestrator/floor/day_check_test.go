package floor

import (
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
	"tandem/orchestrator/routing"
)

// check holds the floor against itself and against the world.
func (d *day) check() {
	if d.r.IntN(40) == 0 {
		d.checkFold()
	}
	up := d.floor.Switches["s"].Up
	holds := map[orchestrator.OfferID]bool{}
	lines := map[orchestrator.AgentID]orchestrator.OfferID{}
	for _, o := range d.floor.Offers {
		if other, ok := lines[o.Agent]; ok && o.Leg != "" {
			d.fail("agent %s has both %s and %s", o.Agent, o.ID, other)
		}
		if o.Leg != "" {
			lines[o.Agent] = o.ID
		}
		holds[o.ID] = true
		if !slices.Contains(d.floor.Agents[o.Agent].Offers, o.ID) {
			d.fail("%s names agent %s, who holds %q", o.ID, o.Agent, d.floor.Agents[o.Agent].Offers)
		}
		if !slices.Contains(d.floor.Interactions[o.Interaction].Offers, o.ID) {
			d.fail("%s is not known to %s", o.ID, o.Interaction)
		}
		rings := o.State == orchestrator.OfferDelivering || o.State == orchestrator.OfferAlerting
		if rings && up && d.now.After(o.RingUntil) {
			d.fail("%s rings past its time", o.ID)
		}
		if o.State == orchestrator.OfferWrapping && d.now.After(o.WrapUntil) && !d.down {
			d.fail("%s wraps up past its time", o.ID)
		}
	}
	d.checkAgents(holds)
	d.checkWalks()
	if up {
		d.checkWaiting()
	}
	d.checkRooms()
	d.checkSurveys()
	d.checkBookings()
}

func (d *day) checkAgents(holds map[orchestrator.OfferID]bool) {
	for _, a := range d.floor.Agents {
		d.checkLent(a)
		for _, id := range a.Offers {
			if !holds[id] {
				d.fail("agent %s holds %s, which does not exist", a.ID, id)
			}
		}
		c, load := capacityOf(a.Capacity), d.floor.load(a)
		total := 0
		for m, n := range load {
			total += n
			if n > c.Slots[m] && n > 0 {
				d.fail("agent %s has %d of %s in hand, %d is the most", a.ID, n, routing.Media(m), c.Slots[m])
			}
		}
		if c.Total > 0 && total > c.Total {
			d.fail("agent %s has %d in hand, %d is the most", a.ID, total, c.Total)
		}
	}
}

// checkWaiting: nobody waits while an able agent is free, nor longer in a ring than it lasts.
func (d *day) checkWaiting() {
	for _, i := range d.floor.Interactions {
		if i.State != orchestrator.ItemQueued || i.Away || i.Gone || i.Callback != nil && !d.floor.reachable(i) {
			continue
		}
		if !i.Widen.IsZero() && d.now.After(i.Widen) && !d.down && !d.overdue() {
			d.fail("%s stays in its step", i.ID)
		}
		for _, a := range d.floor.Agents {
			if d.floor.open(a, d.now).Has(i.Media()) && able(a, i) && !d.coolsNow(a) {
				d.fail("%s waits while %s is free", i.ID, a.ID)
			}
		}
	}
}

// able says whether the plan lets an agent take an item, as the day's plans are.
func able(a *Agent, i *Interaction) bool {
	if i.Only != "" {
		return a.ID == i.Only
	}
	return (slices.Contains(a.Queues, i.Queue) || a.Loan.To == i.Queue) && (i.Queue != "sales" || i.Step != 1 || len(a.Skills) > 0)
}

// overdue: a Tick is due at this very moment and comes next.
func (d *day) overdue() bool {
	due := d.floor.Deadline()
	return !due.IsZero() && !due.After(d.now)
}

// coolsNow: the Tick at the end of a cooling down is due at this very moment and comes next.
func (d *day) coolsNow(a *Agent) bool {
	return a.CoolUntil.Equal(d.now) || d.down
}

// checkRooms: in the world, a room never holds more than one customer and one agent.
func (d *day) checkRooms() {
	if d.down {
		return
	}
	customers, agents := map[media.RoomID]int{}, map[media.RoomID]int{}
	for _, l := range d.legs {
		if j, ok := l.want.Base.(media.Join); ok {
			if l.endpoint == "" {
				customers[j.Room]++
			} else {
				agents[j.Room]++
			}
			if customers[j.Room] > 1 || agents[j.Room] > 1 {
				d.fail("room %s is crowded", j.Room)
			}
		}
	}
}

// checkSurveys: after the talk a customer is asked or thanked, or goes; nobody is asked within earshot of an agent.
func (d *day) checkSurveys() {
	for _, i := range d.floor.Interactions {
		l := d.legs[i.Leg]
		if i.Gone || i.Away || !i.talked() || l == nil || d.down || l.Away {
			continue
		}
		_, wants := d.floor.Wants(i.ID)
		want := wants[i.Leg]
		if _, drops := want.Base.(media.Drop); drops == (want.Task.ID != "") {
			d.fail("%s has talked and is told %+v", i.ID, want)
		}
		if alarm := d.floor.Deadline(); i.Prompt != "" && d.now.After(i.PromptUntil) && (alarm.IsZero() || alarm.After(i.PromptUntil)) {
			d.fail("%s hears a question for ever", i.ID)
		}
		if _, joined := l.want.Base.(media.Join); joined {
			d.fail("%s has talked and is still in a room", i.ID)
		}
	}
}

// checkGhosts: after a comparison with the switch, nothing is believed to live that does not.
func (d *day) checkGhosts() {
	for _, i := range d.floor.Interactions {
		if !i.Gone && i.Leg != "" && d.legs[i.Leg] == nil && (i.Channel == "" || d.dialled[i.Leg]) {
			d.fail("%s is a ghost: the switch does not have %s", i.ID, i.Leg)
		}
	}
	for _, o := range d.floor.Offers {
		l := d.legs[o.Leg]
		if !o.LegGone && l == nil && d.dialled[o.Leg] {
			d.fail("%s is a ghost: the switch does not have %s", o.ID, o.Leg)
		}
		if l != nil && !l.Answered.IsZero() && (o.State == orchestrator.OfferDelivering || o.State == orchestrator.OfferAlerting) {
			d.fail("%s was answered in the gap and still counts as ringing", o.ID)
		}
	}
}

// checkFact: each thing ends once, keeps its place, and blames nobody for what was not theirs.
func (d *day) checkFact(e fact.Entry) {
	d.checkSecrets(e)
	d.checkLoan(e)
	d.checkCallback(e)
	switch x := e.Fact.(type) {
	case fact.OfferEnded:
		if x.State == orchestrator.OfferNoAnswer && !d.happened["text "+string(x.Offer)] {
			l := d.legs[d.legOf(x.Offer)]
			underway := d.now.Sub(d.ended[d.legOf(x.Offer)]) <= slowest // its end is on the way to us
			if l != nil && !l.Answered.IsZero() || l == nil && !underway {
				d.fail("%s is booked as no answer, but the phone did not ring on unanswered", x.Offer)
			}
		}
		d.once("offer", string(x.Offer))
	case fact.TalkEnded:
		d.once("offer", string(x.Offer))
	case fact.ItemEnded:
		d.once("item", string(e.About))
	case fact.ItemQueued:
		if x.From != "" { // led over by its plan, with its place
			if !d.happened["queued "+string(e.About)] {
				d.fail("%s is led over from %s, where it never was", e.About, x.From)
			}
			return
		}
		d.once("queued", string(e.About))
	case fact.CallbackWaits:
		delete(d.happened, "queued "+string(e.About))
	case fact.QueueLeft:
		delete(d.happened, "queued "+string(e.About))
	case fact.InteractionEnded:
		d.once("interaction", string(e.About))
	case fact.SurveyAsked:
		if i := d.floor.Interactions[e.About]; i.Gone || i.rated() {
			d.fail("%s is asked for a rating, but is gone or has given one", e.About)
		}
	case fact.SurveyAnswered:
		d.once("rating", string(e.About))
		if x.Score < fact.MinScore || x.Score > fact.MaxScore {
			d.fail("%s is rated %d", e.About, x.Score)
		}
	case fact.OfferMade:
		d.happened["text "+string(x.Offer)] = x.Leg == ""
		d.checkOrder(e.About, x)
	}
}

func (d *day) legOf(offer orchestrator.OfferID) media.LegID {
	return media.LegID("d-" + string(offer))
}

// once fails when a thing of a kind ends a second time.
func (d *day) once(kind, id string) {
	key := kind + " " + id
	if d.happened[key] {
		d.fail("%s ended or began twice", key)
	}
	d.happened[key] = true
}

// checkOrder: within a queue, nobody is offered before somebody who came earlier; and nobody is offered whom we cannot reach.
func (d *day) checkOrder(id orchestrator.InteractionID, x fact.OfferMade) {
	mine := d.floor.Interactions[id]
	if l := d.legs[mine.Leg]; !mine.lineless() && d.down || l != nil && l.Away {
		d.fail("%s is offered, but the line is away or the caller is in the fallback", id)
	}
	for _, i := range d.floor.Interactions {
		if i.Queue == x.Queue && i.Media() == mine.Media() && d.floor.waits(i) && able(d.floor.Agents[x.Agent], i) && i.Since.Add(-i.Ahead).Before(mine.Since.Add(-mine.Ahead)) {
			d.fail("%s is offered before %s, who came earlier", id, i.ID)
		}
	}
}

// checkNight: when all have gone home, no call, no offer and no leg is left.
func (d *day) checkNight() {
	d.checkFold()
	if len(d.floor.Interactions) != 0 || len(d.floor.Offers) != 0 || len(d.legs) != 0 || len(d.floor.Strays) != 0 {
		d.fail("at night %d interactions, %d offers, %d legs and %d strays are left",
			len(d.floor.Interactions), len(d.floor.Offers), len(d.legs), len(d.floor.Strays))
	}
}
