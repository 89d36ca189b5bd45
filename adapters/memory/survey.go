package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/survey"
	"tandem/orchestrator/fact"
)

var (
	_ survey.Desk = (*Store)(nil)
	_ survey.Book = (*Store)(nil)
)

// question is a survey with its link; the zero sum is none.
type question struct {
	survey.Untold
	token survey.Sum
}

// AskSurvey implements survey.Tx.
func (t *Tx) AskSurvey(_ context.Context, s survey.Survey) error {
	there, known := t.s.surveys[s.Interaction]
	if known && there.State != survey.Asked {
		return nil
	}
	if known {
		s.Asked = there.Asked
	}
	s.State = survey.Asked
	put(t, t.s.surveys, s.Interaction, question{Untold: survey.Untold{Survey: s}})
	return nil
}

// AnswerSurvey implements survey.Tx.
func (t *Tx) AnswerSurvey(_ context.Context, s survey.Survey) error {
	there, known := t.s.surveys[s.Interaction]
	if known && there.State != survey.Asked && there.State != survey.Unanswered {
		return nil
	}
	if known {
		s.Asked, s.Language = there.Asked, there.Language
	}
	s.State = survey.Answered
	put(t, t.s.surveys, s.Interaction, question{Untold: survey.Untold{Survey: s}})
	return nil
}

// InviteSurvey implements survey.Tx.
func (t *Tx) InviteSurvey(_ context.Context, s survey.Survey, token survey.Sum) error {
	there, known := t.s.surveys[s.Interaction]
	if known && there.State != survey.Asked {
		return nil
	}
	if known {
		s.Asked = there.Asked
	}
	s.State = survey.Invited
	put(t, t.s.surveys, s.Interaction, question{survey.Untold{Survey: s, TellInvited: true}, token})
	return nil
}

// CloseSurvey implements survey.Tx.
func (t *Tx) CloseSurvey(_ context.Context, id orchestrator.InteractionID) error {
	if q, known := t.s.surveys[id]; known && q.State == survey.Asked {
		q.State = survey.Unanswered
		put(t, t.s.surveys, id, q)
	}
	return nil
}

// MayInvite implements survey.Tx.
func (t *Tx) MayInvite(_ context.Context, number string, since time.Time) (bool, error) {
	_, out := t.s.optOuts[number]
	for _, q := range t.s.surveys {
		out = out || q.Customer == number && number != "" && q.Invited.After(since)
	}
	return !out, nil
}

// Survey implements survey.Desk.
func (s *Store) Survey(_ context.Context, id orchestrator.InteractionID) (survey.Survey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := one(s.surveys, "survey", id)
	return q.Survey, err
}

// Surveys implements survey.Desk.
func (s *Store) Surveys(_ context.Context, f survey.Filter) ([]survey.Survey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []survey.Survey
	for _, q := range s.surveys {
		all = append(all, q.Survey)
	}
	slices.SortFunc(all, func(a, b survey.Survey) int {
		return cmp.Or(b.Asked.Compare(a.Asked), cmp.Compare(b.Interaction, a.Interaction))
	})
	return after(all, string(f.Before), f.Limit, func(q survey.Survey) string { return string(q.Interaction) }, func(q survey.Survey) bool {
		return (f.State == "" || q.State == f.State) && (f.Queue == "" || q.Queue == f.Queue) && (f.Agent == "" || q.Agent == f.Agent)
	})
}

// linked finds what a token leads to; mu is held.
func (s *Store) linked(token survey.Sum, now time.Time) (question, error) {
	for _, q := range s.surveys {
		if q.token == token && token != (survey.Sum{}) && q.Expires.After(now) {
			return q, nil
		}
	}
	return question{}, none("invitation", "of this link")
}

// Invitation implements survey.Desk.
func (s *Store) Invitation(_ context.Context, token survey.Sum, now time.Time) (survey.Survey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.linked(token, now)
	return q.Survey, err
}

// Answer implements survey.Desk.
func (s *Store) Answer(_ context.Context, token survey.Sum, score int, words string, now time.Time) (bool, error) {
	if err := survey.Check(score, words); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.linked(token, now)
	if err != nil || q.State != survey.Invited {
		return false, err
	}
	q.State, q.Via, q.Score, q.Words, q.Answered, q.TellAnswered = survey.Answered, fact.ViaPage, score, words, now.UTC(), true
	s.surveys[q.Interaction] = q
	s.wake()
	return true, nil
}

// UntoldSurveys implements survey.Book.
func (s *Store) UntoldSurveys(_ context.Context, n int) ([]survey.Untold, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []survey.Untold{}
	for _, id := range slices.Sorted(maps.Keys(s.surveys)) {
		if q := s.surveys[id]; (q.TellInvited || q.TellAnswered) && len(out) < page(n) {
			q.Customer, q.Words = "", ""
			out = append(out, q.Untold)
		}
	}
	return out, nil
}

// SurveyTold implements survey.Book.
func (s *Store) SurveyTold(_ context.Context, u survey.Untold) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.surveys[u.Interaction]
	q.TellInvited, q.TellAnswered = q.TellInvited && !u.TellInvited, q.TellAnswered && !u.TellAnswered
	s.surveys[u.Interaction] = q
	return nil
}

// ExpireSurveys implements survey.Book.
func (s *Store) ExpireSurveys(_ context.Context, now, forget time.Time) (closed int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, q := range s.surveys {
		if q.token != (survey.Sum{}) && !q.Expires.After(now) {
			closed++
			q.token = survey.Sum{}
			if q.State == survey.Invited {
				q.State = survey.Unanswered
			}
		}
		if q.Invited.Before(forget) {
			q.Customer = ""
		}
		s.surveys[id] = q
	}
	return closed, nil
}

// eraseSurveys forgets who was asked, and what they wrote; mu is held.
func (s *Store) eraseSurveys(number string, calls map[orchestrator.InteractionID]int) {
	for id, q := range s.surveys {
		if _, ours := calls[id]; !ours && q.Customer != number {
			continue
		}
		q.Customer, q.Words, q.token = "", "", survey.Sum{}
		if q.State == survey.Invited {
			q.State = survey.Unanswered
		}
		s.surveys[id] = q
	}
}
