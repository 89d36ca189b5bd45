package api

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
)

// sentence says what happened, for a person who reads the timeline. A fact that it does not know is named.
func sentence(f fact.Fact) string {
	for _, say := range []func(fact.Fact) string{saysCode, saysCallback, saysCaller, saysWalk, saysOffer, saysSurvey, saysCentre} {
		if s := say(f); s != "" {
			return s
		}
	}
	return strings.ReplaceAll(f.Kind(), "_", " ") + "."
}

// openedSays tells of what came over another channel. Nobody writes a callback: it is work with a customer.
func openedSays(x fact.InteractionOpened) string {
	who, text := caller(fact.Person{Number: x.Who.Number, Name: x.Who.Name}), when(x.Who.Text != "", ": "+x.Who.Text)
	if x.Channel == "callback" {
		return fmt.Sprintf("A callback to %s is opened in queue %s%s.", who, x.Queue, text)
	}
	return fmt.Sprintf("%s writes by %s to queue %s%s.", who, x.Channel, x.Queue, text)
}

func saysCaller(f fact.Fact) string {
	switch x := f.(type) {
	case fact.InteractionArrived:
		return arrivedSays(x) + when(x.Previous != "", " It was interaction "+string(x.Previous)+" before.")
	case fact.InteractionOpened:
		return openedSays(x)
	case fact.CustomerFound:
		return foundSays(x)
	case fact.InteractionLeft:
		return "The call left to the dialplan of the switch" + when(x.Extension != "", " at "+x.Extension) + "."
	case fact.InteractionReturned:
		return "The call came back from the switch and kept its place."
	case fact.InteractionEnded:
		if x.Why == "" {
			return "The interaction is over."
		}
		if x.Next != "" {
			return "The caller came back and goes on as interaction " + string(x.Next) + "."
		}
		return "The caller's line is over: " + string(x.Why) + when(x.Estimated, ", noticed later") + "."
	case fact.PromptBegun:
		heard := cmp.Or(x.Prompts, x.Who.Text, "something that was erased")
		if x.Max > 0 {
			return fmt.Sprintf("The caller is asked for keys, try %d, and hears %s.", flow.Counted(x.Try), heard)
		}
		return "The caller hears " + heard + "."
	case fact.PromptEnded:
		return "The prompt is over" + when(x.Why != "", ": "+string(x.Why)) + "."
	case fact.ItemQueued:
		return fmt.Sprintf("Waits in queue %s%s%s%s%s.", x.Queue, when(x.From != "", ", where the plan of queue "+string(x.From)+" led it with its place"), alone(x.Only),
			when(x.Kept != "", fmt.Sprintf(", in the place that interaction %s kept: since %s UTC", x.Kept, x.Since.UTC().Format("15:04"))),
			when(x.Place > 0, fmt.Sprintf(", in place %d; expected are %s, and in nine of ten cases no more than %s", x.Place, lasted(x.Expect), lasted(x.Bound))))
	case fact.ItemRequeued:
		return fmt.Sprintf("The line to agent %s was lost, and the caller is put back in queue %s, in the place from before: since %s UTC.", x.Agent, x.Queue, x.Since.UTC().Format("15:04"))
	case fact.ItemWidened:
		return fmt.Sprintf("Comes to step %d of its plan%s.", x.Ring+1, alone(x.Only))
	case fact.PlaceKept:
		return fmt.Sprintf("Its place in queue %s, since %s UTC, is kept for whoever goes on for it.", x.Queue, x.Since.UTC().Format("15:04"))
	case fact.ItemEnded:
		return endedSays(x)
	case fact.RecordingFailed:
		return "The recording failed: " + x.Why + "."
	}
	return ""
}

func arrivedSays(x fact.InteractionArrived) string {
	if x.Flow != "" {
		return fmt.Sprintf("%s calls %s, which leads to flow %s.", caller(x.Who), x.To, x.Flow)
	}
	if x.Queue == "" {
		return fmt.Sprintf("%s calls %s, which leads nowhere.", caller(x.Who), x.To)
	}
	return fmt.Sprintf("%s calls %s for queue %s.", caller(x.Who), x.To, x.Queue)
}

func foundSays(x fact.CustomerFound) string {
	switch {
	case x.Found:
		return "The customer is known" + when(x.Who.Name != "", " as "+x.Who.Name) + "."
	case x.Why != "":
		return "The customer's record was not found: " + x.Why + "; it goes on without."
	}
	return "There is no record of this customer."
}

// alone says that one person alone may take it.
func alone(only orchestrator.AgentID) string {
	return when(only != "", ", for agent "+string(only)+" alone at first")
}

func endedSays(x fact.ItemEnded) string {
	switch x.State {
	case orchestrator.ItemDone:
		return "Done" + when(x.Agent != "", " by agent "+string(x.Agent)) + "."
	case orchestrator.ItemAbandoned:
		return "The caller gave up after " + lasted(x.Wait) + "."
	}
	why := cmp.Or(x.Who.Text, strings.ReplaceAll(x.Reason, "_", " "))
	return fmt.Sprintf("Ended as %s%s.", strings.ReplaceAll(string(x.State), "_", " "), when(why != "", ": "+why))
}

func saysOffer(f fact.Fact) string {
	switch x := f.(type) {
	case fact.OfferMade:
		return fmt.Sprintf("Offered to agent %s from queue %s%s.", x.Agent, x.Queue, when(x.Lent != "", ", to which queue "+string(x.Lent)+" lends the agent"))
	case fact.OfferAlerting:
		return "The phone of the agent rings."
	case fact.OfferConnected:
		return fmt.Sprintf("Agent %s answered after a wait of %s.", x.Agent, lasted(x.Wait))
	case fact.OfferEnded:
		if x.Accepted {
			return acceptedEnding(x)
		}
		return fmt.Sprintf("Agent %s did not take it: %s%s.", x.Agent, offerEnding(x.State), when(x.NotResponding, "; the agent gets no more calls until available again"))
	case fact.TalkEnded:
		if x.Why == "" {
			return fmt.Sprintf("Agent %s worked on it for %s.", x.Agent, lasted(x.Talk))
		}
		return fmt.Sprintf("The conversation with agent %s ended after %s, by the %s%s.", x.Agent, lasted(x.Talk), x.By, when(x.Estimated, ", noticed later"))
	case fact.WrapUpEnded:
		if x.Disposition == "" {
			return fmt.Sprintf("The after-call work of agent %s ended without a disposition after %s.", x.Agent, lasted(x.Wrap))
		}
		return fmt.Sprintf("Agent %s wrapped up as %s after %s.", x.Agent, x.Disposition, lasted(x.Wrap))
	case fact.LegGone:
		return "The line to the agent's phone is over: " + string(x.Why) + "."
	}
	return ""
}

func offerEnding(s orchestrator.OfferState) string {
	switch s {
	case orchestrator.OfferNoAnswer:
		return "no answer"
	case orchestrator.OfferRejected:
		return "declined"
	case orchestrator.OfferDeviceFailed:
		return "the phone cannot be reached"
	case orchestrator.OfferRescinded:
		return "taken back"
	case orchestrator.OfferCallerGone:
		return "the caller hung up"
	case orchestrator.OfferLost:
		return "the switch lost it"
	}
	return string(s)
}

func saysCentre(f fact.Fact) string {
	switch x := f.(type) {
	case fact.QueueDefined:
		return fmt.Sprintf("Queue %s was defined at number %s.", x.Queue, x.Number)
	case fact.AgentDefined:
		return fmt.Sprintf("Agent %s was defined%s.", x.Agent, when(x.Switch != "", ", with a phone on switch "+x.Switch))
	case fact.LoanBegun:
		return fmt.Sprintf("Agent %s of queue %s is lent to queue %s, which has more work than people.", x.Agent, x.From, x.To)
	case fact.LoanEnded:
		return loanEndedSays(x)
	case fact.CustomersSought:
		return "From now on the record of each caller is looked up."
	case fact.DayBegun:
		return "A new day began: what people did today counts anew."
	case fact.PersonErased:
		return fmt.Sprintf("A person was erased, with %d interactions.", len(x.Interactions))
	case fact.PhoneMade:
		return fmt.Sprintf("A phone account %s was made for agent %s%s.", x.Endpoint, x.Agent, when(x.Switch != "", " on switch "+x.Switch))
	case fact.PhoneRenewed:
		return fmt.Sprintf("The phone account %s of agent %s has a new password.", x.Endpoint, x.Agent)
	case fact.PhoneRemoved:
		return fmt.Sprintf("The phone account %s of agent %s was taken away.", x.Endpoint, x.Agent)
	case fact.TrunkSet:
		return fmt.Sprintf("Trunk %s was set.", x.Trunk)
	case fact.TrunkRemoved:
		return fmt.Sprintf("Trunk %s was removed.", x.Trunk)
	case fact.AgentStatusSet:
		return fmt.Sprintf("Agent %s is %s%s%s.", x.Agent, strings.ReplaceAll(string(x.Status), "_", " "), when(x.Reason != "", ": "+x.Reason), when(x.By == fact.ByPhone, ", by a code from the phone"))
	case fact.PhoneChanged:
		return fmt.Sprintf("Phone %s%s is %s.", x.Endpoint, when(x.Switch != "", " on switch "+x.Switch), x.Health)
	case fact.SwitchUp:
		return fmt.Sprintf("Switch %s is connected.", x.Switch)
	case fact.SwitchDown:
		return fmt.Sprintf("The line to switch %s is away; its calls go on, and nothing is known of its phones.", x.Switch)
	case fact.SwitchMissed:
		return fmt.Sprintf("Switch %s stays away: its callers do not count as waiting until it is back.", x.Switch)
	case fact.StrayFound:
		return fmt.Sprintf("A leg that nobody needs was found on switch %s and is dropped.", x.Switch)
	case fact.StrayGone:
		return "The leg that nobody needed is gone."
	case fact.OrderRefused:
		return "The switch could not do it: " + x.What + "."
	}
	return ""
}

// loanEnds are why a loan ended.
var loanEnds = map[string]string{
	"over": "the surge is over", "needed": "somebody waits in their own queue", "left": "the agent is not there", "rule": "no rule says so any more",
}

func loanEndedSays(x fact.LoanEnded) string {
	waits := when(x.Waiting > 0, fmt.Sprintf(", %d of them, the longest for %s", x.Waiting, lasted(x.Oldest)))
	return fmt.Sprintf("Agent %s is back from queue %s in queue %s after %s: %s%s.", x.Agent, x.To, x.From, lasted(x.Lasted), cmp.Or(loanEnds[x.Why], x.Why), waits)
}

// caller is how a person is called who may have a name, a number, or neither.
func caller(p fact.Person) string {
	switch {
	case p.Name != "" && p.Number != "":
		return p.Name + " (" + p.Number + ")"
	case p.Number != "":
		return p.Number
	case p.Name != "":
		return p.Name
	}
	return "Somebody without a number"
}

// lasted says how long, to the second.
func lasted(d time.Duration) string {
	d = d.Round(time.Second)
	if d < time.Minute {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}

func when(is bool, text string) string {
	if is {
		return text
	}
	return ""
}
