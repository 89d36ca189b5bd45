package api

import (
	"fmt"
	"strings"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

func saysCallback(f fact.Fact) string {
	switch x := f.(type) {
	case fact.CallbackRequested:
		return "The customer is to be called" + when(!x.NotBefore.IsZero(), " not before "+x.NotBefore.UTC().Format("2006-01-02 15:04")+" UTC") +
			"; the place in line counts from " + x.Since.UTC().Format("15:04") + " UTC."
	case fact.CallbackWaits:
		return fmt.Sprintf("Waits until %s UTC: %s.", x.Until.UTC().Format("2006-01-02 15:04"), stopSays(x.Why))
	case fact.OfferAccepted:
		return fmt.Sprintf("Agent %s is there, and hears who is called.", x.Agent)
	case fact.AgentTold:
		return "The agent has heard it."
	case fact.CustomerDialled:
		return fmt.Sprintf("The customer's phone is called over trunk %s, attempt %d.", x.Trunk, x.Attempt)
	case fact.CustomerGivenUp:
		return "The call of the customer is given up: " + string(x.Why) + "."
	case fact.CustomerMissed:
		if x.Spared {
			return fmt.Sprintf("Attempt %d does not count: the customer has called in.", x.Attempt)
		}
		return fmt.Sprintf("Attempt %d came to nothing: %s.", x.Attempt, missedSays(x.Why))
	case fact.CustomerCalledIn:
		return fmt.Sprintf("The customer has called in as %s and has its place in line; nobody calls them meanwhile.", x.By)
	case fact.CallbackResumed:
		return fmt.Sprintf("The call %s is over without a talk: the callback stands again, in its own place.", x.By)
	case fact.NumberForbidden:
		return "A number stands on the do-not-call list."
	case fact.NumberAllowed:
		return "A number is taken off the do-not-call list."
	}
	return ""
}

// acceptedEnding tells how it ended for an agent who was on the phone for a callback.
func acceptedEnding(x fact.OfferEnded) string {
	why := "the customer was not reached"
	switch {
	case x.State == orchestrator.OfferRejected:
		return fmt.Sprintf("Agent %s hung up before the customer was there.", x.Agent)
	case x.State == orchestrator.OfferDeviceFailed:
		return fmt.Sprintf("The phone of agent %s failed before the customer was there.", x.Agent)
	case x.State == orchestrator.OfferLost:
		why = "the switch lost the line"
	case x.State == orchestrator.OfferRescinded:
		why = "the customer is not called now"
	}
	return fmt.Sprintf("Agent %s is free again: %s.", x.Agent, why)
}

func stopSays(why fact.CallbackStop) string {
	switch why {
	case fact.StopNotBefore:
		return "the customer wants to be called then"
	case fact.StopClosed:
		return "nobody may be called at this hour"
	case fact.StopHourly:
		return "the calls of this hour are used up"
	case fact.StopSwitch:
		return "another switch calls from now on"
	case fact.StopNumber:
		return "this number was called often enough in a day"
	}
	return "last time " + missedSays(media.Cause(why))
}

func missedSays(why media.Cause) string {
	switch why {
	case media.CauseBusy:
		return "the line was busy"
	case media.CauseNoAnswer:
		return "nobody answered"
	case media.CauseRejected:
		return "the call was declined"
	case media.CauseUnreachable:
		return "the number could not be reached"
	case media.CauseLost:
		return "nobody knows, the switch lost it"
	case media.CauseHangup:
		return "we hung up"
	}
	return strings.ReplaceAll(string(why), "_", " ")
}
