package floor

import (
	"container/heap"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// pairDay is a simulated day over two switches: lines break, switches die and restart, Tandem is killed, at every moment. What is true in
// the world (legs, handsets) is kept apart from what the floor believes.
type pairDay struct {
	t       *testing.T
	seed    int
	r       *rand.Rand
	now     time.Time
	q       agenda
	n       int
	floor   *Floor
	journal []fact.Entry
	sides   map[string]*pbxSide
	sets    map[string]*handset
	dialled map[media.LegID]bool
	night   bool
	facts   int
	across  int // answers by a phone of the other switch
	deaths  int
}

type pbxSide struct {
	name string
	down bool // the line to us
	boot int
	legs map[media.LegID]*pairLeg
	said map[media.LegID]media.Want
}

type pairLeg struct {
	media.Leg
	side *pbxSide
	set  *handset // nil for a caller
}

// handset is a phone as it truly is.
type handset struct {
	name       string
	home       *pbxSide
	registered bool
	leg        *pairLeg
}

func pairConfig() Config {
	c := Defaults("p")
	c.Switches = []string{"a", "b"}
	return c
}

// TestSimulatedDaysOfTwoSwitches lives through many days, with the invariants checked after every step.
func TestSimulatedDaysOfTwoSwitches(t *testing.T) {
	first, last := 0, 40
	if testing.Short() {
		last = 8
	}
	if *seed >= 0 {
		first, last = *seed, *seed+1
	}
	facts, across, deaths := 0, 0, 0
	for n := first; n < last; n++ {
		d := newPairDay(t, n)
		d.plan()
		for d.q.Len() > 0 {
			next := heap.Pop(&d.q).(appointment)
			d.now = next.at
			next.do()
			d.check()
		}
		d.checkNight()
		facts, across, deaths = facts+d.facts, across+d.across, deaths+d.deaths
	}
	t.Logf("%d days: %d facts, %d answers across, %d dead switches", last-first, facts, across, deaths)
	if across == 0 || deaths == 0 {
		t.Error("nothing happened across, or no switch died")
	}
}

func newPairDay(t *testing.T, seed int) *pairDay {
	d := &pairDay{
		t: t, seed: seed, r: rand.New(rand.NewPCG(uint64(seed), 11)), now: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC),
		floor: New(pairConfig()), sides: map[string]*pbxSide{}, sets: map[string]*handset{}, dialled: map[media.LegID]bool{},
	}
	for _, name := range []string{"a", "b"} {
		d.sides[name] = &pbxSide{name: name, boot: 1, legs: map[media.LegID]*pairLeg{}, said: map[media.LegID]media.Want{}}
	}
	return d
}

func (d *pairDay) after(wait time.Duration, do func()) {
	d.n++
	heap.Push(&d.q, appointment{d.now.Add(wait), d.n, do})
}

func (d *pairDay) between(lo, hi time.Duration) time.Duration {
	return lo + time.Duration(d.r.Int64N(int64(hi-lo)))
}

func (d *pairDay) plan() {
	for _, s := range []string{"a", "b"} {
		d.step(media.Event{Kind: media.Up, Switch: s, Text: "boot-1"})
	}
	d.step(Command{Do: DefineQueue{Queue: "support", Name: "Support", Number: "7000", Music: "default", RingFor: 20 * time.Second, WrapUp: 10 * time.Second}})
	for i := range 6 {
		name, home := fmt.Sprintf("a%d", i), []string{"a", "b"}[i%2]
		d.sets[name] = &handset{name: name, home: d.sides[home], registered: true}
		x := DefineAgent{Agent: orchestrator.AgentID(name), Endpoint: name, Switch: home, Queues: []orchestrator.QueueID{"support"}, Who: fact.Person{Name: name}}
		if i == 0 {
			x.Switch = "" // the first
		}
		d.step(Command{Do: x})
		d.tellSet(d.sets[name])
		for at := time.Duration(0); at < 2*time.Hour; at += d.between(time.Minute, 5*time.Minute) {
			d.after(at, func() { d.step(Command{Do: SetStatus{Agent: x.Agent, Status: orchestrator.Available}}) })
		}
	}
	for i := range 120 {
		side := d.sides[[]string{"a", "b"}[d.r.IntN(2)]]
		d.after(d.between(0, 2*time.Hour), func() { d.call(side, media.LegID(fmt.Sprintf("c%d", i/2))) }) // both have a c7
	}
	for _, s := range []string{"a", "b"} {
		for range 5 {
			d.after(d.between(0, 2*time.Hour), func() { d.breakLine(d.sides[s]) })
		}
		for range 2 {
			d.after(d.between(0, 2*time.Hour), func() { d.die(d.sides[s]) })
		}
	}
	for range 3 {
		d.after(d.between(0, 2*time.Hour), d.kill)
	}
	d.after(150*time.Minute, func() { d.night = true })
}

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
	}
	d.speak()
	if at := d.floor.Deadline(); !at.IsZero() {
		d.after(max(0, at.Sub(d.now)), func() {
			if at := d.floor.Deadline(); !at.IsZero() && !d.now.Before(at) {
				d.step(Tick{})
			}
		})
	}
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
			d.after(d.between(time.Second, 2*time.Minute), func() { d.end(l, media.CauseHangup) })
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
	d.floor = New(pairConfig())
	for _, e := range d.journal {
		d.floor.Apply(e)
	}
	d.floor.TakeTouched()
	for _, name := range []string{"a", "b"} {
		s := d.sides[name]
		s.down = true
		facts, _ := d.floor.Step(media.Event{Kind: media.Down, Switch: name, Text: NotYetUp}, d.now)
		d.journal = append(d.journal, facts...)
		d.after(d.between(50*time.Millisecond, 30*time.Second), func() { d.reconnect(s) })
	}
}

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
	shadow := New(pairConfig())
	for _, e := range d.journal {
		kind, body, person, err := fact.Encode(e.Fact)
		if err != nil {
			d.fail("encode: %v", err)
		}
		if e.Fact, err = fact.Decode(kind, body, person); err != nil {
			d.fail("decode: %v", err)
		}
		shadow.Apply(e)
	}
	if !reflect.DeepEqual(shadow.State, d.floor.State) {
		d.fail("the journal tells another story than memory")
	}
	if len(d.floor.Interactions)+len(d.floor.Offers)+len(d.floor.Strays)+len(d.sides["a"].legs)+len(d.sides["b"].legs) != 0 {
		d.fail("at night %d interactions, %d offers, %d strays, %d and %d legs are left", len(d.floor.Interactions), len(d.floor.Offers),
			len(d.floor.Strays), len(d.sides["a"].legs), len(d.sides["b"].legs))
	}
}

func (d *pairDay) fail(format string, args ...any) {
	d.t.Helper()
	for _, e := range d.journal[max(0, len(d.journal)-25):] {
		_, body, _, _ := fact.Encode(e.Fact)
		d.t.Logf("%d %s %s %s %s", e.Seq, e.At.Format("15:04:05.000"), e.About, e.Fact.Kind(), body)
	}
	d.t.Fatalf("seed %d at %s: %s", d.seed, d.now.Format("15:04:05.000"), fmt.Sprintf(format, args...))
}
