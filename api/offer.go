package api

import (
	"context"

	"tandem/orchestrator"
	"tandem/orchestrator/floor"
)

// OpenInteraction opens a work item of another channel than voice.
func (s *Server) OpenInteraction(ctx context.Context, r OpenInteractionRequestObject) (OpenInteractionResponseObject, error) {
	var id orchestrator.InteractionID
	who, attributes := s.seen(ctx, r.Body)
	previous, err := s.placeOf(ctx, r.Body.Place)
	if err != nil {
		return nil, err
	}
	seq, err := s.command(ctx, r.Params.IdempotencyKey, floor.OpenItem{
		Channel: orchestrator.Channel(r.Body.Channel), Queue: orchestrator.QueueID(r.Body.Queue), Table: orchestrator.TableID(r.Body.Rules),
		Customer: who, Subject: r.Body.Subject, Attributes: attributes,
		Priority: r.Body.Priority, Skills: skillsIn(r.Body.Skills), Previous: previous, Place: previous != "", Into: &id,
	})
	if err != nil {
		return nil, err
	}
	out, err := s.interaction(ctx, id)
	return OpenInteraction201JSONResponse{Body: out, Headers: OpenInteraction201ResponseHeaders{TandemSeq: seq}}, err
}

// CancelInteraction takes back an item that nobody has accepted.
func (s *Server) CancelInteraction(ctx context.Context, r CancelInteractionRequestObject) (CancelInteractionResponseObject, error) {
	seq, err := s.command(ctx, r.Params.IdempotencyKey, floor.CancelItem{Interaction: orchestrator.InteractionID(r.Interaction), Reason: r.Body.Reason})
	return CancelInteraction204Response{Headers: CancelInteraction204ResponseHeaders{TandemSeq: seq}}, err
}

// AcceptOffer takes an offered item.
func (s *Server) AcceptOffer(ctx context.Context, r AcceptOfferRequestObject) (AcceptOfferResponseObject, error) {
	seq, err := s.command(ctx, r.Params.IdempotencyKey, floor.AcceptOffer{Offer: orchestrator.OfferID(r.Offer)})
	return AcceptOffer204Response{Headers: AcceptOffer204ResponseHeaders{TandemSeq: seq}}, err
}

// RejectOffer declines an offered item.
func (s *Server) RejectOffer(ctx context.Context, r RejectOfferRequestObject) (RejectOfferResponseObject, error) {
	seq, err := s.command(ctx, r.Params.IdempotencyKey, floor.RejectOffer{Offer: orchestrator.OfferID(r.Offer)})
	return RejectOffer204Response{Headers: RejectOffer204ResponseHeaders{TandemSeq: seq}}, err
}

// CompleteOffer ends the work on an accepted item.
func (s *Server) CompleteOffer(ctx context.Context, r CompleteOfferRequestObject) (CompleteOfferResponseObject, error) {
	seq, err := s.command(ctx, r.Params.IdempotencyKey, floor.CompleteOffer{
		Offer: orchestrator.OfferID(r.Offer), Disposition: r.Body.Disposition, Notes: r.Body.Notes,
	})
	return CompleteOffer204Response{Headers: CompleteOffer204ResponseHeaders{TandemSeq: seq}}, err
}

// GetAgentWork answers everything that an agent has in hand.
func (s *Server) GetAgentWork(ctx context.Context, r GetAgentWorkRequestObject) (GetAgentWorkResponseObject, error) {
	var work []floor.Work
	err := s.ask(ctx, floor.ShowWork{Agent: orchestrator.AgentID(r.Agent), Into: &work})
	return GetAgentWork200JSONResponse{Items: wireAll(work, workWire)}, err
}

func workWire(w floor.Work) WorkItem {
	return WorkItem{
		Offer: string(w.Offer), State: WorkItemState(w.State), Interaction: string(w.Interaction), Channel: Channel(w.Channel),
		Queue: string(w.Queue), Until: w.Until.UTC(),
	}
}
