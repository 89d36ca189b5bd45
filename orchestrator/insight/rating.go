package insight

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// RatingKey says which ratings are counted together: an interaction counts for the queue and the agent that the customer was
// last asked about, in the interval in which the customer was first asked.
type RatingKey struct {
	Queue    orchestrator.QueueID // "" when a flow asked before any queue
	Agent    orchestrator.AgentID // "" when a flow asked
	Interval time.Time
}

// Ratings are sums over interactions.
type Ratings struct {
	Asked     int64 // on the line or by SMS
	Answers   int64 // the first of each
	Score     int64 // of all answers
	Satisfied int64 // answers of 4 and 5
}

// Plus adds two.
func (r Ratings) Plus(s Ratings) Ratings {
	return Ratings{r.Asked + s.Asked, r.Answers + s.Answers, r.Score + s.Score, r.Satisfied + s.Satisfied}
}

// CSAT is figure X16: answers 4–5 ÷ answers.
func (r Ratings) CSAT() (float64, bool) { return share(r.Satisfied, r.Answers) }

// ResponseRate is answers ÷ asked.
func (r Ratings) ResponseRate() (float64, bool) { return share(r.Answers, r.Asked) }

// Mean is the mean score.
func (r Ratings) Mean() (float64, bool) { return share(r.Score, r.Answers) }

// rating is what one interaction adds.
type rating struct {
	key   RatingKey
	score int // 0 before the answer
}

// rate takes in a line that is about a survey.
func (f *Fold) rate(e fact.Entry) {
	switch x := e.Fact.(type) {
	case fact.SurveyAsked:
		f.asked(e, x.Queue, x.Agent, 0)
	case fact.SurveyInvited:
		f.asked(e, x.Queue, x.Agent, 0)
	case fact.SurveyAnswered:
		f.asked(e, x.Queue, x.Agent, x.Score)
	}
}

func (f *Fold) asked(e fact.Entry, queue orchestrator.QueueID, agent orchestrator.AgentID, score int) {
	r := f.ratings[e.About]
	switch {
	case r == nil:
		r = &rating{}
		if f.terms.Interval > 0 {
			r.key.Interval = e.At.UTC().Truncate(f.terms.Interval)
		}
		f.ratings[e.About] = r
	case r.score != 0:
		return // The first answer counts.
	}
	r.key.Queue, r.key.Agent, r.score = queue, agent, score
}

// Ratings says how customers rated.
func (f *Fold) Ratings() map[RatingKey]Ratings {
	out := map[RatingKey]Ratings{}
	for _, r := range f.ratings {
		out[r.key] = out[r.key].Plus(Ratings{
			Asked: 1, Answers: one(r.score != 0), Score: int64(r.score), Satisfied: one(r.score >= fact.HighScore),
		})
	}
	return out
}
