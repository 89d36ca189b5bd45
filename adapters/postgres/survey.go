package postgres

import (
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/survey"
)

var (
	_ survey.Desk = (*DB)(nil)
	_ survey.Book = (*DB)(nil)
)

// surveyRow is a survey as the queries survey_… answer it.
type surveyRow struct {
	survey.Survey
	Asked, Invited, Expires, Answered stamp
}

func (r surveyRow) plain() survey.Survey {
	s := r.Survey
	s.Asked, s.Invited, s.Expires, s.Answered = r.Asked.Time, r.Invited.Time, r.Expires.Time, r.Answered.Time
	return s
}

// Survey implements survey.Desk.
func (d *DB) Survey(ctx context.Context, id orchestrator.InteractionID) (survey.Survey, error) {
	var row surveyRow
	err := d.q.SurveyOne.GetContext(ctx, &row, clean(string(id)))
	return row.plain(), missing("survey", "survey of interaction "+string(id), err)
}

// Surveys implements survey.Desk.
func (d *DB) Surveys(ctx context.Context, f survey.Filter) ([]survey.Survey, error) {
	if err := pageAfter(ctx, "surveys", f.Before, d.Survey); err != nil {
		return nil, err
	}
	var rows []surveyRow
	err := d.q.SurveyList.SelectContext(ctx, &rows, f.State, f.Queue, f.Agent, f.Before, page(f.Limit))
	return rowsOf(rows), wrap("surveys", err)
}

// Invitation implements survey.Desk.
func (d *DB) Invitation(ctx context.Context, token survey.Sum, now time.Time) (survey.Survey, error) {
	var row surveyRow
	err := d.q.SurveyLink.GetContext(ctx, &row, token[:], now.UTC())
	return row.plain(), missing("survey.link", "invitation of this link", err)
}

// Answer implements survey.Desk.
func (d *DB) Answer(ctx context.Context, token survey.Sum, score int, words string, now time.Time) (bool, error) {
	const op = "survey.answer"
	if err := survey.Check(score, words); err != nil {
		return false, err
	}
	var recorded int64
	err := d.transact(ctx, op, func(t *Tx) (err error) {
		t.told = true
		recorded, err = t.run(ctx, d.q.SurveyAnswer, token[:], score, clean(words), now.UTC())
		return err
	})
	if err != nil || recorded > 0 {
		return recorded > 0, wrap(op, err)
	}
	_, err = d.Invitation(ctx, token, now)
	return false, err
}

type untoldRow struct {
	surveyRow
	TellInvited, TellAnswered bool
}

// UntoldSurveys implements survey.Book.
func (d *DB) UntoldSurveys(ctx context.Context, n int) ([]survey.Untold, error) {
	var rows []untoldRow
	if err := d.q.SurveyUntold.SelectContext(ctx, &rows, page(n)); err != nil {
		return nil, wrap("survey.untold", err)
	}
	out := make([]survey.Untold, len(rows))
	for i, r := range rows {
		out[i] = survey.Untold{Survey: r.plain(), TellInvited: r.TellInvited, TellAnswered: r.TellAnswered}
	}
	return out, nil
}

// SurveyTold implements survey.Book.
func (d *DB) SurveyTold(ctx context.Context, u survey.Untold) error {
	_, err := d.q.SurveyTold.ExecContext(ctx, u.Interaction, u.TellInvited, u.TellAnswered)
	return wrap("survey.told", err)
}

// ExpireSurveys implements survey.Book.
func (d *DB) ExpireSurveys(ctx context.Context, now, forget time.Time) (closed int64, err error) {
	err = d.transact(ctx, "survey.expire", func(t *Tx) (err error) {
		if closed, err = t.run(ctx, d.q.SurveyExpire, now.UTC()); err != nil {
			return err
		}
		_, err = t.run(ctx, d.q.SurveyForget, forget.UTC())
		return err
	})
	return closed, err
}

// Surveyed returns a channel that is closed when there may be something to tell the journal.
func (d *DB) Surveyed() <-chan struct{} { return d.surveyed.wait() }
