package floor

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

// TestSimulatedDays lives through many days, with the invariants checked after every step. Each processor takes its share of them.
func TestSimulatedDays(t *testing.T) {
	start := time.Now()
	first, last := 0, *seeds
	if testing.Short() {
		last = min(last, 40) // the race detector is slow, and a day has one goroutine
	}
	if *seed >= 0 {
		first, last = *seed, *seed+1
	}
	shares := make([]tally, runtime.GOMAXPROCS(0))
	t.Run("days", func(t *testing.T) {
		for k := range shares {
			shares[k].kinds = map[string]int{}
			t.Run(fmt.Sprint(k), func(t *testing.T) {
				t.Parallel()
				for n := first + k; n < last; n += len(shares) {
					shares[k].add(live(t, n))
				}
			})
		}
	})
	sum := tally{kinds: map[string]int{}}
	for _, share := range shares {
		sum.add(share)
	}
	t.Logf("%d days in %v: %d facts, %d kills, %d lost lines, %d events lost in gaps, %d answers, %d fallbacks, %d switch restarts",
		last-first, time.Since(start).Round(time.Millisecond), sum.facts, sum.kills, sum.lines, sum.lost, sum.answers, sum.fallbacks, sum.boots)
	for _, k := range slices.Sorted(maps.Keys(sum.kinds)) {
		t.Logf("  %-22s %d", k, sum.kinds[k])
	}
}

// live lives through one day.
func live(t *testing.T, seed int) tally {
	d := newDay(t, seed)
	d.plan()
	d.live(d.check)
	d.checkNight()
	return d.tally
}

// add counts another day, or share of days, to this one.
func (y *tally) add(other tally) {
	y.facts += other.facts
	y.kills += other.kills
	y.lines += other.lines
	y.lost += other.lost
	y.answers += other.answers
	y.fallbacks += other.fallbacks
	y.boots += other.boots
	for k, n := range other.kinds {
		y.kinds[k] += n
	}
}

// day is a simulated day: the floor, its journal, a switch with callers and phones, lines that break and kills at every moment.
// What is true in the world (leg) is kept apart from what the floor believes, and the invariants compare the two.
type day struct {
	simulated
	said    map[media.LegID]media.Want
	boot    int
	legs    map[media.LegID]*leg
	since   map[orchestrator.InteractionID]time.Time // enqueue time that was written last
	numbers map[orchestrator.InteractionID]string    // whom each is with
	dialled map[media.LegID]bool                     // every name that was ever dialled
	ended   map[media.LegID]time.Time                // when a leg truly ended
	phones  map[string]*phone
	asked   map[string]bool // look-ups that are under way
	down    bool            // the line to us is away: events are lost, nothing is heard
	night   bool            // nobody comes any more; what is left is settled

	keys     int                                // that clients have used
	happened map[string]bool                    // what may happen once
	rests    map[orchestrator.AgentID]time.Time // until when somebody is not lent again
	tally    tally
}

// leg is a channel on the switch as it truly is.
type leg struct {
	media.Leg
	endpoint string // "" for a caller
	want     media.Want
	begun    map[media.TaskID]bool
	guard    int // counts renewals
	rejected bool
}

type phone struct {
	registered bool
	foreign    bool
}

// tally counts what happened, to show that the days are eventful.
type tally struct {
	facts, kills, lines, lost, answers, fallbacks, boots int
	kinds                                                map[string]int
}

func newDay(t *testing.T, seed int) *day {
	return &day{
		simulated: newSimulated(t, seed, 7, dayConfig()), said: map[media.LegID]media.Want{}, boot: 1,
		legs: map[media.LegID]*leg{}, since: map[orchestrator.InteractionID]time.Time{}, numbers: map[orchestrator.InteractionID]string{}, dialled: map[media.LegID]bool{},
		ended: map[media.LegID]time.Time{}, phones: map[string]*phone{}, asked: map[string]bool{}, happened: map[string]bool{},
		rests: map[orchestrator.AgentID]time.Time{}, tally: tally{kinds: map[string]int{}},
	}
}

func (d *day) phoneChange(name string) {
	p := d.phones[name]
	if d.r.IntN(2) == 0 {
		p.registered = false
	} else {
		p.foreign = true
	}
	d.tellPhone(name)
	d.after(d.between(time.Second, 5*time.Minute), func() {
		p.registered, p.foreign = true, false
		d.tellPhone(name)
	})
}

func (d *day) tellPhone(name string) {
	p, why := d.phones[name], media.PhoneRegistered
	switch {
	case !p.registered:
		why = media.PhoneUnregistered
	case p.foreign:
		why = media.PhoneBusy
	}
	d.tell(media.Event{Kind: media.Phone, Text: name, Why: why})
}

// tell delivers an event unless the line to us is away, sometimes twice.
func (d *day) tell(ev media.Event) {
	if d.down {
		d.tally.lost++
		return
	}
	ev.Switch, ev.At = "s", d.now
	d.step(ev)
	if d.r.IntN(10) == 0 && ev.Kind != media.Arrived && !d.down {
		d.step(ev)
	}
}

// step lets the floor decide; sometimes Tandem is killed between the write and the first word to the switch.
func (d *day) step(in Input) {
	facts, err := d.floor.Step(in, d.now)
	if err != nil {
		d.fail("refused: %v", err)
	}
	facts = slices.Clone(facts)
	d.journal = append(d.journal, facts...)
	d.tally.facts += len(facts)
	for _, e := range facts {
		d.tally.kinds[e.Fact.Kind()]++
		d.checkFact(e)
	}
	d.answer(facts)
	if len(facts) > 0 && !d.night && d.r.IntN(60) == 0 {
		d.kill()
		return
	}
	d.lookUp()
	d.speak()
	d.alarm(d.step)
}

// kill ends the process: memory is gone, the switch goes on, and somewhat later Tandem is back.
func (d *day) kill() {
	d.tally.kills++
	d.down = true
	cfg := dayConfig()
	if d.r.IntN(3) == 0 { // from a checkpoint
		state, persons, err := d.floor.Save()
		if err != nil {
			d.fail("save: %v", err)
		}
		if d.floor, err = Load(cfg, state, persons); err != nil {
			d.fail("load: %v", err)
		}
	} else {
		d.refold(cfg)
	}
	d.floor.TakeTouched()
	clear(d.said)
	clear(d.asked)
	d.append(media.Event{Kind: media.Down, Switch: "s"})
	d.lookUp()
	d.after(d.between(50*time.Millisecond, 40*time.Second), d.reconnect)
}

func (d *day) breakLine() {
	if d.down {
		return
	}
	d.tally.lines++
	d.append(media.Event{Kind: media.Down, Switch: "s"})
	d.down = true
	d.alarm(d.step)
	d.after(d.between(100*time.Millisecond, 90*time.Second), d.reconnect)
}

func (d *day) rebootSwitch() {
	d.tally.boots++
	d.boot++
	clear(d.legs)
	if !d.down {
		d.breakLine()
	}
}

// append lets the floor decide without a kill and without a word to the switch.
func (d *day) append(in Input) {
	facts, _ := d.floor.Step(in, d.now)
	d.journal = append(d.journal, facts...)
	for _, e := range facts {
		d.tally.kinds[e.Fact.Kind()]++
		d.checkFact(e)
	}
	d.answer(facts)
}

func (d *day) reconnect() {
	if !d.down {
		return
	}
	d.down = false
	clear(d.said)
	up := media.Event{Kind: media.Up, Switch: "s", Text: fmt.Sprintf("boot-%d", d.boot)}
	for _, id := range slices.Sorted(maps.Keys(d.legs)) {
		up.Legs = append(up.Legs, d.legs[id].Leg)
	}
	d.append(up)
	d.append(Tick{}) // the alarm of a new engine rings at once
	d.checkGhosts()
	for _, i := range d.floor.InteractionsOn("s") {
		d.floor.touched[i.ID] = struct{}{}
	}
	d.speak()
	for _, name := range slices.Sorted(maps.Keys(d.phones)) {
		d.tellPhone(name)
	}
	for _, l := range d.sortedLegs() { // a prompt that ran in the gap: nobody knows
		if l.Task != "" && !d.down {
			d.tell(media.Event{Kind: media.Done, Leg: l.ID, Task: l.Task, Why: media.CauseUnknown})
		}
	}
	d.alarm(d.step)
}

func (d *day) sortedLegs() []*leg {
	var out []*leg
	for _, id := range slices.Sorted(maps.Keys(d.legs)) {
		out = append(out, d.legs[id])
	}
	return out
}
