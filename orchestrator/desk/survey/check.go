package survey

import (
	"fmt"
	"unicode/utf8"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// Check refuses an answer that is none.
func Check(score int, words string) error {
	const op = "survey.answer"
	switch {
	case score < fact.MinScore || score > fact.MaxScore:
		return &orchestrator.Error{Kind: orchestrator.Invalid, Op: op, Say: fmt.Sprintf("a score is %d to %d", fact.MinScore, fact.MaxScore)}
	case utf8.RuneCountInString(words) > MaxWords:
		return &orchestrator.Error{Kind: orchestrator.Invalid, Op: op, Say: fmt.Sprintf("at most %d characters go with a score", MaxWords)}
	}
	return nil
}
