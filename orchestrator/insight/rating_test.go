package insight_test

import (
	"maps"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/insight"
)

func TestRatings(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	fold := insight.NewFold(insight.Defaults())
	add := func(id orchestrator.InteractionID, after time.Duration, f fact.Fact) {
		fold.Add(fact.Entry{About: id, At: noon.Add(after), Fact: f})
	}
	ask := fact.SurveyAsked{Queue: "sales", Agent: "ann"}
	answer := func(score int) fact.SurveyAnswered {
		return fact.SurveyAnswered{Queue: "sales", Agent: "ann", Score: score, Via: fact.ViaKey}
	}
	add("key", time.Minute, ask)
	add("key", 2*time.Minute, answer(4))
	add("key", 2*time.Minute, answer(1)) // the first counts
	add("silent", time.Minute, fact.SurveyAsked{})
	add("silent", time.Minute, ask) // the last question says who is meant
	add("page", 29*time.Minute, fact.SurveyInvited{Queue: "sales", Agent: "ann"})
	add("page", 30*time.Hour, answer(2))
	add("flow", 31*time.Minute, fact.SurveyAsked{})
	add("flow", 31*time.Minute, fact.SurveyAnswered{Score: 5, Via: fact.ViaKey})

	ann := insight.Ratings{Asked: 3, Answers: 2, Score: 6, Satisfied: 1}
	want := map[insight.RatingKey]insight.Ratings{
		{Queue: "sales", Agent: "ann", Interval: noon}: ann,
		{Interval: noon.Add(30 * time.Minute)}:         {Asked: 1, Answers: 1, Score: 5, Satisfied: 1},
	}
	if have := fold.Ratings(); !maps.Equal(have, want) {
		t.Errorf("the ratings are\n%+v\nwant\n%+v", have, want)
	}
	csat, _ := ann.CSAT()
	rate, _ := ann.ResponseRate()
	mean, _ := ann.Mean()
	if csat != 0.5 || rate != 2.0/3 || mean != 3 {
		t.Errorf("CSAT %v, response rate %v, mean %v", csat, rate, mean)
	}
	if _, any := (insight.Ratings{Asked: 3}).CSAT(); any {
		t.Error("without an answer nobody is satisfied or not")
	}
}
