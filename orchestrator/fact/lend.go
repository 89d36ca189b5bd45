package fact

import (
	"time"

	"tandem/orchestrator"
)

type (
	// LoanBegun lends an idle agent of one queue to another that has more work than people: the agent takes the items of both.
	LoanBegun struct {
		Agent orchestrator.AgentID `json:"agent"`
		From  orchestrator.QueueID `json:"from"`
		To    orchestrator.QueueID `json:"to"`
		Why   string               `json:"why"`            // surge
		Plan  int                  `json:"plan,omitempty"` // version of the plan of To, whose rule said so
	}
	// LoanEnded sends an agent back; what is in hand is finished.
	LoanEnded struct {
		Agent  orchestrator.AgentID `json:"agent"`
		From   orchestrator.QueueID `json:"from"`
		To     orchestrator.QueueID `json:"to"`
		Why    string               `json:"why"` // over, needed, left, rule
		Lasted time.Duration        `json:"lasted"`
		Rest   time.Time            `json:"rest"` // the agent is not lent again before

		Waiting int           `json:"waiting,omitempty"` // of needed: items in the line of From
		Oldest  time.Duration `json:"oldest,omitempty"`  // how long the oldest of them had waited
	}
	// Borrow is a rule of a plan: in a surge, idle people of other queues take items too.
	Borrow struct {
		From     []orchestrator.QueueID `json:"from"`               // lenders, in the order in which they are asked
		Required []orchestrator.Skill   `json:"required,omitempty"` // only people with these
		Media    string                 `json:"media,omitempty"`    // only items of this media class count; "" is all
		When     Surge                  `json:"when"`               // begins as soon as one of these is reached
		Until    Surge                  `json:"until"`              // is over once all that When names are here or below
		Recall   Surge                  `json:"recall,omitzero"`    // of a lender's own line: people are called back as soon as one of these is reached; zero: as soon as somebody waits
		Keep     int                    `json:"keep,omitempty"`     // free people whom a lender keeps
		AtMost   int                    `json:"at_most,omitempty"`  // people on loan by this rule; 0 is no such limit
		Hold     time.Duration          `json:"hold,omitempty"`     // least time of a loan, and of the rest after it; 0 is the usual one
	}
	// Surge is a measure of a line, or several.
	Surge struct {
		Waiting  int           `json:"waiting,omitempty"`       // items that are not offered to anybody
		Longest  time.Duration `json:"longest_wait,omitempty"`  // of them, so far
		Expected time.Duration `json:"expected_wait,omitempty"` // median wait of who joins the line now
	}
)

// Kind implements Fact.
func (LoanBegun) Kind() string { return "loan_begun" }

// Kind implements Fact.
func (LoanEnded) Kind() string { return "loan_ended" }
