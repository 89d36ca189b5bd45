package api

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/survey"
	"tandem/orchestrator/insight"
)

// ListSurveys lists a page of surveys, newest first.
func (s *Server) ListSurveys(ctx context.Context, r ListSurveysRequestObject) (ListSurveysResponseObject, error) {
	before, err := readCursor("survey", r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := s.cfg.Surveys.Surveys(ctx, survey.Filter{
		State: survey.State(r.Params.State), Queue: orchestrator.QueueID(r.Params.Queue), Agent: orchestrator.AgentID(r.Params.Agent),
		Before: orchestrator.InteractionID(before), Limit: r.Params.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, r.Params.Limit, "survey", func(x survey.Survey) string { return string(x.Interaction) })
	return ListSurveys200JSONResponse{Items: wireAll(rows, surveyWire), NextCursor: next}, nil
}

// GetSurvey answers the survey of one interaction.
func (s *Server) GetSurvey(ctx context.Context, r GetSurveyRequestObject) (GetSurveyResponseObject, error) {
	x, err := s.cfg.Surveys.Survey(ctx, orchestrator.InteractionID(r.Interaction))
	if err != nil {
		return nil, err
	}
	return GetSurvey200JSONResponse(surveyWire(x)), nil
}

func surveyWire(x survey.Survey) Survey {
	return Survey{
		Interaction: string(x.Interaction), Queue: string(x.Queue), Agent: string(x.Agent), Customer: x.Customer, Language: x.Language,
		State: SurveyState(x.State), Via: SurveyVia(x.Via), Score: x.Score, Words: x.Words, Asked: x.Asked.UTC(), Invited: x.Invited.UTC(),
		Expires: x.Expires.UTC(), Answered: x.Answered.UTC(),
	}
}

// GetRatings answers how customers rated.
func (s *Server) GetRatings(ctx context.Context, r GetRatingsRequestObject) (GetRatingsResponseObject, error) {
	from, to, err := span(r.Params.From, r.Params.To, s.cfg.Now())
	if err != nil {
		return nil, err
	}
	all, seq, err := s.counter.ratings(ctx)
	if err != nil {
		return nil, err
	}
	var total insight.Ratings
	rows := map[insight.RatingKey]insight.Ratings{}
	for k, one := range all {
		if k.Interval.Before(from) || !k.Interval.Before(to) || r.Params.Queue != "" && string(k.Queue) != r.Params.Queue ||
			r.Params.Agent != "" && string(k.Agent) != r.Params.Agent {
			continue
		}
		k.Interval = time.Time{}
		if r.Params.Per == GetRatingsParamsPerAgent {
			k.Queue = ""
		} else {
			k.Agent = ""
		}
		rows[k], total = rows[k].Plus(one), total.Plus(one)
	}
	table := RatingTable{Seq: seq, From: from, To: to, Items: []Ratings{},
		Total: ratingsWire(insight.RatingKey{Queue: orchestrator.QueueID(r.Params.Queue), Agent: orchestrator.AgentID(r.Params.Agent)}, total)}
	for k, one := range rows {
		table.Items = append(table.Items, ratingsWire(k, one))
	}
	slices.SortFunc(table.Items, func(a, b Ratings) int { return cmp.Or(cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Agent, b.Agent)) })
	return GetRatings200JSONResponse(table), nil
}

func ratingsWire(k insight.RatingKey, r insight.Ratings) Ratings {
	w := Ratings{Queue: string(k.Queue), Agent: string(k.Agent), Asked: r.Asked, Answers: r.Answers, Satisfied: r.Satisfied}
	if rate, ok := r.ResponseRate(); ok {
		w.ResponseRate = new(rate)
	}
	if mean, ok := r.Mean(); ok {
		w.Mean = new(mean)
	}
	if csat, ok := r.CSAT(); ok {
		w.Csat = new(csat)
	}
	return w
}
