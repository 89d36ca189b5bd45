package floor

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/rules"
)

// Command asks the floor for something on behalf of a client. Do is one of the command types below.
type Command struct {
	Key  string // idempotency key, "" for none: a key that was used with the same Hash changes nothing
	Hash string // of the whole request
	Do   any
}

type (
	// DefineQueue makes a queue or changes it. Where it says nothing of its plan, that stays as they are.
	DefineQueue fact.QueueDefined
	// DefineAgent makes an agent or changes one. Where it says nothing of skills, or of the switch, they stay as they are.
	DefineAgent fact.AgentDefined
	// PublishFlow makes a text the newest version of the flow that it names. The same text again changes nothing.
	PublishFlow struct {
		File string // in messages
		Text string
	}
	// PublishTable makes a text the newest version of a decision table. The same text again changes nothing.
	PublishTable struct {
		Table  orchestrator.TableID
		Format rules.Format
		File   string // in messages
		Text   string
		Read   *rules.Table // Text as it was read, which passed Check with an empty rules.Centre: that takes long; nil: it is done here
	}
	// MakePhone gives an agent an account of our making as endpoint, or says that the one they have was given a new password.
	MakePhone struct {
		Agent    orchestrator.AgentID
		Endpoint string
		Switch   string // that the account is on; "" leaves it where it is
	}
	// RemovePhone says that such an account was taken away.
	RemovePhone struct{ Agent orchestrator.AgentID }
	// NoteTrunk says that a trunk was set or removed: the switch has it, the floor only tells.
	NoteTrunk struct {
		Trunk   orchestrator.TrunkID
		Removed bool
	}
	// ForgetPerson says that the store has erased whoever these interactions were with.
	ForgetPerson struct{ Interactions []orchestrator.InteractionID }
	// SetStatus is a person's choice. Available also ends "not responding" and the cooling down of the phone.
	SetStatus struct {
		Agent  orchestrator.AgentID
		Status orchestrator.Status
		Reason string
		By     string // see fact.AgentStatusSet
	}
	// RouteQueue gives a queue its plan: who takes its items, in which order.
	RouteQueue struct {
		Queue    orchestrator.QueueID
		Strategy string
		Priority int
		Target   time.Duration
		Steps    []fact.Step
		Borrow   []fact.Borrow
	}
	// TeachAgent says what an agent can do.
	TeachAgent struct {
		Agent  orchestrator.AgentID
		Skills []orchestrator.Skill
	}
	// LoadAgent says how much an agent carries at once, and their share of the work under strategy weighted.
	LoadAgent struct {
		Agent    orchestrator.AgentID
		Weight   int
		Capacity *fact.Capacity
	}
	// WrapUp ends the after-call work of an agent.
	WrapUp struct {
		Agent       orchestrator.AgentID
		Disposition string
		Notes       string
	}
)

// command carries out what a client asks for, or says why not.
func (f *Floor) command(c Command) error {
	if used, ok := f.Keys[c.Key]; ok && c.Key != "" {
		if used.Hash != c.Hash {
			return &orchestrator.Error{Kind: orchestrator.Conflict, Say: "this Idempotency-Key was used for another request; use a new one"}
		}
		switch open := c.Do.(type) {
		case OpenItem:
			*open.Into = used.About
		case OpenCallback:
			*open.Into = used.About
		}
		return nil
	}
	var err error
	done := fact.CommandDone{Key: c.Key, Hash: c.Hash}
	switch do := c.Do.(type) {
	case DefineQueue:
		err = f.defineQueue(fact.QueueDefined(do))
	case DefineAgent:
		err = f.defineAgent(fact.AgentDefined(do))
	case MakePhone:
		err = f.makePhone(do)
	case RemovePhone:
		err = f.removePhone(do)
	case NoteTrunk:
		err = f.noteTrunk(do)
	case PublishFlow:
		err = f.publishFlow(do)
	case PublishTable:
		err = f.publishTable(do)
	case RouteQueue:
		err = f.routeQueue(do)
	case TeachAgent:
		err = f.teachAgent(do)
	case LoadAgent:
		err = f.loadAgent(do)
	case ShowQueue, ShowAgent, ShowWork, ShowOutlook, ShowLoans, ShowDecision, ShowForbidden:
		return f.show(do) // read, not done: an idempotency key means nothing here
	case SetStatus:
		err = f.setStatus(do)
	case WrapUp:
		err = f.wrapUp(do)
	case OpenItem:
		err = f.openItem(do)
		done.About = *do.Into
	case OpenCallback, CancelCallback, ForbidNumber:
		done.About, err = f.outside(do)
	case CancelItem:
		err = f.cancelItem(do)
	case AcceptOffer:
		err = f.acceptOffer(do)
	case RejectOffer:
		err = f.rejectOffer(do)
	case CompleteOffer:
		err = f.completeOffer(do)
	case SeekCustomers:
		f.seekCustomers()
	case NoteSurvey:
		f.noteSurvey(do)
	case ForgetPerson:
		f.emit("", fact.PersonErased(do))
	default:
		panic(fmt.Sprintf("floor: unknown command %T", c.Do))
	}
	if err == nil && c.Key != "" {
		f.emit("", done)
	}
	return err
}

func (f *Floor) setStatus(c SetStatus) error {
	a := f.Agents[c.Agent]
	switch {
	case a == nil:
		return unknownAgent(c.Agent)
	case c.Status != orchestrator.Available && c.Status != orchestrator.Away && c.Status != orchestrator.SignedOut:
		return invalid("status %q is not known; use available, away or signed_out", c.Status)
	case c.Reason != "" && c.Status != orchestrator.Away:
		return invalid("a reason goes with status away only")
	case len([]rune(c.Reason)) > maxReason || strings.ContainsFunc(c.Reason, unicode.IsControl):
		return wrong("reason", "at most %d characters, no control characters", maxReason)
	case a.Status == c.Status && a.Reason == c.Reason && !a.NotResponding && a.CoolUntil.Before(f.now):
		return nil // nothing to change
	}
	if held := f.inHand(a); c.Status == orchestrator.SignedOut && len(held) > 0 {
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf(
			"agent %s has accepted %s and would take it home; complete that first (POST /api/v1/offers/%s/complete), or take status away until then",
			c.Agent, strings.Join(held, ", "), held[0])}
	}
	f.emit("", fact.AgentStatusSet{Agent: c.Agent, Status: c.Status, Reason: c.Reason, By: c.By})
	return nil
}

func (f *Floor) wrapUp(c WrapUp) error {
	a := f.Agents[c.Agent]
	if a == nil {
		return unknownAgent(c.Agent)
	}
	o := f.toWrapUp(a)
	switch {
	case o == nil || o.State.Ended():
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("agent %s has no after-call work to end", c.Agent)}
	case o.State != orchestrator.OfferWrapping:
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("agent %s is still %s; after-call work begins when the conversation ends", c.Agent, o.State)}
	case !dispositionForm.MatchString(c.Disposition):
		return wrong("disposition", "1 to 64 of a-z, 0-9, _ and -, such as \"solved\"")
	case len([]rune(c.Notes)) > maxNotes:
		return wrong("notes", "at most %d characters", maxNotes)
	}
	f.endWrapUp(f.Interactions[o.Interaction], o, c.Disposition, fact.Person{Text: c.Notes})
	return nil
}

func unknownAgent(id orchestrator.AgentID) error {
	return &orchestrator.Error{Kind: orchestrator.NotFound, Say: fmt.Sprintf("there is no agent %q", id)}
}

// wrong refuses a field, by the name that it has in the API.
func wrong(field, format string, args ...any) error {
	return &orchestrator.Error{Kind: orchestrator.Invalid, Field: field, Say: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) error {
	return &orchestrator.Error{Kind: orchestrator.Invalid, Say: fmt.Sprintf(format, args...)}
}
