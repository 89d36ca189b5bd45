package ticket

import (
	"fmt"

	"tandem/orchestrator/fact"
)

// By is the author of what a customer's rating does to a ticket.
const By = "survey"

// Rating is what a customer's rating does to the ticket of the interaction.
type Rating struct {
	Score  int    // fact.MinScore to fact.MaxScore
	Reopen bool   // who is not satisfied has no solved ticket
	Note   string // comment for who looks after it; "" for none
}

// Rate says what a rating, and the words that came with it, do to the ticket; false when it has one already: the first one stays.
func (t Ticket) Rate(score int, words string) (Rating, bool) {
	if t.Score != 0 || score == 0 {
		return Rating{}, false
	}
	r := Rating{Score: score}
	low := score <= fact.LowScore
	r.Reopen = low && t.State == Solved
	if low || words != "" {
		r.Note = fmt.Sprintf("The customer rated this %d of %d.", score, fact.MaxScore)
	}
	if words != "" {
		r.Note += " They wrote: " + words
	}
	if low {
		r.Note += "\nPlease follow up."
	}
	return r, true
}

// FollowUp says whether the customer's rating is low and somebody has still to look after it.
func (t Ticket) FollowUp() bool {
	return t.Score != 0 && t.Score <= fact.LowScore && (t.State == Open || t.State == Pending)
}
