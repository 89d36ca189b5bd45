package api

import (
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

// GetQueueLoans answers who is on loan to a queue or from it.
func (s *Server) GetQueueLoans(ctx context.Context, r GetQueueLoansRequestObject) (GetQueueLoansResponseObject, error) {
	var all []floor.Loan
	if err := s.ask(ctx, floor.ShowLoans{Queue: orchestrator.QueueID(r.Queue), Into: &all}); err != nil {
		return nil, err
	}
	return GetQueueLoans200JSONResponse{Items: wireAll(all, loanWire)}, nil
}

func loanWire(l floor.Loan) Loan {
	return Loan{Agent: string(l.Agent), From: string(l.From), To: string(l.To), Since: l.Since.UTC()}
}

func borrowsIn(in []Borrow) []fact.Borrow {
	var out []fact.Borrow
	for _, b := range in {
		out = append(out, fact.Borrow{
			From: queuesIn(b.From), Required: skillsIn(b.Required), Media: string(b.Media), When: surgeIn(b.When), Until: surgeIn(b.Until), Recall: surgeIn(b.Recall),
			Keep: b.Keep, AtMost: b.AtMost, Hold: time.Duration(b.HoldSeconds) * time.Second,
		})
	}
	return out
}

func surgeIn(s Surge) fact.Surge {
	return fact.Surge{
		Waiting: s.Waiting, Longest: time.Duration(s.LongestWaitSeconds) * time.Second, Expected: time.Duration(s.ExpectedWaitSeconds) * time.Second,
	}
}

func borrowWire(b fact.Borrow) Borrow {
	out := Borrow{
		Required: wireAll(b.Required, skillWire), Media: BorrowMedia(b.Media), When: surgeWire(b.When), Until: surgeWire(b.Until), Recall: surgeWire(b.Recall), Keep: b.Keep,
		AtMost: b.AtMost, HoldSeconds: int(b.Hold / time.Second),
	}
	for _, q := range b.From {
		out.From = append(out.From, string(q))
	}
	return out
}

func surgeWire(s fact.Surge) Surge {
	return Surge{Waiting: s.Waiting, LongestWaitSeconds: int(s.Longest / time.Second), ExpectedWaitSeconds: int(s.Expected / time.Second)}
}
