package floor

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// This file is what a simulated day has of flows: callers who press keys at random, a web service that answers sometimes, and what
// must be true of them.

const dayFlow = `
flow: day
numbers: ["7002", "7003"]
language: en
languages: [en, zh]
start: language
nodes:
  language: {menu: choose-language, keys: {1: order, 2: chinese}, tries: 2, otherwise: order}
  chinese: {set: {language: zh}, next: order}
  order: {collect: order, say: enter-order, digits: 8, end: "#", wrong: wrong, next: pin, otherwise: pick}
  pin: {collect: pin, say: enter-pin, digits: 12, mask: true, next: look, otherwise: pick}
  look: {lookup: "https://shop.example/{order}", into: {tier: tier}, next: told, otherwise: told}
  told: {announce: [order-is, {digits: order}], next: early}
  early: {survey: how-was-it, next: rank}
  rank: {when: [{if: 'tier == "gold"', go: sales}, {if: 'tier == "lead"', go: away}], otherwise: pick}
  away: {transfer: "9001"}
  pick: {menu: choose, keys: {1: sales, 2: support, 3: note}, wrong: wrong, otherwise: support}
  sales: {queue: sales, every: 20s, say: [position-is, {number: position}], max_wait: 90s, too_long: sorry, keys: {9: note, 8: pick, 7: back, 6: back, 5: back}}
  support: {queue: support, most: 3, full: sorry, nobody: sorry, max_wait: 4m, too_long: again}
  back: {callback: sales, say: [callback-to, {digits: callback_number}], enter: another, booked: booked, otherwise: sales, refused: sorry}
  again: {menu: wait-on, keys: {1: support, 2: sales}, otherwise: sorry}
  note: {sms: "About {order}", next: ticket}
  ticket: {ticket: "Call back", next: sorry}
  sorry: {announce: sorry, next: rate}
  rate: {survey: how-was-it, wrong: wrong, next: bye}
  bye: {hangup: sorry}
`

// Digits that callers key in; they may be in no fact's lasting part.
const (
	orderKeys = "47110815"
	pinKeys   = "909190919091"
)

// done is the end of a task as a caller makes it: keys, nothing, or something silly.
func (d *day) done(id media.LegID, task media.Task) media.Event {
	ev := media.Event{Kind: media.Done, Leg: id, Task: task.ID}
	if task.Do != media.Ask {
		return ev
	}
	switch n := d.r.IntN(10); {
	case n == 0:
		ev.Why = media.CauseTimeout
	case n == 1:
		ev.Why, ev.Text = media.CauseTimeout, "7"
	case n == 2:
		ev.Why = media.CauseFailed
	case task.Max == 1:
		ev.Text = string("0123456789*#"[d.r.IntN(12)])
		if n > 5 {
			ev.Text = string("123"[d.r.IntN(3)])
		}
	case task.Max == 9:
		ev.Text = orderKeys
	case task.Max == 18:
		ev.Text = fmt.Sprintf("55501%02d", d.r.IntN(40))
	default:
		ev.Text = pinKeys
	}
	return ev
}

// press lets a caller in line press a key now and then.
func (d *day) press(l *leg) {
	if l.want.Keys && d.r.IntN(4) == 0 {
		d.after(d.between(time.Second, time.Minute), func() {
			if d.legs[l.ID] == l && l.want.Keys && !l.Away {
				d.tell(media.Event{Kind: media.Key, Leg: l.ID, Text: string("08977"[d.r.IntN(5)])})
			}
		})
	}
}

// yield takes a leg into the switch's own dialplan, from where it may come back.
func (d *day) yield(l *leg) {
	y, ok := l.want.Base.(media.Yield)
	if !ok || l.Away {
		return
	}
	l.Away = true
	d.after(d.between(time.Millisecond, slowest), func() {
		d.tell(media.Event{Kind: media.Left, Leg: l.ID, Text: y.Extension})
		if d.r.IntN(3) == 0 {
			d.after(d.between(time.Second, time.Minute), func() { d.comeBack(l) })
		}
	})
}

// lookUp carries out the look-ups that are wanted and not under way; a kill forgets them.
func (d *day) lookUp() {
	for _, id := range slices.Sorted(maps.Keys(d.floor.Interactions)) {
		q, ok := d.floor.Lookup(id)
		if !ok || d.asked[q.ID] {
			continue
		}
		if q.Find.Caller != "" {
			d.recall(id, q)
			continue
		}
		if q.Find.URL != "https://shop.example/"+orderKeys {
			d.fail("asks %s", q.Find.URL)
		}
		d.asked[q.ID] = true
		in := LookedUp{Interaction: id, Lookup: q.ID, Values: map[string]string{"tier": []string{"", "gold", "lead"}[d.r.IntN(3)]}}
		if d.r.IntN(4) == 0 {
			in.Values, in.Why = nil, "status 500"
		}
		if d.r.IntN(8) != 0 { // else it never answers
			d.after(d.between(10*time.Millisecond, 12*time.Second), func() { d.step(in) })
		}
	}
}

// recall answers who calls: soon, late or never.
func (d *day) recall(id orchestrator.InteractionID, q Lookup) {
	d.asked[q.ID] = true
	in := LookedUp{Interaction: id, Lookup: q.ID}
	if d.r.IntN(2) == 0 {
		in.Values = map[string]string{"customer_tier": "gold", "dedicated_agent": "a1", "name": "Somebody"}
	}
	if d.r.IntN(8) != 0 {
		d.after(d.between(time.Millisecond, 2*time.Second), func() { d.step(in) })
	}
}

// checkWalks: whoever is in a flow hears something, is asked something, or is looked up; nobody waits beyond the longest wait.
func (d *day) checkWalks() {
	for _, i := range d.floor.Interactions {
		if i.Walk == nil || i.Gone || i.Away || i.Fallback {
			continue
		}
		if i.State == orchestrator.ItemNew && i.Prompt == "" && i.Walk.Lookup == "" {
			d.fail("%s stands at node %s, and nothing happens", i.ID, i.Walk.Node)
		}
		// Somebody who has just come back may be late; the alarm is set then.
		late, alarm := i.Walk.Latest, d.floor.Deadline()
		if i.State == orchestrator.ItemQueued && !late.IsZero() && d.now.After(late) && !d.down && (alarm.IsZero() || alarm.After(late)) {
			d.fail("%s waits beyond its longest wait", i.ID)
		}
		if d.floor.inside(i) == nil {
			d.fail("%s is inside a version of its flow that is gone", i.ID)
		}
	}
}

// keyed is a key of a menu in the lasting part of a fact.
var keyed = regexp.MustCompile(`"via":"key `)

// checkSecrets: what was keyed in is in no fact's lasting part, and the masked number nowhere at all.
func (d *day) checkSecrets(e fact.Entry) {
	if _, is := e.Fact.(fact.FlowPublished); is {
		return
	}
	_, body, person, err := fact.Encode(e.Fact)
	spoken := []byte("n-4 prompt:en/n-7 prompt:en/n-1")
	if err != nil || bytes.Contains(body, []byte(orderKeys)) || bytes.Contains(body, spoken) || keyed.Match(body) || bytes.Contains(body, []byte(pinKeys)) || bytes.Contains(person, []byte(pinKeys)) {
		d.fail("%s keeps what was keyed in: %s %s", e.Fact.Kind(), body, person)
	}
}
