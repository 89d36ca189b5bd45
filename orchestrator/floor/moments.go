package floor

import (
	"fmt"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
)

// Moment is one decision about an interaction, as it was written down when it was made. It does not pass when the interaction is over.
type Moment struct {
	Seq      int64
	At       time.Time
	Kind     MomentKind
	Queue    orchestrator.QueueID
	Step     int                     // of queued, requeued and step, from 0
	Only     orchestrator.AgentID    // of queued, requeued and step: for this person alone
	Agent    orchestrator.AgentID    // of offered, refused, taken and requeued
	Ending   orchestrator.OfferState // of refused
	Accepted bool                    // of refused: the agent was on the phone for a callback
	Choice   routing.Account         // of offered
	Ruled    fact.RulesApplied       // of ruled
	Asked    fact.RoutingAsked       // of asked

	Kept  orchestrator.InteractionID // of queued: in whose place it stands, "" for its own
	Since time.Time                  // of queued and requeued: from when on it counts
}

// MomentKind says what was decided. Closed set.
type MomentKind string

// The kinds of moments.
const (
	MomentRuled   MomentKind = "ruled" // a decision table was asked
	MomentAsked   MomentKind = "asked" // a flow asked for a priority, skills or a due time
	MomentQueued  MomentKind = "queued"
	MomentStep    MomentKind = "step"
	MomentOffered MomentKind = "offered"
	MomentRefused MomentKind = "refused" // the offer ended and the item is in line again, or over
	MomentTaken   MomentKind = "taken"
	// MomentRequeued is a talk that was lost by no doing of the caller's, who is in line again.
	MomentRequeued MomentKind = "requeued"
	MomentEnded    MomentKind = "ended"
)

// Moments finds the decisions in the timeline of an interaction.
func Moments(timeline []fact.Entry) []Moment {
	var out []Moment
	for _, e := range timeline {
		m := Moment{Seq: e.Seq, At: e.At}
		switch x := e.Fact.(type) {
		case fact.RulesApplied:
			m.Kind, m.Queue, m.Ruled = MomentRuled, x.Queue, x
		case fact.RoutingAsked:
			m.Kind, m.Asked = MomentAsked, x
		case fact.ItemQueued:
			m.Kind, m.Queue, m.Step, m.Only = MomentQueued, x.Queue, x.Step, x.Only
			m.Kept, m.Since = x.Kept, x.Since
		case fact.ItemRequeued:
			m.Kind, m.Queue, m.Step, m.Only, m.Agent, m.Since = MomentRequeued, x.Queue, x.Step, x.Only, x.Agent, x.Since
		case fact.ItemWidened:
			m.Kind, m.Step, m.Only = MomentStep, x.Ring, x.Only
		case fact.OfferMade:
			m.Kind, m.Queue, m.Agent = MomentOffered, x.Queue, x.Agent
			m.Choice = routing.Account{Fit: x.Fit, Free: x.Free, Next: x.Next, By: routing.Criterion(x.By), Lent: x.Lent}
		case fact.OfferEnded:
			m.Kind, m.Agent, m.Ending, m.Accepted = MomentRefused, x.Agent, x.State, x.Accepted
		case fact.OfferConnected:
			m.Kind, m.Queue, m.Agent = MomentTaken, x.Queue, x.Agent
		case fact.ItemEnded:
			m.Kind, m.Queue = MomentEnded, x.Queue
		default:
			continue
		}
		out = append(out, m)
	}
	return out
}

var momentsSaid = map[routing.Language]map[MomentKind]string{
	routing.English: {
		MomentQueued: "It came into the line of queue %s, in step %d.", MomentStep: "It came to step %d of its plan.",
		MomentOffered: "It was offered to %s. %d people fitted, %d of them were free.", MomentRefused: "%s did not take it: %s.",
		MomentTaken: "%s took it.", MomentEnded: "It was over.",
		MomentRequeued: "The talk with %s was lost. It is in the line of queue %s again, in step %d, in its place since %s.",
	},
	routing.Chinese: {
		MomentQueued: "进入队列 %s，步骤 %d。", MomentStep: "进入步骤 %d。",
		MomentOffered: "分配给 %s。符合条件 %d 人，其中空闲 %d 人。", MomentRefused: "%s 未接：%s。",
		MomentTaken: "%s 已接待。", MomentEnded: "已结束。",
		MomentRequeued: "与 %s 的通话中断。回到队列 %s，步骤 %d，保留自 %s 起的位置。",
	},
}

// keptSaid tells that an item stands in another one's place.
var keptSaid = map[routing.Language]string{
	routing.English: " It stands in the place of %s, since %s.", routing.Chinese: " 占用 %s 保留的位置，自 %s 起。",
}

func (m Moment) sayKept(l routing.Language) string {
	if m.Kept == "" {
		return ""
	}
	return fmt.Sprintf(keptSaid[l], m.Kept, saidTime(m.Since))
}

func saidTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// momentEndings are why an offer was not taken, in Chinese; in English the word itself is said.
var momentEndings = map[orchestrator.OfferState]string{
	orchestrator.OfferNoAnswer: "无应答", orchestrator.OfferRejected: "拒接", orchestrator.OfferDeviceFailed: "话机故障",
	orchestrator.OfferRescinded: "已收回", orchestrator.OfferCallerGone: "客户离开", orchestrator.OfferLost: "连接丢失",
}

// acceptedSaid are the words for who was on the phone for a callback: that they have hung up, or that the customer was not connected.
var acceptedSaid = map[routing.Language]map[bool]string{
	routing.English: {true: "%s was there for it, and hung up before the customer was.", false: "%s was there for it, but the customer was not connected."},
	routing.Chinese: {true: "%s 已就位，在接通客户前挂断。", false: "%s 已就位，但未接通客户。"},
}

// Say tells a moment in sentences, in a language such as "en" or "zh"; one that is not known is English.
func (m Moment) Say(language string) string {
	l := routing.Language(language)
	if momentsSaid[l] == nil {
		l = routing.English
	}
	form, only := momentsSaid[l][m.Kind], ""
	if m.Only != "" {
		only = " " + routing.SayOnly(l, m.Only)
	}
	switch m.Kind {
	case MomentRuled:
		return sayRuled(l, m.Ruled)
	case MomentAsked:
		return sayAsked(l, m.Asked)
	case MomentQueued:
		return fmt.Sprintf(form, m.Queue, m.Step+1) + m.sayKept(l) + only
	case MomentRequeued:
		return fmt.Sprintf(form, m.Agent, m.Queue, m.Step+1, saidTime(m.Since)) + only
	case MomentStep:
		return fmt.Sprintf(form, m.Step+1) + only
	case MomentOffered:
		if m.Choice.Fit == 0 {
			return routing.SayChosen(l, m.Agent) // written by a program that kept no account
		}
		said := fmt.Sprintf(form, m.Agent, m.Choice.Fit, m.Choice.Free)
		if m.Choice.Lent != "" {
			said += " " + routing.SayLent(l, m.Agent, m.Choice.Lent, time.Time{})
		}
		if m.Choice.Next != "" {
			said += " " + routing.SayInstead(l, m.Choice.Next, m.Choice.By)
		}
		return said
	case MomentRefused:
		if m.Accepted {
			return fmt.Sprintf(acceptedSaid[l][m.Ending == orchestrator.OfferRejected], m.Agent)
		}
		if l == routing.Chinese {
			return fmt.Sprintf(form, m.Agent, momentEndings[m.Ending])
		}
		return fmt.Sprintf(form, m.Agent, m.Ending)
	case MomentTaken:
		return fmt.Sprintf(form, m.Agent)
	}
	return form
}
