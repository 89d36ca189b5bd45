package floor

import (
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
	"tandem/orchestrator/routing"
)

// State is the whole floor, ready to be written as JSON. Persons are left out of it and kept apart (checkpoint.go).
type State struct {
	Seq          int64     // the last entry lived through
	At           time.Time // its time
	Queues       map[orchestrator.QueueID]fact.QueueDefined
	Agents       map[orchestrator.AgentID]*Agent
	Flows        map[orchestrator.FlowID]*Flow
	Tables       map[orchestrator.TableID]fact.RulesPublished // of decisions, in force
	Lines        map[orchestrator.QueueID]*Line
	Phones       map[string]orchestrator.Health // by endpoint
	PhonesOn     map[string]string              `json:",omitempty"` // endpoint → switch that told, where there are several
	Switches     map[string]*Switch
	Interactions map[orchestrator.InteractionID]*Interaction
	CodeCalls    map[orchestrator.InteractionID]*CodeCall // of agents' phones; named like interactions, and none
	Offers       map[orchestrator.OfferID]*Offer
	Strays       map[media.LegID]string                        // leg → switch
	Places       map[orchestrator.InteractionID]fact.PlaceKept `json:",omitempty"` // in line, that nobody has taken yet; by who had them
	Keys         map[string]UsedKey
	KeyOrder     []string                     // the keys of Keys, oldest first
	Talked       []Talked                     `json:"-"`          // with whom customers spoke, oldest first
	Stepped      map[orchestrator.QueueID]int `json:",omitempty"` // version of each plan that brought its present steps
	DayEnds      time.Time                    // when what people did today begins anew
	Sought       bool                         `json:",omitempty"` // callers' records are looked up
	Dialled      []Dialled                    `json:"-"`          // calls outside of the last day, oldest first
	Forbidden    map[string]bool              `json:"-"`          // numbers that nobody calls
}

// Switch is what is known of a media switch.
type Switch struct {
	Boot   string
	Up     bool
	Since  time.Time `json:",omitzero"`  // when it was known last, while it is away
	Missed time.Time `json:",omitzero"`  // from then on its callers did not count as waiting; zero: they count
	NotYet bool      `json:",omitempty"` // it is not up since this program began, and was up before
}

// Interaction is one conversation that still concerns somebody: it stays until every leg is over and the work is done.
type Interaction struct {
	ID          orchestrator.InteractionID
	Channel     orchestrator.Channel `json:",omitempty"` // "" is a call, on a leg of a switch; all others have none
	Switch      string
	Leg         media.LegID
	Gone        bool // the customer's leg is over
	Away        bool // the customer's leg is in the switch's own dialplan
	Fallback    bool // it is to go to the fallback there: this program cannot read the flow
	To          string
	Again       int                        // how often the leg came back after an earlier interaction of it was over
	Previous    orchestrator.InteractionID `json:",omitempty"` // that this one goes on from, on another channel
	Next        orchestrator.InteractionID `json:",omitempty"` // that goes on from this one
	Root        orchestrator.InteractionID `json:",omitempty"` // first of that chain; "" is this one
	Queue       orchestrator.QueueID
	Who         fact.Person `json:"-"`
	State       orchestrator.ItemState
	Reason      string
	Arrived     time.Time
	Since       time.Time // enqueue time, zero before
	Back        time.Time `json:",omitzero"` // when it came back in line after a talk that was lost, zero for never
	Ahead       time.Duration
	Step        int                  // of the queue's plan
	Plan        int                  // version by which it came to the step
	Only        orchestrator.AgentID // for whom alone the step is; "" is anybody
	Widen       time.Time            // when the time of the step is over; zero is never
	Priority    int                  // points, beside those of the queue
	Need        string               // skills beside those of the plan
	Due         time.Duration        `json:",omitempty"` // within which it is to be answered; 0 is the queue's target
	Attributes  map[string]string    `json:"-"`
	Given       Expectation          // of the wait, when it entered the line
	Told        Expectation          // last
	Place       int                  // in line, when it was told last
	Seek        string               `json:",omitempty"` // look-up of the customer that the call waits for, "" for none
	SeekUntil   time.Time            `json:",omitzero"`
	Prompt      media.TaskID
	Prompts     string
	PromptUntil time.Time
	Walk        *Walk                  // through a flow; nil for a call that came to a queue's own number
	Callback    *Callback              `json:",omitempty"` // of a promised call, which the centre makes; nil of everything else
	Survey      *Survey                // nil before the customer is asked for a rating
	Offer       orchestrator.OfferID   // the live one, "" for none
	Offers      []orchestrator.OfferID // those whose leg or after-call work is not over, oldest first
}

// Offer is one work item offered to one agent, until its one ending and the end of its leg.
type Offer struct {
	ID          orchestrator.OfferID
	Interaction orchestrator.InteractionID
	Agent       orchestrator.AgentID
	Queue       orchestrator.QueueID
	Leg         media.LegID
	LegGone     bool
	State       orchestrator.OfferState
	Why         media.Cause
	Made        time.Time
	RingUntil   time.Time
	Room        media.RoomID
	Tape        media.TapeID
	Connected   time.Time
	TalkEnded   time.Time
	WrapUntil   time.Time
	Requeued    bool         `json:",omitempty"` // the talk was lost, and the work item is in line again: it is not this offer's any more
	Task        media.TaskID `json:",omitempty"` // of what the agent of a callback is told, "" for nothing
	Prompts     string       `json:",omitempty"` // of it; "" is who is called
	TellUntil   time.Time    `json:",omitzero"`
}

// Agent is a person who takes work.
type Agent struct {
	ID            orchestrator.AgentID
	Endpoint      string
	Account       string `json:",omitempty"` // the endpoint that was made for the agent; "" for none
	Switch        string `json:",omitempty"` // that the phone is on; "" is the first of the configuration
	Queues        []orchestrator.QueueID
	Skills        []orchestrator.Skill
	Who           fact.Person `json:"-"`
	Status        orchestrator.Status
	Reason        string
	NotResponding bool
	Idle          time.Time      // since when without work
	Offered       time.Time      // when work was last offered
	Weight        int            // share of the work under strategy weighted; 0 is 1
	Capacity      *fact.Capacity // nil is the usual one
	Today         Today
	Pace          [routing.Medias]time.Duration // smoothed handling time; 0 before any contact
	CoolUntil     time.Time
	Loan          routing.Loan           // to a queue whose items the agent takes beside their own
	Rest          time.Time              // the agent is not lent again before
	Back          orchestrator.QueueID   // which called the agent back from a loan, while what was in hand then is not finished
	Failures      int                    // of the phone, in a row
	Offers        []orchestrator.OfferID // the slots that are taken, oldest first: each until the leg is over and the after-call work done
}

// UsedKey is an idempotency key that a command was carried out with.
type UsedKey struct {
	Hash  string
	About orchestrator.InteractionID `json:",omitempty"` // that it opened
	At    time.Time
}

// keepKeys is how long an idempotency key is remembered.
const keepKeys = 24 * time.Hour

func newState() State {
	return State{
		Queues:       map[orchestrator.QueueID]fact.QueueDefined{},
		Agents:       map[orchestrator.AgentID]*Agent{},
		Flows:        map[orchestrator.FlowID]*Flow{},
		Stepped:      map[orchestrator.QueueID]int{},
		Tables:       map[orchestrator.TableID]fact.RulesPublished{},
		Lines:        map[orchestrator.QueueID]*Line{},
		Phones:       map[string]orchestrator.Health{},
		PhonesOn:     map[string]string{},
		Switches:     map[string]*Switch{},
		Interactions: map[orchestrator.InteractionID]*Interaction{},
		CodeCalls:    map[orchestrator.InteractionID]*CodeCall{},
		Offers:       map[orchestrator.OfferID]*Offer{},
		Strays:       map[media.LegID]string{},
		Places:       map[orchestrator.InteractionID]fact.PlaceKept{},
		Forbidden:    map[string]bool{},
		Keys:         map[string]UsedKey{},
	}
}

// waits says whether an interaction is in line and its switch can be spoken to.
func (f *Floor) waits(i *Interaction) bool {
	return i.State == orchestrator.ItemQueued && !i.Away && !i.Gone && f.reached(i) && (i.Callback == nil || f.reachable(i))
}

// over says whether nothing about an interaction is left to do.
func (i *Interaction) over() bool {
	return i.Gone && i.State.Ended() && len(i.Offers) == 0
}

// over says whether nothing about an offer is left to do.
func (o *Offer) over() bool { return o.LegGone && o.State.Ended() }

// InteractionsOn lists the interactions of a switch, ordered by arrival.
func (s *State) InteractionsOn(sw string) []*Interaction {
	var out []*Interaction
	for _, i := range s.Interactions {
		if i.Switch == sw {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b *Interaction) int { return orchestrator.CompareIDs(a.ID, b.ID) })
	return out
}
