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

// This file is the switch of a simulated day, and the people on its legs.

// slowest is how long the end of a leg takes to reach us.
const slowest = 50 * time.Millisecond

// call brings a caller in, who hangs up sooner or later.
func (d *day) call(id media.LegID, to string) {
	d.callFrom(id, to, fmt.Sprintf("55501%02d", d.r.IntN(40)), 8*time.Minute)
}

func (d *day) callFrom(id media.LegID, to, from string, longest time.Duration) {
	l := &leg{Leg: media.Leg{ID: id, To: to, From: from, Born: d.now}, begun: map[media.TaskID]bool{}}
	if d.down {
		return // Stasis refuses without us: the call takes the fallback and we never hear of it
	}
	d.legs[id] = l
	d.tell(media.Event{Kind: media.Arrived, Legs: []media.Leg{l.Leg}})
	d.after(d.between(5*time.Second, longest), func() { d.end(id, media.CauseHangup, 0) })
}

// end is the end of a leg, told a moment later.
func (d *day) end(id media.LegID, why media.Cause, sip int) {
	if d.legs[id] == nil {
		return
	}
	l := d.legs[id]
	delete(d.legs, id)
	d.ended[id] = d.now
	d.after(d.between(time.Millisecond, slowest), func() {
		if l.Task != "" && !d.down && d.r.IntN(2) == 0 { // both in one turn of the engine
			d.append(media.Event{Kind: media.Done, Switch: "s", Leg: id, Task: l.Task, Why: media.CauseHangup})
		}
		d.tell(media.Event{Kind: media.Gone, Leg: id, Why: why, SIP: sip})
	})
}

// speak says what differs, as the engine does; the switch carries it out.
func (d *day) speak() {
	if d.down {
		return
	}
	touched := d.floor.TakeTouched()
	slices.SortFunc(touched, orchestrator.CompareIDs)
	for _, id := range touched {
		_, wants := d.floor.Wants(id)
		for _, leg := range slices.Sorted(maps.Keys(wants)) {
			if w := wants[leg]; d.said[leg] != w {
				d.said[leg] = w
				d.obey(leg, w)
			}
		}
	}
	strays := d.floor.StrayWants("s")
	for _, leg := range slices.Sorted(maps.Keys(strays)) {
		d.obey(leg, strays[leg])
	}
}

func (d *day) obey(id media.LegID, w media.Want) {
	if dial, ok := w.Base.(media.Dial); ok {
		d.dial(id, dial)
		return
	}
	l := d.legs[id]
	if _, drop := w.Base.(media.Drop); drop {
		if l == nil && !d.dialled[id] { // never carried out: it still ends in one Gone
			d.dialled[id] = true
			d.after(time.Millisecond, func() { d.tell(media.Event{Kind: media.Gone, Leg: id, Why: media.CauseHangup}) })
		}
		d.end(id, media.CauseHangup, 0)
		return
	}
	if l == nil {
		return // it ended a moment ago; its Gone is on the way
	}
	l.want = w
	if w.Task.ID != "" && !l.begun[w.Task.ID] {
		l.begun[w.Task.ID], l.Task = true, w.Task.ID
		d.after(d.between(time.Second, 10*time.Second), func() {
			if l.Task == w.Task.ID && d.legs[id] == l {
				d.tell(d.done(id, w.Task))
			}
		})
	}
	d.arm(l)
	d.press(l)
	d.yield(l)
	if _, joined := w.Base.(media.Join); joined && l.endpoint != "" {
		d.after(d.between(5*time.Second, 5*time.Minute), func() { d.end(id, media.CauseHangup, 0) }) // the agent hangs up
	}
}

// arm is the dead man's switch: a waiting leg that nobody renews goes to the fallback, and perhaps comes back.
func (d *day) arm(l *leg) {
	l.guard++
	if l.want.Guard == 0 {
		return
	}
	mine := l.guard
	d.after(l.want.Guard, func() {
		switch {
		case d.legs[l.ID] != l || l.guard != mine:
		case !d.down: // the adapter renews
			l.guard--
			d.arm(l)
		default:
			d.tally.fallbacks++
			l.Away = true
			d.after(d.between(10*time.Second, time.Minute), func() { d.comeBack(l) })
		}
	})
}

func (d *day) comeBack(l *leg) {
	switch {
	case d.legs[l.ID] != l:
	case d.down: // it asked for us in vain and goes round again
		d.after(20*time.Second, func() { d.comeBack(l) })
	default:
		l.Away = false
		d.tell(media.Event{Kind: media.Arrived, Legs: []media.Leg{l.Leg}})
	}
}

// dial rings a phone, whose owner does one of the things that people and phones do.
func (d *day) dial(id media.LegID, dial media.Dial) {
	if d.legs[id] != nil {
		return // the same want again
	}
	if d.dialled[id] {
		d.fail("%s is dialled again: it rings a second time on both switches", id)
	}
	d.dialled[id] = true
	if strings.Contains(dial.To, "@") {
		d.dialOutside(id, dial)
		return
	}
	for _, other := range d.sortedLegs() {
		if other.endpoint == dial.To {
			d.fail("%s rings for %s, whose phone is still on %s", dial.To, id, other.ID)
		}
	}
	if d.phones[dial.To].foreign {
		d.fail("%s rings for %s, but is in a call of its own", dial.To, id)
	}
	if p := d.phones[dial.To]; !p.registered {
		d.after(time.Millisecond, func() { d.tell(media.Event{Kind: media.Gone, Leg: id, Why: media.CauseUnreachable, SIP: 480}) })
		return
	}
	l := &leg{Leg: media.Leg{ID: id, Stamp: dial.Stamp, Born: d.now}, endpoint: dial.To, begun: map[media.TaskID]bool{}}
	d.legs[id] = l
	d.after(d.between(10*time.Millisecond, time.Second), func() {
		if d.legs[id] == l {
			d.tell(media.Event{Kind: media.Ringing, Leg: id})
		}
	})
	wait := d.between(500*time.Millisecond, 25*time.Second)
	switch d.r.IntN(8) {
	case 0:
		d.after(wait, func() { l.rejected = true; d.end(id, media.CauseRejected, 603) })
	case 1:
		d.after(wait/100, func() { l.rejected = true; d.end(id, media.CauseBusy, 486) })
	case 2: // never answers
	default:
		d.after(wait, func() {
			if d.legs[id] == l {
				d.tally.answers++
				l.Answered = d.now
				d.tell(media.Event{Kind: media.Answered, Leg: id})
			}
		})
	}
}
