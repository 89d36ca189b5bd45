package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/survey"
)

// AskSurvey implements survey.Tx.
func (t *Tx) AskSurvey(ctx context.Context, s survey.Survey) error {
	_, err := t.run(ctx, t.d.q.SurveyAsk, s.Interaction, s.Queue, s.Agent, clean(s.Language), s.Asked.UTC())
	return wrap("survey.ask", err)
}

// AnswerSurvey implements survey.Tx.
func (t *Tx) AnswerSurvey(ctx context.Context, s survey.Survey) error {
	_, err := t.run(ctx, t.d.q.SurveyKey, s.Interaction, s.Queue, s.Agent, s.Via, s.Score, s.Answered.UTC())
	return wrap("survey.answer", err)
}

// InviteSurvey implements survey.Tx.
func (t *Tx) InviteSurvey(ctx context.Context, s survey.Survey, token survey.Sum) error {
	t.told = true
	_, err := t.run(ctx, t.d.q.SurveyInvite, s.Interaction, s.Queue, s.Agent, clean(s.Customer), clean(s.Language), s.Invited.UTC(), s.Expires.UTC(), token[:])
	return wrap("survey.invite", err)
}

// CloseSurvey implements survey.Tx.
func (t *Tx) CloseSurvey(ctx context.Context, id orchestrator.InteractionID) error {
	_, err := t.run(ctx, t.d.q.SurveyClose, id)
	return wrap("survey.close", err)
}

// MayInvite implements survey.Tx.
func (t *Tx) MayInvite(ctx context.Context, number string, since time.Time) (may bool, err error) {
	err = t.get(ctx, &may, t.d.q.SurveyMayInvite, clean(number), since.UTC())
	return may, wrap("survey.limit", err)
}

// surveyWords returns what a customer wrote beside a rating; "" for nothing.
func (t *Tx) surveyWords(ctx context.Context, id orchestrator.InteractionID) (words string, err error) {
	if err = t.get(ctx, &words, t.d.q.SurveyWords, id); errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return words, err
}
