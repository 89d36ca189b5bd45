package floor

import (
	"fmt"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
	"tandem/orchestrator/routing"
)

// match offers until no free agent and waiting item fit, and then lends until nothing more is to be lent.
func (f *Floor) match() {
	for f.assign(); f.lend(); {
		f.assign()
	}
}

func (f *Floor) assign() {
	for id := range f.stale {
		f.place(id)
	}
	for {
		it, a, ok := f.pool.Next()
		if !ok {
			return
		}
		offer := orchestrator.OfferID(fmt.Sprintf("o%d", f.Seq+1))
		leg := media.LegID(f.name("o"))
		if f.Interactions[it.ID].lineless() {
			leg = ""
		}
		why := f.pool.Account(it.ID)
		f.emit(it.ID, fact.OfferMade{
			Fit: why.Fit, Free: why.Free, Next: why.Next, By: string(why.By), Lent: why.Lent,
			Offer: offer, Agent: a.ID, Queue: it.Queue, Leg: leg,
			RingUntil: f.now.Add(f.Queues[it.Queue].RingFor),
		})
		f.place(a.ID)
	}
}

// place puts an agent into the pool or takes them out, as they stand now.
func (f *Floor) place(id orchestrator.AgentID) {
	delete(f.stale, id)
	a := f.Agents[id]
	who := routing.Agent{
		ID: a.ID, Queues: a.Queues, Skills: a.Skills, Open: f.open(a, f.now), Idle: a.Idle, Weight: a.Weight, Pace: a.Pace,
		Today: routing.Today{Contacts: a.Today.Contacts, Worked: a.Today.Worked, Free: a.Today.Free, Offered: a.Offered},
		Loan:  a.Loan, Rest: a.Rest, Back: a.Back, Gone: a.gone(),
	}
	if who.Open != 0 {
		f.pool.Free(who)
	} else {
		f.pool.Know(who)
		f.pool.Busy(a.ID)
	}
}

// connect joins agent and customer when the agent has answered an offer that still stands.
func (f *Floor) connect(i *Interaction, o *Offer) {
	if o.State != orchestrator.OfferDelivering && o.State != orchestrator.OfferAlerting {
		return
	}
	if i.Callback != nil {
		f.accepted(i, o)
		return
	}
	f.emit(i.ID, fact.OfferConnected{
		Offer: o.ID, Agent: o.Agent, Queue: o.Queue, Wait: f.waited(i),
		Room: media.RoomID(f.name("r")), Tape: f.tape(i),
	})
	f.served(i, o.Queue)
}

// tape names a tape after its interaction, so that what comes of it can be told when nothing else is left of the call.
func (f *Floor) tape(i *Interaction) media.TapeID {
	return media.TapeID(fmt.Sprintf("%s-%s-v%d", f.cfg.Cell, i.ID, f.Seq+1))
}

// taped writes down a tape that failed; that one is stored is the desk's business.
func (f *Floor) taped(ev media.Event) {
	name := strings.Split(string(ev.Tape), "-")
	if ev.Why == media.CauseNone || len(name) != 3 || name[0] != f.cfg.Cell {
		return
	}
	f.emit(orchestrator.InteractionID(name[1]), fact.RecordingFailed{Tape: ev.Tape, Why: string(ev.Why) + ": " + ev.Text})
}

// offerLegGone settles the end of the leg of an agent's phone.
func (f *Floor) offerLegGone(i *Interaction, o *Offer, why media.Cause, sip int, estimated bool) {
	if o.LegGone {
		return
	}
	switch o.State {
	case orchestrator.OfferDelivering, orchestrator.OfferAlerting:
		f.endOffer(i, o, why, sip)
	case orchestrator.OfferAccepted: // of a callback, before the customer was there
		f.endOffer(i, o, why, sip)
		f.giveUp(i, media.CauseHangup)
	case orchestrator.OfferConnected:
		switch {
		case why == media.CauseLost && estimated: // while nobody looked; the agent may as well have hung up
			f.endTalk(i, o, fact.BySwitch, why, true)
		case why == media.CauseLost:
			f.talkLost(i, o, false)
		default:
			f.endTalk(i, o, fact.ByAgent, why, estimated)
			f.survey(i, o)
		}
	}
	f.emit(i.ID, fact.LegGone{Offer: o.ID, Leg: o.Leg, Why: why})
}

// endOffer ends an offer whose phone said no. Only "no answer" counts against the person; a phone that fails cools down, longer
// each time, so that it is not offered again at once.
func (f *Floor) endOffer(i *Interaction, o *Offer, why media.Cause, sip int) {
	x := fact.OfferEnded{Offer: o.ID, Agent: o.Agent, Why: why, SIP: sip, Accepted: o.State == orchestrator.OfferAccepted}
	var cool time.Duration
	switch {
	case why == media.CauseHangup && x.Accepted: // the agent has hung up
		x.State, cool = orchestrator.OfferRejected, f.cfg.RejectCool
	case why == media.CauseNoAnswer:
		x.State, x.NotResponding = orchestrator.OfferNoAnswer, true
	case why == media.CauseRejected:
		x.State, cool = orchestrator.OfferRejected, f.cfg.RejectCool
	case why == media.CauseLost || why == media.CauseUnknown:
		x.State, cool = orchestrator.OfferLost, f.cfg.LostCool
	default:
		x.State = orchestrator.OfferDeviceFailed
		cool = min(f.cfg.DeviceCool<<min(f.Agents[o.Agent].Failures, 10), f.cfg.MaxCool)
	}
	if cool > 0 {
		x.CoolUntil = f.now.Add(cool)
	}
	f.emit(i.ID, x)
}

// repool looks again at everybody who waits on a switch: nothing is offered while it is away.
func (f *Floor) repool(sw string) {
	for _, i := range f.Interactions {
		if i.Switch == sw {
			f.settle(i)
		}
	}
}

func item(i *Interaction) routing.Item {
	return routing.Item{ID: i.ID, Queue: i.Queue, Since: i.Since, Ahead: i.Ahead, Media: i.Media(), Step: i.Step, Need: routing.Need(i.Need), Only: i.Only}
}
