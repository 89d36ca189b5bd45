package fact

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

type (
	// InteractionArrived begins an interaction: a customer's leg has reached us. Who is what the network says of the caller.
	InteractionArrived struct {
		Switch string               `json:"switch"`
		Leg    media.LegID          `json:"leg"`
		To     string               `json:"to"`              // dialled number
		Queue  orchestrator.QueueID `json:"queue,omitempty"` // where it leads; "" when the number leads to a flow or nowhere
		Flow   orchestrator.FlowID  `json:"flow,omitempty"`  // where it leads
		// Previous is the interaction of the same leg, which was over here, such as by a transfer, before the leg came back.
		Previous orchestrator.InteractionID `json:"previous,omitempty"`
		Again    int                        `json:"again,omitempty"`  // how often it has come back so
		Lookup   string                     `json:"lookup,omitempty"` // of the customer's record, that the call waits for
		Until    time.Time                  `json:"until,omitzero"`   // after this it goes on without
		Who      Person                     `json:"-"`
	}
	// InteractionOpened begins an interaction of a channel without a line. Who has the address on the channel, and the subject as Text.
	InteractionOpened struct {
		Channel  orchestrator.Channel `json:"channel"`
		Queue    orchestrator.QueueID `json:"queue"`
		Priority int                  `json:"priority,omitempty"` // points, beside those of the queue
		Need     string               `json:"need,omitempty"`     // skills beside those of the plan, such as "billing>=3 english>=5"
		// Previous is the interaction that this one goes on from, on another channel; Root the first one of the chain.
		Previous orchestrator.InteractionID `json:"previous,omitempty"`
		Root     orchestrator.InteractionID `json:"root,omitempty"`
		Who      Person                     `json:"-"`
	}
	// InteractionLeft says that the customer's leg lives on in the switch's own dialplan, outside our hands.
	InteractionLeft struct {
		Extension string `json:"extension,omitempty"`
	}
	// InteractionReturned says that a leg that had left is with us again; its place in line is kept.
	InteractionReturned struct{}
	// InteractionEnded says that the customer's leg is over, or goes on as the interaction Next.
	InteractionEnded struct {
		Why       media.Cause                `json:"why"`
		Estimated bool                       `json:"estimated,omitempty"` // it happened in a gap: the time is when we learnt of it
		Next      orchestrator.InteractionID `json:"next,omitempty"`
	}
	// PromptBegun asks the switch to say something once, and with Max to wait for keys. Prompts that tell something of the caller,
	// such as the digits of an order, are in Who.Text instead.
	PromptBegun struct {
		Task    media.TaskID  `json:"task"`
		Prompts string        `json:"prompts"`
		Until   time.Time     `json:"until"`             // after this we stop waiting for its end
		Max     int           `json:"max,omitempty"`     // keys at most; 0 asks for none
		End     string        `json:"end,omitempty"`     // key that finishes
		Quiet   time.Duration `json:"quiet,omitempty"`   // longest wait for one key
		Longest time.Duration `json:"longest,omitempty"` // of the whole
		Try     int           `json:"try,omitempty"`     // of the node, from 1
		Lost    int           `json:"lost,omitempty"`    // how often the keys of this try were lost before
		Next    time.Time     `json:"next,omitzero"`     // to a caller in line: when something is said again
		Place   int           `json:"place,omitempty"`   // in line, that the caller is told
		Expect  time.Duration `json:"expect,omitempty"`  // wait that the caller is told
		Bound   time.Duration `json:"bound,omitempty"`   // wait: nine of ten in this place
		Who     Person        `json:"-"`
	}
	// PromptEnded says that it was heard, or why not.
	PromptEnded struct {
		Task media.TaskID `json:"task"`
		Why  media.Cause  `json:"why,omitempty"`
	}
	// ItemQueued puts the work item in line. Since is the enqueue time that orders it: kept through every failed offer.
	ItemQueued struct {
		Queue  orchestrator.QueueID `json:"queue"`
		Since  time.Time            `json:"since"`
		Next   time.Time            `json:"next,omitzero"`    // when something is said to the caller in line
		Latest time.Time            `json:"latest,omitzero"`  // when the caller is led elsewhere
		Ahead  time.Duration        `json:"ahead,omitempty"`  // head start over others in line
		Widen  time.Time            `json:"widen,omitzero"`   // when the time of the step is over
		Step   int                  `json:"step,omitempty"`   // of the queue's plan, from 0
		Only   orchestrator.AgentID `json:"only,omitempty"`   // for this person alone; "" is anybody
		Plan   int                  `json:"plan,omitempty"`   // version
		From   orchestrator.QueueID `json:"from,omitempty"`   // the queue whose plan led it here
		Place  int                  `json:"place,omitempty"`  // in line, from 1
		Expect time.Duration        `json:"expect,omitempty"` // wait: half of those in this place wait no longer
		Bound  time.Duration        `json:"bound,omitempty"`  // wait: nine of ten
		// Kept is the interaction whose place it has: Since is that one's enqueue time.
		Kept orchestrator.InteractionID `json:"kept,omitempty"`
	}
	// ItemRequeued puts a caller back in line whose talk was lost by no doing of theirs: with the agent's phone, or with its switch. What
	// it says is as in ItemQueued: the old Since is the place that was kept.
	ItemRequeued struct {
		Offer     orchestrator.OfferID `json:"offer"` // whose talk was lost; its after-call work does not end the work item any more
		Agent     orchestrator.AgentID `json:"agent"`
		CoolUntil time.Time            `json:"cool_until,omitzero"` // no offers to this agent before
		ItemQueued
	}
	// ItemWidened says that an item in line has come to a step of its plan; it keeps its place.
	ItemWidened struct {
		Ring  int                  `json:"ring"`            // the step, from 0
		Ahead time.Duration        `json:"ahead,omitempty"` // head start over others in line, from here on
		Widen time.Time            `json:"widen,omitzero"`  // when the time of the step is over
		Only  orchestrator.AgentID `json:"only,omitempty"`  // for this person alone; "" is anybody
		Plan  int                  `json:"plan,omitempty"`  // version
	}
	// ItemEnded is the one ending of the work item. Wait is queue entry, the last one, to agent connected, abandon or flow-out, 0
	// if it never queued.
	ItemEnded struct {
		Queue  orchestrator.QueueID   `json:"queue,omitempty"`
		State  orchestrator.ItemState `json:"state"`
		Reason string                 `json:"reason,omitempty"` // hangup, unknown_number, fallback, switch_lost, taken_back, …; a disposition when done
		Wait   time.Duration          `json:"wait"`
		Agent  orchestrator.AgentID   `json:"agent,omitempty"` // who had it, when done
		Who    Person                 `json:"-"`               // Text is what a client said who took it back
	}
	// RecordingFailed says that a segment was not recorded or not stored: never silently.
	RecordingFailed struct {
		Tape media.TapeID `json:"tape"`
		Why  string       `json:"why"`
	}
)

// Kind implements Fact.
func (InteractionArrived) Kind() string { return "interaction_arrived" }

func (f InteractionArrived) person() Person { return f.Who }

// Kind implements Fact.
func (InteractionOpened) Kind() string { return "interaction_opened" }

func (f InteractionOpened) person() Person { return f.Who }

// Kind implements Fact.
func (InteractionLeft) Kind() string { return "interaction_left" }

// Kind implements Fact.
func (InteractionReturned) Kind() string { return "interaction_returned" }

// Kind implements Fact.
func (InteractionEnded) Kind() string { return "interaction_ended" }

// Kind implements Fact.
func (PromptBegun) Kind() string { return "prompt_begun" }

func (f PromptBegun) person() Person { return f.Who }

// Kind implements Fact.
func (PromptEnded) Kind() string { return "prompt_ended" }

// Kind implements Fact.
func (ItemQueued) Kind() string { return "item_queued" }

// Kind implements Fact.
func (ItemRequeued) Kind() string { return "item_requeued" }

// Kind implements Fact.
func (ItemWidened) Kind() string { return "item_widened" }

// Kind implements Fact.
func (ItemEnded) Kind() string { return "item_ended" }

func (f ItemEnded) person() Person { return f.Who }

// Kind implements Fact.
func (RecordingFailed) Kind() string { return "recording_failed" }
