package api

import (
	"fmt"

	"tandem/orchestrator/fact"
)

// saysSurvey says what happens to the question for a rating.
func saysSurvey(f fact.Fact) string {
	switch x := f.(type) {
	case fact.SurveyAsked:
		return "The customer is asked, on the line, for a rating" + when(x.Agent != "", " of agent "+string(x.Agent)) + "."
	case fact.SurveyInvited:
		return "The customer is sent a link to the question for a rating."
	case fact.SurveyAnswered:
		way := map[fact.SurveyVia]string{fact.ViaKey: " by key", fact.ViaPage: " on the page"}[x.Via]
		return fmt.Sprintf("The customer gives %d of %d%s%s.", x.Score, fact.MaxScore, when(x.Agent != "", " to agent "+string(x.Agent)), way)
	}
	return ""
}
