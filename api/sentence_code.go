package api

import (
	"fmt"
	"strings"

	"tandem/orchestrator/fact"
)

// saysCode says what an agent's phone asked for by a feature code.
func saysCode(f fact.Fact) string {
	switch x := f.(type) {
	case fact.CodeDialled:
		asks := strings.ReplaceAll(string(x.Does), "_", " ")
		switch {
		case x.Refused == "":
			return fmt.Sprintf("Agent %s dials the code for %s on phone %s.", x.Agent, asks, x.Endpoint)
		case x.Refused == "work_in_hand":
			return fmt.Sprintf("Agent %s dials the code for %s with accepted work in hand: nothing is done.", x.Agent, asks)
		case x.Agent != "":
			return fmt.Sprintf("Agent %s dials the code for %s and is not signed in: nothing is done.", x.Agent, asks)
		case x.Endpoint != "":
			return fmt.Sprintf("Phone %s, which is no agent's, dials the code for %s: nothing is done.", x.Endpoint, asks)
		}
		return fmt.Sprintf("Somebody without a phone of the centre dials the code for %s: nothing is done.", asks)
	case fact.CodeSaid:
		return "The phone was told" + when(x.Why != "", ", or not: "+string(x.Why)) + "."
	case fact.CodeEnded:
		return "The phone's call is over: " + string(x.Why) + when(x.Estimated, ", noticed later") + "."
	}
	return ""
}
