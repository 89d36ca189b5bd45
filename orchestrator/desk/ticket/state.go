package ticket

import (
	"fmt"
	"slices"
	"strings"

	"tandem/orchestrator"
)

// moves says where a ticket can go from each state.
var moves = map[State][]State{
	Open:    {Pending, Solved},
	Pending: {Open, Solved},
	Solved:  {Open, Closed},
	Closed:  {}, // For ever; a new request is a new ticket.
}

// CheckMove says whether a ticket at version at may go from one state to another for a client that has seen version seen (0:
// "whatever it is now"). Invalid for a state that does not exist, Conflict otherwise. To where it stands is always allowed and
// changes nothing.
func CheckMove(from, to State, at, seen int64) error {
	const op = "ticket.move"
	if _, known := moves[to]; !known {
		return &orchestrator.Error{Kind: orchestrator.Invalid, Op: op,
			Say: fmt.Sprintf("there is no state %q; use open, pending, solved or closed", to)}
	}
	if seen != 0 && seen != at {
		return &orchestrator.Error{Kind: orchestrator.Conflict, Op: op,
			Say: fmt.Sprintf("the ticket was changed meanwhile: it is at version %d and you have seen %d; read it again", at, seen)}
	}
	if from != to && !slices.Contains(moves[from], to) {
		return &orchestrator.Error{Kind: orchestrator.Conflict, Op: op,
			Say: fmt.Sprintf("a ticket that is %s cannot become %s; from here it can become %v", from, to, moves[from])}
	}
	return nil
}

// CheckComment refuses a blank or oversize comment.
func CheckComment(c Comment) error {
	if strings.TrimSpace(c.Text) == "" {
		return &orchestrator.Error{Kind: orchestrator.Invalid, Op: "ticket.comment", Say: "a comment needs words; this one is blank"}
	}
	if len(c.Text) > maxComment {
		return &orchestrator.Error{Kind: orchestrator.Invalid, Op: "ticket.comment",
			Say: fmt.Sprintf("a comment has 1 to %d bytes; this one has %d", maxComment, len(c.Text))}
	}
	return nil
}

const maxComment = 20_000
