package floor

import (
	"slices"
	"strings"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// This file is what it means that there are several switches. A call lives on the one that it came to, with all of its legs. An agent's
// phone lives on one of them, its home: for a call on another, that one dials through to the home, which rings the phone and knows
// nothing of the call. So a switch that is lost takes its own calls with it, and of the others' only those with a phone of its.

// NotYetUp is the Text of the Down by which a life of the engine begins: the line is not known to be away, it was not there before.
const NotYetUp = "not yet up"

// home is the switch that an agent's phone is on; "" where switches have no names and every phone is on the switch of the call.
func (f *Floor) home(a *Agent) string {
	if a.Switch == "" && len(f.cfg.Switches) > 0 {
		return f.cfg.Switches[0]
	}
	return a.Switch
}

func (f *Floor) isOn(a *Agent, sw string) bool {
	home := f.home(a)
	return home == "" || home == sw
}

// dialTo is what a switch dials to ring an agent's phone: the phone, or the phone at its home.
func (f *Floor) dialTo(sw string, a *Agent) string {
	if f.isOn(a, sw) {
		return a.Endpoint
	}
	return a.Endpoint + "@" + f.home(a)
}

// configured says whether a switch is one that we work with.
func (f *Floor) configured(sw string) bool {
	return len(f.cfg.Switches) == 0 || slices.Contains(f.cfg.Switches, sw)
}

// several says whether facts must name the switch of a phone.
func (f *Floor) several() bool { return len(f.cfg.Switches) > 1 }

func (f *Floor) unknownSwitch() string {
	if len(f.cfg.Switches) == 0 {
		return "no switch has a name here; leave it out"
	}
	return "there is no such switch; there are " + strings.Join(f.cfg.Switches, ", ")
}

// phone hears of the state of an endpoint. Two switches may have phones of one name: only its home tells of an agent's.
func (f *Floor) phone(sw, endpoint string, why media.Cause) {
	health := map[media.Cause]orchestrator.Health{
		media.PhoneRegistered:   orchestrator.HealthRegistered,
		media.PhoneIdle:         orchestrator.HealthRegistered,
		media.PhoneUnregistered: orchestrator.HealthUnregistered,
		media.PhoneBusy:         orchestrator.HealthBusy,
	}[why]
	x := fact.PhoneChanged{Endpoint: endpoint, Health: health}
	var a *Agent
	if f.several() {
		if a = f.agentAt(sw, endpoint); a == nil {
			return
		}
		x.Switch = sw
	}
	if health == "" || f.Phones[endpoint] == health {
		return
	}
	f.emit("", x)
	if a != nil && health != orchestrator.HealthBusy {
		f.hungUp(a)
	}
}

// sayPhone says the state of a phone again, so that a view need not remember phones that belonged to nobody.
func (f *Floor) sayPhone(endpoint string) {
	if health, known := f.Phones[endpoint]; known {
		f.emit("", fact.PhoneChanged{Endpoint: endpoint, Health: health, Switch: f.PhonesOn[endpoint]})
	}
}

func (f *Floor) applyPhone(x fact.PhoneChanged) {
	f.Phones[x.Endpoint] = x.Health
	if x.Switch != "" {
		f.PhonesOn[x.Endpoint] = x.Switch
	}
	f.staleAt(x.Endpoint)
}

// settlePhone puts an agent's phone on a switch, "" leaves it where it is. What another switch told of its name does not count.
func (f *Floor) settlePhone(a *Agent, sw string) {
	if sw != "" {
		a.Switch = sw
	}
	if on := f.PhonesOn[a.Endpoint]; on != "" && a.Switch != "" && on != a.Switch {
		delete(f.Phones, a.Endpoint)
		delete(f.PhonesOn, a.Endpoint)
	}
	f.stale[a.ID] = struct{}{}
}

// forgetPhones: after a gap nothing is known of a phone until its switch tells. It may have left, or talk to somebody who came to
// it past us.
func (f *Floor) forgetPhones(sw string) {
	gone := map[string]bool{}
	for endpoint := range f.Phones {
		if on := f.PhonesOn[endpoint]; on == "" || on == sw {
			delete(f.Phones, endpoint)
			delete(f.PhonesOn, endpoint)
			gone[endpoint] = true
		}
	}
	for id, a := range f.Agents {
		if gone[a.Endpoint] {
			f.stale[id] = struct{}{}
		}
	}
}

// staleAt marks every agent of an endpoint.
func (f *Floor) staleAt(endpoint string) {
	for id, a := range f.Agents {
		if a.Endpoint == endpoint {
			f.stale[id] = struct{}{}
		}
	}
}

// lineAway: a line to a switch is lost. Its calls go on, and so do the talks of others' callers with its phones: perhaps it is the
// line only. A phone of its that rings for somebody else's caller is given up at once, as nobody is blamed and others are there.
func (f *Floor) lineAway(ev media.Event) {
	if s := f.Switches[ev.Switch]; s == nil || !s.Up {
		return
	}
	f.emit("", fact.SwitchDown{Switch: ev.Switch, NotYet: ev.Text == NotYetUp})
	if ev.Text == NotYetUp {
		return
	}
	for _, o := range f.offersBeyond(ev.Switch) {
		if i := f.Interactions[o.Interaction]; f.rings(o) && f.reached(i) {
			f.endOffer(i, o, media.CauseLost, 0)
		}
	}
}

// phonesLost: a switch has restarted. Others' callers who talk with a phone of its hear nothing any more, whatever their own switch
// believes of the leg between; they are put back in line.
func (f *Floor) phonesLost(sw string) {
	for _, o := range f.offersBeyond(sw) {
		switch i := f.Interactions[o.Interaction]; {
		case f.rings(o):
			f.endOffer(i, o, media.CauseLost, 0)
		case o.State == orchestrator.OfferAccepted: // of a callback: nobody is to be joined with the customer
			f.endOffer(i, o, media.CauseLost, 0)
			f.giveUp(i, media.CauseHangup)
		case o.State == orchestrator.OfferConnected:
			f.talkLost(i, o, true)
		}
	}
}

// hungUp: the phone of an agent is in no call any more. Where it talked with somebody whose switch is away, that is how we learn that
// the talk is over: the agent need not wait until the switch is back.
func (f *Floor) hungUp(a *Agent) {
	for _, id := range slices.Clone(a.Offers) {
		o := f.Offers[id]
		i := f.Interactions[o.Interaction]
		if o.Leg != "" && (o.State == orchestrator.OfferConnected || o.State == orchestrator.OfferAccepted) && !f.isOn(a, i.Switch) && !f.reached(i) {
			f.offerLegGone(i, o, media.CauseLost, 0, true)
		}
	}
}

func (f *Floor) rings(o *Offer) bool {
	return o.State == orchestrator.OfferDelivering || o.State == orchestrator.OfferAlerting
}

// beyond says whether an offer's phone is on a switch that is away, and its caller on another.
func (f *Floor) beyond(o *Offer) bool {
	a := f.Agents[o.Agent]
	s := f.Switches[f.home(a)]
	return !f.isOn(a, f.Interactions[o.Interaction].Switch) && (s == nil || !s.Up)
}

// wasLost says whether an offer's phone is on another switch than its caller, and that one was lost while we looked.
func (f *Floor) wasLost(o *Offer) bool {
	s := f.Switches[f.home(f.Agents[o.Agent])]
	return f.beyond(o) && s != nil && !s.NotYet
}

// offersBeyond lists the offers at phones of a switch for callers on others, in the order in which they were made.
func (f *Floor) offersBeyond(sw string) []*Offer {
	var out []*Offer
	for _, o := range f.Offers {
		if a := f.Agents[o.Agent]; o.Leg != "" && f.home(a) == sw && !f.isOn(a, f.Interactions[o.Interaction].Switch) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b *Offer) int { return orchestrator.CompareIDs(a.ID, b.ID) })
	return out
}
