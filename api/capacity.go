package api

import (
	"context"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

// GetAgentCapacity answers how much an agent carries at once.
func (s *Server) GetAgentCapacity(ctx context.Context, r GetAgentCapacityRequestObject) (GetAgentCapacityResponseObject, error) {
	out, err := s.agentCapacity(ctx, r.Agent)
	return GetAgentCapacity200JSONResponse(out), err
}

// PutAgentCapacity says how much an agent carries at once.
func (s *Server) PutAgentCapacity(ctx context.Context, r PutAgentCapacityRequestObject) (PutAgentCapacityResponseObject, error) {
	do := floor.LoadAgent{Agent: orchestrator.AgentID(r.Agent), Weight: r.Body.Weight}
	if len(r.Body.Slots) > 0 {
		do.Capacity = &fact.Capacity{Slots: r.Body.Slots, Total: r.Body.Total}
		for media, others := range r.Body.During {
			if do.Capacity.During == nil {
				do.Capacity.During = map[string][]string{}
			}
			for _, other := range others {
				do.Capacity.During[media] = append(do.Capacity.During[media], string(other))
			}
		}
	}
	seq, err := s.command(ctx, "", do)
	if err != nil {
		return nil, err
	}
	out, err := s.agentCapacity(ctx, r.Agent)
	return PutAgentCapacity200JSONResponse{Body: out, Headers: PutAgentCapacity200ResponseHeaders{TandemSeq: seq}}, err
}

func (s *Server) agentCapacity(ctx context.Context, id string) (Capacity, error) {
	var a floor.Agent
	if err := s.ask(ctx, floor.ShowAgent{Agent: orchestrator.AgentID(id), Into: &a}); err != nil {
		return Capacity{}, err
	}
	c := a.Carries()
	out := Capacity{Weight: max(a.Weight, 1), Slots: c.Slots, Total: c.Total, During: map[string][]MediaClass{}}
	for media, others := range c.During {
		for _, other := range others {
			out.During[media] = append(out.During[media], MediaClass(other))
		}
	}
	return out, nil
}
