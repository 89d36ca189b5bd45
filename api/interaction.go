package api

import (
	"context"
	"net/http"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/view"
)

// ListInteractions lists a page of interactions, newest first.
func (s *Server) ListInteractions(ctx context.Context, r ListInteractionsRequestObject) (ListInteractionsResponseObject, error) {
	before, err := readCursor("interaction", r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	since, until := r.Params.From, r.Params.To
	if !since.IsZero() && !until.IsZero() && !since.Before(until) {
		return nil, wrongField(http.StatusBadRequest, "malformed", "to", "is not after from")
	}
	rows, err := s.cfg.Views.Interactions(ctx, view.Filter{
		Queue: orchestrator.QueueID(r.Params.Queue), Agent: orchestrator.AgentID(r.Params.Agent), State: orchestrator.ItemState(r.Params.State),
		From: since, To: until, Live: r.Params.Live, Before: before, Limit: r.Params.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, r.Params.Limit, "interaction", func(i view.Interaction) string { return string(i.ID) })
	return ListInteractions200JSONResponse{Items: wireAll(rows, interactionWire), NextCursor: next}, nil
}

// GetInteraction answers one interaction.
func (s *Server) GetInteraction(ctx context.Context, r GetInteractionRequestObject) (GetInteractionResponseObject, error) {
	out, err := s.interaction(ctx, orchestrator.InteractionID(r.Interaction))
	return GetInteraction200JSONResponse(out), err
}

// interaction reads one interaction, with what only its timeline knows.
func (s *Server) interaction(ctx context.Context, id orchestrator.InteractionID) (Interaction, error) {
	i, err := s.cfg.Views.Interaction(ctx, id)
	if err != nil {
		return Interaction{}, err
	}
	out := interactionWire(i)
	way, err := s.way(ctx, id)
	out.Subject, out.Flow, out.FlowVersion, out.Language, out.Attributes = way.subject, way.flow, way.version, way.language, way.attributes
	return out, err
}

// GetTimeline answers every line of the journal about an interaction.
func (s *Server) GetTimeline(ctx context.Context, r GetTimelineRequestObject) (GetTimelineResponseObject, error) {
	entries, err := s.cfg.Views.Timeline(ctx, orchestrator.InteractionID(r.Interaction))
	if err != nil {
		return nil, err
	}
	return GetTimeline200JSONResponse{Items: wireAll(entries, eventWire)}, nil
}

func interactionWire(i view.Interaction) Interaction {
	return Interaction{
		ID: string(i.ID), Channel: Channel(i.Channel), Live: i.Live(), Switch: i.Switch, From: i.From, Name: i.Name, To: i.To, Queue: string(i.Queue),
		State: ItemState(i.State), Reason: i.Reason, Agent: string(i.Agent), Score: i.Score, Arrived: i.Arrived.UTC(), Queued: i.Queued.UTC(),
		Connected: i.Connected.UTC(), Ended: i.Ended.UTC(), EndedEstimated: i.Estimated,
		SwitchAwaySince: i.AwaySince.UTC(),
	}
}
