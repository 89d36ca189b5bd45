package floor

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// compare believes the switch about which legs live, after a gap of any length: a start, a lost line, its own restart.
func (f *Floor) compare(up media.Event) {
	old := f.Switches[up.Switch]
	reason := "gap"
	if old != nil && old.Boot != "" && old.Boot != up.Text {
		reason = "switch_lost"
	}
	living := make(map[media.LegID]media.Leg, len(up.Legs))
	for _, l := range up.Legs {
		living[l.ID] = l
	}
	// Callers and offers first, while the switch still counts as away: nothing is offered to somebody who has just gone.
	for _, i := range f.InteractionsOn(up.Switch) {
		f.compareCaller(i, living, reason)
	}
	for _, o := range f.offersOn(up.Switch) {
		f.compareOffer(o, living)
	}
	f.compareCodes(up.Switch, living)
	f.emit("", fact.SwitchUp{Switch: up.Switch, Boot: up.Text})
	if reason == "switch_lost" {
		f.phonesLost(up.Switch)
	}
	if f.configured(up.Switch) {
		f.moveCallbacks()
	}
	f.compareStrays(up, living)
}

func (f *Floor) compareCaller(i *Interaction, living map[media.LegID]media.Leg, reason string) {
	l, lives := living[i.Leg]
	switch {
	case i.Gone:
	case i.Callback != nil && (i.Leg == "" || i.dialling()):
		f.compareReach(i, l, lives)
	case !lives:
		f.callerGone(i, media.CauseLost, reason, true)
	case l.Away:
		f.left(i, "")
	case i.Away:
		f.returned(i, l)
	}
}

// compareOffer finds out what came of a phone while nobody looked. One that answered is connected; one that is gone, nobody is
// blamed for; one that has rung past its time while we were away is given up, and nobody is blamed either. A talk whose leg is gone was
// ended by the agent, as far as anybody knows, unless the agent's own switch was lost before.
func (f *Floor) compareOffer(o *Offer, living map[media.LegID]media.Leg) {
	i := f.Interactions[o.Interaction]
	l, lives := living[o.Leg]
	rings := o.State == orchestrator.OfferDelivering || o.State == orchestrator.OfferAlerting
	switch {
	case o.LegGone:
	case !lives && o.State == orchestrator.OfferConnected && f.wasLost(o):
		f.talkLost(i, o, true)
		f.emit(i.ID, fact.LegGone{Offer: o.ID, Leg: o.Leg, Why: media.CauseLost})
	case !lives:
		f.offerLegGone(i, o, media.CauseLost, 0, true)
	case rings && !l.Answered.IsZero():
		f.connect(i, o)
	case rings && !f.now.Before(o.RingUntil):
		f.endOffer(i, o, media.CauseLost, 0)
	}
}

// compareStrays adopts arrivals that we missed and drops legs of ours that no offer wants any more.
func (f *Floor) compareStrays(up media.Event, living map[media.LegID]media.Leg) {
	for _, leg := range slices.Sorted(maps.Keys(f.Strays)) {
		if _, lives := living[leg]; f.Strays[leg] == up.Switch && !lives {
			f.emit("", fact.StrayGone{Leg: leg})
		}
	}
	// Those whom we missed come in as they came to the switch; their place in line counts from now, by our own clock.
	missed := slices.SortedFunc(slices.Values(up.Legs), func(a, b media.Leg) int {
		return cmp.Or(a.Born.Compare(b.Born), orchestrator.CompareIDs(a.ID, b.ID))
	})
	for _, l := range missed {
		_, known := f.legs[legKey{up.Switch, l.ID}]
		on, stray := f.Strays[l.ID]
		switch {
		case known || stray && on == up.Switch || l.Away:
		case l.Stamp == "":
			f.arrived(up.Switch, l)
		case strings.HasPrefix(l.Stamp, f.cfg.Cell+"/"):
			f.emit("", fact.StrayFound{Switch: up.Switch, Leg: l.ID})
		}
	}
}

// offersOn lists the offers of a switch in the order in which they were made.
func (f *Floor) offersOn(sw string) []*Offer {
	var out []*Offer
	for _, o := range f.Offers {
		if f.Interactions[o.Interaction].Switch == sw {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b *Offer) int { return orchestrator.CompareIDs(a.ID, b.ID) })
	return out
}
