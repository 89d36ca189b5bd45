package floor

import (
	"container/heap"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// day is a simulated day: the floor, its journal, a switch with callers and phones, lines that break and kills at every moment.
// What is true in the world (leg) is kept apart from what the floor believes, and the invariants compare the two.
type day struct {
	t    *testing.T
	seed int
	r    *rand.Rand
	now  time.Time
	q    agenda
	n    int

	floor   *Floor
	journal []fact.Entry
	said    map[media.LegID]media.Want
	shadow  *Floor // folds the encoded journal
	folded  int

	boot    int
	legs    map[media.LegID]*leg
	since   map[orchestrator.InteractionID]time.Time // enqueue time that was written last
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

type appointment struct {
	at time.Time
	n  int
	do func()
}
type agenda []appointment

func (q agenda) Len() int { return len(q) }
func (q agenda) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].n < q[j].n
}
func (q agenda) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *agenda) Push(x any)   { *q = append(*q, x.(appointment)) }
func (q *agenda) Pop() any     { o := *q; x := o[len(o)-1]; *q = o[:len(o)-1]; return x }

const (
	agentsPerDay    = 8
	callersPerDay   = 150
	textsPerDay     = 40
	openFor         = 4
	callbacksPerDay = 12
)

func newDay(t *testing.T, seed int) *day {
	d := &day{
		t: t, seed: seed, r: rand.New(rand.NewPCG(uint64(seed), 7)), now: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC),
		floor: New(dayConfig()), shadow: New(dayConfig()), said: map[media.LegID]media.Want{}, boot: 1,
		legs: map[media.LegID]*leg{}, since: map[orchestrator.InteractionID]time.Time{}, dialled: map[media.LegID]bool{}, ended: map[media.LegID]time.Time{}, phones: map[string]*phone{}, asked: map[string]bool{}, happened: map[string]bool{}, rests: map[orchestrator.AgentID]time.Time{}, tally: tally{kinds: map[string]int{}},
	}
	return d
}

func (d *day) after(wait time.Duration, do func()) {
	d.n++
	heap.Push(&d.q, appointment{d.now.Add(wait), d.n, do})
}

func (d *day) between(lo, hi time.Duration) time.Duration {
	return lo + time.Duration(d.r.Int64N(int64(hi-lo)))
}

// plan puts a day's people and mishaps on the agenda.
func (d *day) plan() {
	d.step(media.Event{Kind: media.Up, Switch: "s", Text: "boot-1"})
	for i, q := range []string{"sales", "support"} {
		greeting := []string{"", "prompt:welcome"}[i]
		d.step(Command{Do: DefineQueue{
			Queue: orchestrator.QueueID(q), Name: q, Number: fmt.Sprint(7000 + i), Music: "default", Greeting: greeting,
			RingFor: 20 * time.Second, WrapUp: 15 * time.Second, Survey: []fact.SurveyPolicy{fact.SurveyKey, fact.SurveyKeySMS}[i],
		}})
	}
	d.step(Command{Do: RouteQueue{Queue: "sales", Strategy: "best_skill", Steps: []fact.Step{
		{Only: "last_agent", SkipIf: "waiting > 30", For: 10 * time.Second},
		{If: "gold >= 5", For: 15 * time.Second}, {Ahead: time.Minute},
	}, Borrow: dayBorrow("support")}})
	d.step(Command{Do: RouteQueue{Queue: "support", Strategy: "fewest_contacts", Priority: 1, Steps: []fact.Step{{For: 2 * time.Minute, Exit: "sales"}}, Borrow: dayBorrow("sales")}})
	d.step(Command{Do: PublishFlow{File: "day", Text: dayFlow}})
	d.after(d.between(0, openFor*time.Hour), func() {
		d.step(Command{Do: PublishFlow{File: "day", Text: dayFlow + "# another version\n"}})
	})
	for i := range agentsPerDay {
		d.planAgent(fmt.Sprintf("a%d", i), i)
	}
	for i := range callersPerDay {
		d.after(d.between(0, openFor*time.Hour), func() { d.call(media.LegID(fmt.Sprintf("c%d", i)), fmt.Sprint(7000+d.r.IntN(4))) })
	}
	for range textsPerDay {
		d.after(d.between(0, openFor*time.Hour), d.write)
	}
	for range callbacksPerDay {
		d.after(d.between(0, openFor*time.Hour), d.promise)
	}
	for range 8 {
		d.after(d.between(0, openFor*time.Hour), d.breakLine)
	}
	if d.seed%3 == 0 {
		d.step(Command{Do: SeekCustomers{}})
	}
	if d.seed%5 == 0 {
		d.after(d.between(time.Hour, openFor*time.Hour), d.rebootSwitch)
	}
	d.after((openFor+1)*time.Hour, func() { d.night = true })
	d.after((openFor+2)*time.Hour+10*time.Minute, d.cancelAll)
}

func (d *day) planAgent(name string, i int) {
	queues := [][]orchestrator.QueueID{{"sales"}, {"support"}, {"sales", "support"}}[i%3]
	d.phones[name] = &phone{registered: true}
	d.step(Command{Do: DefineAgent{Agent: orchestrator.AgentID(name), Endpoint: name, Queues: queues, Who: fact.Person{Name: name}}})
	if i%2 == 0 {
		d.step(Command{Do: TeachAgent{Agent: orchestrator.AgentID(name), Skills: []orchestrator.Skill{{ID: "gold", Level: 7}}}})
	}
	d.step(media.Event{Kind: media.Phone, Switch: "s", Text: name, Why: media.PhoneRegistered})
	for at := d.between(0, time.Minute); at < openFor*time.Hour; at += d.between(time.Minute, 10*time.Minute) {
		d.after(at, func() { // somebody who did not respond comes back, or goes for lunch
			status := orchestrator.Available
			if d.r.IntN(6) == 0 {
				status = orchestrator.Away
			}
			d.step(Command{Do: SetStatus{Agent: orchestrator.AgentID(name), Status: status}})
		})
	}
	for range 15 {
		d.after(d.between(0, openFor*time.Hour), func() { d.phoneChange(name) })
	}
	d.after((openFor+2)*time.Hour, func() {
		d.step(Command{Do: SetStatus{Agent: orchestrator.AgentID(name), Status: orchestrator.SignedOut}})
	})
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
	d.alarm()
}

func (d *day) alarm() {
	if at := d.floor.Deadline(); !at.IsZero() {
		d.after(max(0, at.Sub(d.now)), func() {
			if at := d.floor.Deadline(); !at.IsZero() && !d.now.Before(at) {
				d.step(Tick{})
			}
		})
	}
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
		d.floor = New(cfg)
		for _, e := range d.journal {
			d.floor.Apply(e)
		}
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
	d.alarm()
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
	d.alarm()
}

func (d *day) sortedLegs() []*leg {
	var out []*leg
	for _, id := range slices.Sorted(maps.Keys(d.legs)) {
		out = append(out, d.legs[id])
	}
	return out
}

func (d *day) fail(format string, args ...any) {
	d.t.Helper()
	for _, e := range d.journal[max(0, len(d.journal)-25):] {
		_, body, _, _ := fact.Encode(e.Fact)
		d.t.Logf("%d %s %s %s %s", e.Seq, e.At.Format("15:04:05.000"), e.About, e.Fact.Kind(), body)
	}
	d.t.Fatalf("seed %d at %s: %s", d.seed, d.now.Format("15:04:05.000"), fmt.Sprintf(format, args...))
}
