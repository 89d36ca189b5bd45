package api

import (
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

// ask has the centre show something of itself; nothing is written, so there is no view to wait for.
func (s *Server) ask(ctx context.Context, show any) error {
	_, err := s.cfg.Centre.Do(ctx, floor.Command{Do: show})
	return err
}

// GetQueueRouting answers the plan of a queue.
func (s *Server) GetQueueRouting(ctx context.Context, r GetQueueRoutingRequestObject) (GetQueueRoutingResponseObject, error) {
	out, err := s.queueRouting(ctx, r.Queue)
	return GetQueueRouting200JSONResponse(out), err
}

// PutQueueRouting gives a queue its plan.
func (s *Server) PutQueueRouting(ctx context.Context, r PutQueueRoutingRequestObject) (PutQueueRoutingResponseObject, error) {
	do := floor.RouteQueue{
		Queue: orchestrator.QueueID(r.Queue), Strategy: string(r.Body.Strategy), Priority: r.Body.Priority,
		Target: time.Duration(r.Body.TargetSeconds) * time.Second, Steps: stepsIn(r.Body.Steps),
		Borrow: borrowsIn(r.Body.Borrow),
	}
	seq, err := s.command(ctx, "", do)
	if err != nil {
		return nil, err
	}
	out, err := s.queueRouting(ctx, r.Queue)
	return PutQueueRouting200JSONResponse{Body: out, Headers: PutQueueRouting200ResponseHeaders{TandemSeq: seq}}, err
}

func (s *Server) queueRouting(ctx context.Context, id string) (QueueRouting, error) {
	var q fact.QueueDefined
	if err := s.ask(ctx, floor.ShowQueue{Queue: orchestrator.QueueID(id), Into: &q}); err != nil {
		return QueueRouting{}, err
	}
	out := QueueRouting{
		Version: q.Plan, Strategy: QueueRoutingStrategy(q.Strategy), Priority: q.Priority, TargetSeconds: int(q.Target / time.Second),
		Steps: wireAll(q.Steps, stepWire), Borrow: wireAll(q.Borrow, borrowWire),
	}
	if out.Strategy == "" {
		out.Strategy = QueueRoutingStrategyLongestIdle
	}
	return out, nil
}

func stepsIn(in []Step) []fact.Step {
	var out []fact.Step
	for _, step := range in {
		out = append(out, fact.Step{
			Name: step.Name, If: step.If, Required: skillsIn(step.Required), Preferred: skillsIn(step.Preferred), Also: queuesIn(step.Also),
			Only: string(step.Only), Ahead: time.Duration(step.AheadSeconds) * time.Second, For: time.Duration(step.Seconds) * time.Second,
			SkipIf: step.SkipIf, Exit: orchestrator.QueueID(step.Exit),
		})
	}
	return out
}

func stepWire(r fact.Step) Step {
	out := Step{
		Name: r.Name, If: r.If, Required: wireAll(r.Required, skillWire), Preferred: wireAll(r.Preferred, skillWire), Only: StepOnly(r.Only),
		AheadSeconds: int(r.Ahead / time.Second), Seconds: int(r.For / time.Second), SkipIf: r.SkipIf, Exit: string(r.Exit),
	}
	for _, q := range r.Also {
		out.Also = append(out.Also, string(q))
	}
	return out
}

// GetAgentSkills answers what an agent can do.
func (s *Server) GetAgentSkills(ctx context.Context, r GetAgentSkillsRequestObject) (GetAgentSkillsResponseObject, error) {
	out, err := s.agentSkills(ctx, r.Agent)
	return GetAgentSkills200JSONResponse(out), err
}

// PutAgentSkills says what an agent can do.
func (s *Server) PutAgentSkills(ctx context.Context, r PutAgentSkillsRequestObject) (PutAgentSkillsResponseObject, error) {
	seq, err := s.command(ctx, "", floor.TeachAgent{Agent: orchestrator.AgentID(r.Agent), Skills: skillsIn(r.Body.Skills)})
	if err != nil {
		return nil, err
	}
	out, err := s.agentSkills(ctx, r.Agent)
	return PutAgentSkills200JSONResponse{Body: out, Headers: PutAgentSkills200ResponseHeaders{TandemSeq: seq}}, err
}

func (s *Server) agentSkills(ctx context.Context, id string) (SkillSet, error) {
	var a floor.Agent
	err := s.ask(ctx, floor.ShowAgent{Agent: orchestrator.AgentID(id), Into: &a})
	if err != nil {
		return SkillSet{}, err
	}
	return SkillSet{Skills: wireAll(a.Skills, skillWire)}, nil
}

func skillWire(s orchestrator.Skill) Skill { return Skill{Skill: string(s.ID), Level: s.Level} }

func skillsIn(in []Skill) []orchestrator.Skill {
	var out []orchestrator.Skill
	for _, s := range in {
		out = append(out, orchestrator.Skill{ID: orchestrator.SkillID(s.Skill), Level: s.Level})
	}
	return out
}

func queuesIn(in []ChosenID) []orchestrator.QueueID {
	var out []orchestrator.QueueID
	for _, q := range in {
		out = append(out, orchestrator.QueueID(q))
	}
	return out
}
