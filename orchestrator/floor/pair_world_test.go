package floor

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

// This file is the two switches of such a day, their lines and phones, and the people there.

func (d *pairDay) call(s *pbxSide, id media.LegID) {
	if s.down || s.legs[id] != nil {
		return
	}
	l := &pairLeg{Leg: media.Leg{ID: id, To: "7000", From: "5550100", Born: d.now}, side: s}
	s.legs[id] = l
	d.tell(s, media.Event{Kind: media.Arrived, Legs: []media.Leg{l.Leg}})
	d.after(d.between(5*time.Second, 6*time.Minute), func() { d.end(l, media.CauseHangup) })
}

// end is the end of a leg in the world, told where its switch can tell.
func (d *pairDay) end(l *pairLeg, why media.Cause) {
	if l.side.legs[l.ID] != l {
		return
	}
	delete(l.side.legs, l.ID)
	d.hangUp(l)
	d.tell(l.side, media.Event{Kind: media.Gone, Leg: l.ID, Why: why})
}

func (d *pairDay) hangUp(l *pairLeg) {
	if l.set != nil && l.set.leg == l {
		l.set.leg = nil
		if l.set.home != l.side {
			d.tellSet(l.set)
		}
	}
}

func (d *pairDay) tellSet(h *handset) {
	why := media.PhoneRegistered
	switch {
	case !h.registered:
		why = media.PhoneUnregistered
	case h.leg != nil && h.leg.side != h.home:
		why = media.PhoneBusy // its home rings it for another switch, and did not dial by itself
	}
	d.tell(h.home, media.Event{Kind: media.Phone, Text: h.name, Why: why})
}

func (d *pairDay) tell(s *pbxSide, ev media.Event) {
	if !s.down {
		ev.Switch = s.name
		d.step(ev)
	}
}

func (d *pairDay) step(in Input) {
	facts, err := d.floor.Step(in, d.now)
	if err != nil {
		d.fail("refused: %v", err)
	}
	d.journal = append(d.journal, facts...)
	d.facts += len(facts)
	for _, e := range slices.Clone(facts) {
		d.checkFact(in, e)
		d.checkLost(in, e, facts)
	}
	d.speak()
	d.alarm(d.step)
}

func (d *pairDay) speak() {
	touched := d.floor.TakeTouched()
	slices.SortFunc(touched, orchestrator.CompareIDs)
	for _, id := range touched {
		sw, wants := d.floor.Wants(id)
		s := d.sides[sw]
		if s == nil || s.down {
			continue
		}
		for _, leg := range slices.Sorted(maps.Keys(wants)) {
			if w := wants[leg]; s.said[leg] != w {
				s.said[leg] = w
				d.obey(s, leg, w)
			}
		}
	}
	for _, s := range d.sides {
		if !s.down {
			for leg := range d.floor.StrayWants(s.name) {
				d.obey(s, leg, media.Want{Base: media.Drop{}})
			}
		}
	}
}

func (d *pairDay) obey(s *pbxSide, id media.LegID, w media.Want) {
	l := s.legs[id]
	switch base := w.Base.(type) {
	case media.Dial:
		d.dial(s, id, base)
	case media.Drop:
		d.after(time.Millisecond, func() {
			if l != nil {
				d.end(l, media.CauseHangup)
			} else {
				d.tell(s, media.Event{Kind: media.Gone, Leg: id, Why: media.CauseHangup})
			}
		})
	case media.Join:
		if l != nil && l.set != nil {
			d.after(d.between(5*time.Second, 3*time.Minute), func() {
				if l.set.leg == l { // the agent hangs up
					d.end(l, media.CauseHangup)
				}
			})
		}
	}
}

func (d *pairDay) dial(s *pbxSide, id media.LegID, dial media.Dial) {
	if s.legs[id] != nil {
		return // said again after a gap
	}
	if d.dialled[id] {
		d.fail("%s is dialled again", id)
	}
	d.dialled[id] = true
	name, at, across := strings.Cut(dial.To, "@")
	h := d.sets[name]
	if across == (h.home == s) || across && at != h.home.name {
		d.fail("%s dials %s, which is on %s", s.name, dial.To, h.home.name)
	}
	if h.leg != nil && h.leg.side.legs[h.leg.ID] == h.leg {
		d.fail("%s rings for %s and is on %s", name, id, h.leg.ID)
	}
	if !h.registered {
		d.after(time.Millisecond, func() { d.tell(s, media.Event{Kind: media.Gone, Leg: id, Why: media.CauseUnreachable, SIP: 480}) })
		return
	}
	l := &pairLeg{Leg: media.Leg{ID: id, Stamp: dial.Stamp, Born: d.now}, side: s, set: h}
	s.legs[id], h.leg = l, l
	d.after(10*time.Millisecond, func() {
		if h.leg == l {
			d.tell(s, media.Event{Kind: media.Ringing, Leg: id})
			d.tellSet(h)
		}
	})
	if d.r.IntN(5) == 0 {
		return // never answers
	}
	d.after(d.between(time.Second, 15*time.Second), func() {
		if h.leg == l {
			if across {
				d.across++
			}
			l.Answered = d.now
			d.tell(s, media.Event{Kind: media.Answered, Leg: id})
		}
	})
}

func (d *pairDay) breakLine(s *pbxSide) {
	if s.down {
		return
	}
	d.step(media.Event{Kind: media.Down, Switch: s.name})
	s.down = true
	d.after(d.between(100*time.Millisecond, 90*time.Second), func() { d.reconnect(s) })
}

// die ends a switch with all that is on it. The other one's legs to its phones hear nothing any more, which that one finds out later.
func (d *pairDay) die(s *pbxSide) {
	d.deaths++
	s.boot++
	clear(s.legs)
	for _, name := range slices.Sorted(maps.Keys(d.sets)) {
		h := d.sets[name]
		l := h.leg
		switch {
		case l != nil && l.side == s:
			h.leg = nil // its call was on the dead one; its own switch, if that is another, notices by silence
			d.after(d.between(time.Second, 2*time.Minute), func() { d.tellSet(h) })
		case l != nil && h.home == s:
			h.leg = nil
			d.after(d.between(time.Second, 2*time.Minute), func() { d.end(l, media.CauseLost) })
		}
		if h.home == s {
			h.registered = false
			d.after(d.between(time.Second, 2*time.Minute), func() {
				h.registered = true
				d.tellSet(h)
			})
		}
	}
	d.breakLine(s)
}

func (d *pairDay) reconnect(s *pbxSide) {
	if !s.down {
		return
	}
	s.down = false
	clear(s.said)
	up := media.Event{Kind: media.Up, Switch: s.name, Text: fmt.Sprintf("boot-%d", s.boot)}
	for _, id := range slices.Sorted(maps.Keys(s.legs)) {
		up.Legs = append(up.Legs, s.legs[id].Leg)
	}
	for _, id := range d.floor.Living(s.name) {
		d.floor.touched[id] = struct{}{}
	}
	d.step(up)
	for _, name := range slices.Sorted(maps.Keys(d.sets)) {
		if d.sets[name].home == s {
			d.tellSet(d.sets[name])
		}
	}
}

// kill ends Tandem between two steps; each line comes back by itself.
func (d *pairDay) kill() {
	d.refold(pairConfig())
	d.floor.TakeTouched()
	for _, name := range []string{"a", "b"} {
		s := d.sides[name]
		s.down = true
		facts, _ := d.floor.Step(media.Event{Kind: media.Down, Switch: name, Text: NotYetUp}, d.now)
		d.journal = append(d.journal, facts...)
		d.after(d.between(50*time.Millisecond, 30*time.Second), func() { d.reconnect(s) })
	}
}
