package api

import (
	"context"
	"net/http"
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

// ListAgents lists all agents.
func (s *Server) ListAgents(ctx context.Context, _ ListAgentsRequestObject) (ListAgentsResponseObject, error) {
	all, err := s.cfg.Views.Agents(ctx)
	if err != nil {
		return nil, err
	}
	return ListAgents200JSONResponse{Items: wireAll(all, agentWire)}, nil
}

// GetAgent answers one agent.
func (s *Server) GetAgent(ctx context.Context, r GetAgentRequestObject) (GetAgentResponseObject, error) {
	a, err := s.cfg.Views.Agent(ctx, orchestrator.AgentID(r.Agent))
	if err != nil {
		return nil, err
	}
	return GetAgent200JSONResponse(agentWire(a)), nil
}

// PutAgent makes an agent or changes one.
func (s *Server) PutAgent(ctx context.Context, r PutAgentRequestObject) (PutAgentResponseObject, error) {
	do, err := s.defineAgent(ctx, r.Agent, *r.Body)
	if err != nil {
		return nil, err
	}
	a, seq, err := s.commandAgent(ctx, r.Agent, "", do)
	if err != nil {
		return nil, err
	}
	return PutAgent200JSONResponse{Body: a, Headers: PutAgent200ResponseHeaders{TandemSeq: seq}}, nil
}

// defineAgent is the command that a definition asks for.
func (s *Server) defineAgent(ctx context.Context, id string, d AgentDefinition) (floor.DefineAgent, error) {
	if slices.Contains(s.cfg.Reserved, d.Endpoint) {
		return floor.DefineAgent{}, wrongField(http.StatusUnprocessableEntity, "invalid", "endpoint", "is a name that the switch keeps for itself and nobody's phone; use the SIP account of a phone")
	}
	if d.Endpoint == "" {
		var err error
		if d.Endpoint, err = s.endpointOf(ctx, id, d.Switch); err != nil {
			return floor.DefineAgent{}, err
		}
	}
	queues := make([]orchestrator.QueueID, len(d.Queues))
	for i, q := range d.Queues {
		queues[i] = orchestrator.QueueID(q)
	}
	return floor.DefineAgent{Agent: orchestrator.AgentID(id), Endpoint: d.Endpoint, Switch: d.Switch, Queues: queues, Who: fact.Person{Name: d.Name}}, nil
}

// endpointOf is the endpoint of an agent of whom nothing else was said: the one that they have, or the one that would be made.
func (s *Server) endpointOf(ctx context.Context, agent, sw string) (string, error) {
	a, err := s.cfg.Views.Agent(ctx, orchestrator.AgentID(agent))
	if orchestrator.KindOf(err) != orchestrator.NotFound {
		return a.Endpoint, err
	}
	place, err := s.cfg.Keeper.Place(ctx, sw)
	if orchestrator.KindOf(err) == orchestrator.Invalid {
		return "", wrongField(http.StatusUnprocessableEntity, "invalid", "endpoint", "is needed here: "+whyNot(err))
	}
	return place.Account + agent, err
}

// PutAgentStatus sets what a person chose to be.
func (s *Server) PutAgentStatus(ctx context.Context, r PutAgentStatusRequestObject) (PutAgentStatusResponseObject, error) {
	a, seq, err := s.commandAgent(ctx, r.Agent, "", floor.SetStatus{
		Agent: orchestrator.AgentID(r.Agent), Status: orchestrator.Status(r.Body.Status), Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return PutAgentStatus200JSONResponse{Body: a, Headers: PutAgentStatus200ResponseHeaders{TandemSeq: seq}}, nil
}

// WrapUp ends the after-call work of an agent.
func (s *Server) WrapUp(ctx context.Context, r WrapUpRequestObject) (WrapUpResponseObject, error) {
	a, seq, err := s.commandAgent(ctx, r.Agent, r.Params.IdempotencyKey, floor.WrapUp{
		Agent: orchestrator.AgentID(r.Agent), Disposition: r.Body.Disposition, Notes: r.Body.Notes,
	})
	if err != nil {
		return nil, err
	}
	return WrapUp200JSONResponse{Body: a, Headers: WrapUp200ResponseHeaders{TandemSeq: seq}}, nil
}

// commandAgent carries out a command about an agent and reads the agent again.
func (s *Server) commandAgent(ctx context.Context, id, key string, do any) (Agent, int64, error) {
	seq, err := s.command(ctx, key, do)
	if err != nil {
		return Agent{}, 0, err
	}
	a, err := s.cfg.Views.Agent(ctx, orchestrator.AgentID(id))
	return agentWire(a), seq, err
}

func agentWire(a view.Agent) Agent {
	w := Agent{
		ID: string(a.ID), Name: a.Name, Queues: make([]ChosenID, len(a.Queues)), Status: AgentStatus(a.Status), Reason: a.Reason,
		StatusSince: a.StatusSince.UTC(), NotResponding: a.NotResponding,
		Phone: Phone{Endpoint: a.Endpoint, Switch: a.Switch, Health: PhoneHealth(a.Phone), CoolingUntil: a.CoolUntil.UTC()},
	}
	for i, q := range a.Queues {
		w.Queues[i] = string(q)
	}
	if a.Offer != "" {
		w.Work = Work{Offer: string(a.Offer), State: WorkState(a.OfferState), Interaction: string(a.Interaction)}
	}
	return w
}
