package api

import (
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/floor"
)

// GetRouting answers every decision about an interaction, and of one in line why it goes where it goes, or waits, at this moment.
func (s *Server) GetRouting(ctx context.Context, r GetRoutingRequestObject) (GetRoutingResponseObject, error) {
	id, language := orchestrator.InteractionID(r.Interaction), string(r.Params.Language)
	timeline, err := s.cfg.Views.Timeline(ctx, id)
	if err != nil {
		return nil, err
	}
	out := RoutingDecision{Interaction: r.Interaction, Moments: []RoutingMoment{}}
	for _, m := range floor.Moments(timeline) {
		out.Moments = append(out.Moments, momentWire(m, language))
	}
	var x floor.Explanation
	switch err := s.ask(ctx, floor.ShowDecision{Interaction: id, Into: &x}); {
	case orchestrator.KindOf(err) == orchestrator.Conflict: // not in line
		return GetRouting200JSONResponse(out), nil
	case err != nil:
		return nil, err
	}
	out.Now = decisionWire(x, language)
	return GetRouting200JSONResponse(out), nil
}

func momentWire(m floor.Moment, language string) RoutingMoment {
	return RoutingMoment{
		Seq: m.Seq, At: m.At.UTC(), Kind: RoutingMomentKind(m.Kind), Queue: string(m.Queue), Step: m.Step, Only: string(m.Only),
		Agent: string(m.Agent), Ending: string(m.Ending), Fit: m.Choice.Fit, Free: m.Choice.Free, Next: string(m.Choice.Next),
		By: RoutingMomentBy(m.Choice.By), Says: m.Say(language),
		Table: string(m.Ruled.Table), TableVersion: m.Ruled.Version, Row: m.Ruled.Row,
		Lent: string(m.Choice.Lent), Kept: string(m.Kept), Since: m.Since.UTC(),
	}
}

func decisionWire(x floor.Explanation, language string) RoutingNow {
	out := RoutingNow{
		Queue: string(x.Item.Queue), Position: x.Position, Step: x.Item.Step, StepName: x.Step, Version: x.Version,
		ExpectedWaitSeconds: seconds(x.Expect.Median), ExpectedWaitBoundSeconds: seconds(x.Expect.Bound),
		Strategy: string(x.Strategy), AheadSeconds: int(x.Item.Ahead / time.Second), Required: wireAll(x.Required, skillWire),
		Chosen: string(x.Chosen), People: make([]RoutingVerdict, len(x.People)), Instead: make([]RoutingChange, len(x.Instead)),
		Says: x.Say(language),
	}
	for i, v := range x.People {
		out.People[i] = RoutingVerdict{
			Agent: string(v.Agent), Finding: RoutingVerdictFinding(v.Is), By: RoutingVerdictBy(v.By),
			Skill: string(v.Skill.ID), Asked: v.Skill.Level, Has: v.Has, Unready: RoutingVerdictUnready(x.Unready[v.Agent]),
			Lent: string(v.Lent.From), LentSince: v.Lent.Since.UTC(),
		}
	}
	for i, c := range x.Instead {
		out.Instead[i] = RoutingChange{
			Agent: string(c.Agent), If: RoutingChangeIf(c.If), By: RoutingChangeBy(c.By), Skill: string(c.Skill.ID), Level: c.Skill.Level,
		}
	}
	return out
}
