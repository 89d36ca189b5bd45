package api

import (
	"cmp"
	"context"
	"slices"

	"tandem/orchestrator/fact"
)

// ListEndpoints lists the numbers that lead somewhere, by number.
func (s *Server) ListEndpoints(ctx context.Context, _ ListEndpointsRequestObject) (ListEndpointsResponseObject, error) {
	queues, err := s.cfg.Views.Queues(ctx)
	if err != nil {
		return nil, err
	}
	flows, err := s.cfg.Views.Flows(ctx, "")
	if err != nil {
		return nil, err
	}
	out := ListEndpoints200JSONResponse{Items: []Endpoint{}}
	for _, q := range queues {
		if q.Number != "" {
			out.Items = append(out.Items, Endpoint{Number: q.Number, Queue: string(q.ID), Name: q.Name})
		}
	}
	for _, e := range flows {
		f, _ := e.Fact.(fact.FlowPublished) // The reader gives no other kind.
		for _, number := range f.Numbers {
			out.Items = append(out.Items, Endpoint{Number: number, Flow: string(f.Flow)})
		}
	}
	slices.SortFunc(out.Items, func(a, b Endpoint) int { return cmp.Compare(a.Number, b.Number) })
	return out, nil
}
