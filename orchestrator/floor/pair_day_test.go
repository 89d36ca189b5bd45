package floor

import (
	"fmt"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// pairDay is a simulated day over two switches: lines break, switches die and restart, Tandem is killed, at every moment. What is true in
// the world (legs, handsets) is kept apart from what the floor believes.
type pairDay struct {
	simulated
	sides   map[string]*pbxSide
	sets    map[string]*handset
	dialled map[media.LegID]bool
	night   bool
	facts   int
	across  int // answers by a phone of the other switch
	deaths  int
	again   map[orchestrator.InteractionID]bool // in line again, after a talk that was lost
	back    int                                 // talks that were lost, and whose caller came back in line
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
	facts, across, deaths, back := 0, 0, 0, 0
	for n := first; n < last; n++ {
		d := newPairDay(t, n)
		d.plan()
		d.live(d.check)
		d.checkNight()
		facts, across, deaths, back = facts+d.facts, across+d.across, deaths+d.deaths, back+d.back
	}
	t.Logf("%d days: %d facts, %d answers across, %d dead switches, %d callers back in line", last-first, facts, across, deaths, back)
	if across == 0 || deaths == 0 || back == 0 {
		t.Error("nothing happened across, no switch died, or nobody came back in line")
	}
}

func newPairDay(t *testing.T, seed int) *pairDay {
	d := &pairDay{
		simulated: newSimulated(t, seed, 11, pairConfig()), sides: map[string]*pbxSide{}, sets: map[string]*handset{}, dialled: map[media.LegID]bool{},
		again: map[orchestrator.InteractionID]bool{},
	}
	for _, name := range []string{"a", "b"} {
		d.sides[name] = &pbxSide{name: name, boot: 1, legs: map[media.LegID]*pairLeg{}, said: map[media.LegID]media.Want{}}
	}
	return d
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
