// Package floor is the contact centre at this moment: who is calling, who is free, who waits where. It is one value and a pure
// state machine.
//
//	Step(input, now) -> facts     decides, and lives through what it decided
//	Apply(entry)                  lives through a fact read from the journal; cannot fail
//	Wants(interaction)            what the switch should be doing with its legs, drawn afresh from the state
//	Deadline()                    when it next wants a Tick
//
// A number that leads to a flow has a walk in the place of the greeting: NodeEntered, PromptBegun, PromptEnded, AttributeSet, … until
// a queue, a transfer or a hang-up; QueueLeft leads from the line back into it.
//
// It reads no clock, draws no random number and starts no goroutine, so a test can run a year in a second and replay any minute
// of it. Only Apply changes State.
//
//	              PromptBegun         ItemQueued            OfferMade             OfferConnected
//	(arrives) ──────────────> greeted ──────────> queued <───────────> offered ────────────────> assigned
//	                                                 OfferEnded                                      │ TalkEnded
//	                                                                                                 v
//	   ItemEnded: abandoned, flowed_out, canceled from anywhere before assigned; done after      wrapping
package floor

import (
	"fmt"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/media"
	"tandem/orchestrator/routing"
	"tandem/orchestrator/rules"
)

// Config is what the floor decides by. Facts record what came of it, so that a change never alters the past.
type Config struct {
	Cell       string        // first part of every name we give: legs, rooms, tasks, tapes
	Switches   []string      // that are configured, the first is where phones are of which nothing is said; none: all phones are on every switch
	Guard      time.Duration // a waiting caller reaches the switch's own fallback after so long without us
	RejectCool time.Duration // no offers after a reject
	DeviceCool time.Duration // no offers after a phone failed; doubles with each failure in a row, up to MaxCool
	MaxCool    time.Duration
	LostCool   time.Duration // no offers after an offer of which nobody knows what came: others first
	// What agents' phones dial to tell their agents' status, and the language of what is said then.
	Codes        map[string]fact.CodeDoes
	CodeLanguage string

	GreetingMax  time.Duration            // the longest greeting or announcement; after it we go on whatever the switch says
	Pace         time.Duration            // between two departures from a line, before any was seen
	Language     string                   // spoken with callers whom no flow has led
	ChatFor      time.Duration            // for so long a link to a chat keeps the place in line; 0: there is no chat
	Mobile       func(number string) bool // can it be texted? nil: every one
	CustomerWait time.Duration            // for a caller's record; 0 looks nobody up
	Zone         *time.Location           // in which the day of the centre begins; nil is UTC
	Dialling     Dialling                 // whom the centre may call outside
}

// Defaults are safe for a small centre.
func Defaults(cell string) Config {
	return Config{
		Cell: cell, Guard: 20 * time.Second, RejectCool: 10 * time.Second, DeviceCool: 10 * time.Second,
		MaxCool: 2 * time.Minute, LostCool: 5 * time.Second, GreetingMax: time.Minute,
		Pace: time.Minute, Language: "en", CustomerWait: time.Second,
	}
}

func (c Config) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// Input is something that reached us: a media.Event, a Command, a LookedUp or a Tick.
type Input any

// Tick says that a deadline may have come.
type Tick struct{}

// maxOverdue is how many deadlines one Tick looks at, so that a turn stays short after an outage.
const maxOverdue = 256

// Floor is the state and what is derived from it.
type Floor struct {
	State
	cfg Config

	// Of the Step that runs.
	now time.Time
	out []fact.Entry

	// Derived from State by Apply; built anew after a checkpoint is loaded.
	legs    map[legKey]legRef
	talked  map[string]int                                        // number → newest of Talked, counted with those forgotten
	forgot  int                                                   // of Talked, since the floor was built
	flows   map[flowKey]*flow.Flow                                // those that were read; nil for a text that this program cannot read
	tables  map[orchestrator.TableID]*rules.Table                 // those in force that were read; nil for a text that this program cannot read
	dialled map[string]orchestrator.FlowID                        // number → flow
	waiting map[orchestrator.QueueID]*order                       // in line, offered ones included
	behind  map[orchestrator.QueueID][]orchestrator.InteractionID // who waited when the steps changed; some are done
	booked  []orchestrator.InteractionID                          // live callbacks, in order of their ids
	numbers map[string]*known                                     // of customers, as they are spelt: who is on a line, or is to be called
	ready   map[orchestrator.InteractionID]struct{}               // callbacks in line whose customers will be called
	held    *order                                                // those that the centre's hours or its limit hold back, in order of their places
	barred  map[string]bool                                       // those of Forbidden, as they are spelt
	timers  timers
	pool    routing.Pool
	lendAt  time.Time                               // when lending is to be looked at again
	touched map[orchestrator.InteractionID]struct{} // since TakeTouched
	stale   map[orchestrator.AgentID]struct{}       // agents whose place in the pool must be looked at
}

// legKey names a leg over all switches; two switches may name their arrivals alike.
type legKey struct {
	sw  string
	leg media.LegID
}

// legRef says whose leg it is: the customer's when offer is "".
type legRef struct {
	interaction orchestrator.InteractionID
	offer       orchestrator.OfferID
}

// New returns an empty floor.
func New(cfg Config) *Floor {
	f := &Floor{State: newState(), cfg: cfg}
	f.derive()
	return f
}

// Configure sets what the floor decides by from now on.
func (f *Floor) Configure(cfg Config) {
	f.cfg = cfg
	f.recallNumbers() // perhaps they are spelt otherwise now
	for _, id := range f.booked {
		f.settle(f.Interactions[id])
	}
}

// Step decides what follows from in, lives through it, and returns the facts in order. A Command that cannot be carried out
// returns an *orchestrator.Error and no facts. The slice is good until the next Step.
func (f *Floor) Step(in Input, now time.Time) ([]fact.Entry, error) {
	f.out = f.out[:0]
	f.now = now.UTC().Truncate(time.Microsecond)
	if f.now.Before(f.At) {
		f.now = f.At // the logical clock never goes back
	}
	f.beginDay()
	var err error
	switch in := in.(type) {
	case media.Event:
		f.hear(in)
	case Command:
		err = f.command(in)
	case LookedUp:
		f.lookedUp(in)
	case Tick:
		f.overdue()
	default:
		panic(fmt.Sprintf("floor: unknown input %T", in))
	}
	f.match()
	return f.out, err
}

// emit writes down one fact and lives through it.
func (f *Floor) emit(about orchestrator.InteractionID, x fact.Fact) {
	e := fact.Entry{Seq: f.Seq + 1, At: f.now, About: about, Fact: x}
	f.Apply(e)
	f.out = append(f.out, e)
}

// name makes a name that is never used again: its number is that of the fact which is about to be emitted.
func (f *Floor) name(kind string) string {
	return fmt.Sprintf("%s-%s%d", f.cfg.Cell, kind, f.Seq+1)
}

func (f *Floor) hear(ev media.Event) {
	switch ev.Kind {
	case media.Up:
		f.compare(ev)
	case media.Down:
		f.lineAway(ev)
	case media.Phone:
		f.phone(ev.Switch, ev.Text, ev.Why)
	case media.Arrived:
		for _, leg := range ev.Legs {
			f.arrived(ev.Switch, leg)
		}
	default:
		f.hearLeg(ev)
	}
}

func (f *Floor) hearLeg(ev media.Event) {
	ref, known := f.legs[legKey{ev.Switch, ev.Leg}]
	if ev.Kind == media.Taped {
		f.taped(ev) // also after the leg's end
		return
	}
	if !known {
		if on, stray := f.Strays[ev.Leg]; stray && on == ev.Switch && ev.Kind == media.Gone {
			f.emit("", fact.StrayGone{Leg: ev.Leg})
		}
		return
	}
	if c := f.CodeCalls[ref.interaction]; c != nil {
		f.hearCode(ref.interaction, c, ev)
		return
	}
	i := f.Interactions[ref.interaction]
	switch ev.Kind {
	case media.Ringing:
		if o := f.Offers[ref.offer]; o != nil && o.State == orchestrator.OfferDelivering {
			f.emit(i.ID, fact.OfferAlerting{Offer: o.ID})
		}
	case media.Answered:
		if o := f.Offers[ref.offer]; o != nil {
			f.connect(i, o)
		} else if ref.offer == "" && i.dialling() {
			f.customerAnswered(i)
		}
	case media.Gone:
		if o := f.Offers[ref.offer]; o != nil {
			f.offerLegGone(i, o, ev.Why, ev.SIP, false)
		} else if ref.offer == "" && i.dialling() {
			f.missed(i, ev.Why, ev.SIP)
		} else if ref.offer == "" {
			f.callerGone(i, ev.Why, "hangup", false)
		}
	case media.Left:
		if ref.offer == "" {
			f.left(i, ev.Text)
		}
	case media.Done:
		if o := f.Offers[ref.offer]; o != nil {
			f.told(i, o, ev.Task, ev.Why)
			return
		}
		f.promptEnded(i, ev.Task, ev.Why, ev.Text)
	case media.Key:
		if ref.offer == "" {
			f.pressedInLine(i, ev.Text)
		}
	case media.Refused:
		f.refused(i, ev)
	}
}
