package api

import (
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/floor"
)

// GetRouting answers why a call in line goes where it goes, or waits, at this moment.
func (s *Server) GetRouting(ctx context.Context, r GetRoutingRequestObject) (GetRoutingResponseObject, error) {
	id := orchestrator.InteractionID(r.Interaction)
	if _, err := s.cfg.Views.Interaction(ctx, id); err != nil {
		return nil, err // one that never was is not found; one that is not in line is a conflict
	}
	var x floor.Explanation
	if err := s.ask(ctx, floor.ShowDecision{Interaction: id, Into: &x}); err != nil {
		return nil, err
	}
	out := RoutingDecision{
		Interaction: r.Interaction, Queue: string(x.Item.Queue), Position: x.Position, Step: x.Item.Step, StepName: x.Step, Version: x.Version,
		ExpectedWaitSeconds: seconds(x.Expect.Median), ExpectedWaitBoundSeconds: seconds(x.Expect.Bound),
		Strategy: string(x.Strategy), AheadSeconds: int(x.Item.Ahead / time.Second), Required: wireAll(x.Required, skillWire),
		Chosen: string(x.Chosen), People: make([]RoutingVerdict, len(x.People)), Instead: make([]RoutingChange, len(x.Instead)),
		Says: x.Say(string(r.Params.Language)),
	}
	for i, v := range x.People {
		out.People[i] = RoutingVerdict{
			Agent: string(v.Agent), Finding: RoutingVerdictFinding(v.Is), By: RoutingVerdictBy(v.By),
			Skill: string(v.Skill.ID), Asked: v.Skill.Level, Has: v.Has, Unready: RoutingVerdictUnready(x.Unready[v.Agent]),
		}
	}
	for i, c := range x.Instead {
		out.Instead[i] = RoutingChange{
			Agent: string(c.Agent), If: RoutingChangeIf(c.If), By: RoutingChangeBy(c.By), Skill: string(c.Skill.ID), Level: c.Skill.Level,
		}
	}
	return GetRouting200JSONResponse(out), nil
}
