package api

import (
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/floor"
)

// GetQueueOutlook answers how long a caller who joined a line now could expect to wait.
func (s *Server) GetQueueOutlook(ctx context.Context, r GetQueueOutlookRequestObject) (GetQueueOutlookResponseObject, error) {
	var all []floor.Outlook
	if err := s.ask(ctx, floor.ShowOutlook{Queue: orchestrator.QueueID(r.Queue), Into: &all}); err != nil {
		return nil, err
	}
	o := all[0]
	out := QueueOutlook{
		Queue: r.Queue, Waiting: o.Waiting, PaceSeconds: seconds(o.Pace), ExpectedWaitSeconds: seconds(o.Median),
		ExpectedWaitBoundSeconds: seconds(o.Bound), Answered: o.Answered, WithinBound: o.Within,
	}
	if n := time.Duration(o.Answered); n > 0 {
		out.MeanErrorSeconds, out.MeanAbsoluteErrorSeconds = seconds(o.Late/n), seconds(o.Missed/n)
	}
	return GetQueueOutlook200JSONResponse(out), nil
}
