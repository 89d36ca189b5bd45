package api

import (
	"fmt"

	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

// saysWalk says what happens to a call inside a flow.
func saysWalk(f fact.Fact) string {
	switch x := f.(type) {
	case fact.FlowPublished:
		return fmt.Sprintf("Version %d of flow %s was published.", x.Version, x.Flow)
	case fact.RulesPublished:
		return fmt.Sprintf("Version %d of decision table %s was published.", x.Version, x.Table)
	case fact.RulesApplied:
		return floor.SayRuled(x)
	case fact.RoutingAsked:
		return floor.SayAsked(x)
	case fact.FlowUnreadable:
		return fmt.Sprintf("Version %d of flow %s cannot be read by this program; the caller is handed to the switch's fallback.", x.Version, x.Flow)
	case fact.FlowEntered:
		return fmt.Sprintf("Enters version %d of flow %s, in language %s.", x.Version, x.Flow, x.Language)
	case fact.NodeEntered:
		return fmt.Sprintf("Comes to node %s%s.", x.Node, when(x.Via != "", ": "+via(x.Via, x.Who)))
	case fact.LanguageChosen:
		return fmt.Sprintf("Language %s is spoken from now on.", x.Language)
	case fact.AttributeSet:
		switch {
		case x.Masked:
			return fmt.Sprintf("The caller keyed in %s; it was right, and is not kept.", x.Name)
		case x.Who.Text == "":
			return fmt.Sprintf("%s is not known any more, or never was.", x.Name)
		}
		return fmt.Sprintf("%s is %s.", x.Name, x.Who.Text)
	case fact.LookupBegun:
		return "Something is looked up."
	case fact.LookupEnded:
		if x.Found {
			return "It was found."
		}
		return "It was not found: " + x.Why + "."
	case fact.QueueLeft:
		return fmt.Sprintf("Leaves queue %s after %s: %s.", x.Queue, lasted(x.Wait), via(x.Via, x.Who))
	case fact.CallTransferred:
		return "The call is handed to extension " + x.Extension + " of the switch."
	case fact.SMSAsked:
		return "The caller is sent an SMS."
	case fact.ChatOffered:
		return "The caller is texted a link to a chat, which keeps the place until " + x.Until.UTC().Format("15:04 MST") + "."
	case fact.TicketAsked:
		return "A ticket is opened: " + x.Subject + "."
	}
	return ""
}

// via says why a way was taken; a key, as long as it is not erased.
func via(why string, who fact.Person) string {
	if who.Text == "" {
		return why
	}
	return why + " " + who.Text
}
