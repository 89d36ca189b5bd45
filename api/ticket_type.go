package api

import (
	"context"
	"fmt"
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/ticket"
)

// ListTicketTypes lists all types.
func (s *Server) ListTicketTypes(ctx context.Context, _ ListTicketTypesRequestObject) (ListTicketTypesResponseObject, error) {
	all, err := s.cfg.Tickets.TicketTypes(ctx)
	if err != nil {
		return nil, err
	}
	return ListTicketTypes200JSONResponse{Items: wireAll(all, ticketTypeWire)}, nil
}

// GetTicketType answers one type.
func (s *Server) GetTicketType(ctx context.Context, r GetTicketTypeRequestObject) (GetTicketTypeResponseObject, error) {
	all, err := s.cfg.Tickets.TicketTypes(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(t ticket.Type) bool { return t.ID == r.Type })
	if i < 0 {
		return nil, &orchestrator.Error{Kind: orchestrator.NotFound, Op: "ticket.type", Say: fmt.Sprintf("there is no ticket type %q", r.Type)}
	}
	return GetTicketType200JSONResponse(ticketTypeWire(all[i])), nil
}

// PutTicketType makes a type or changes it.
func (s *Server) PutTicketType(ctx context.Context, r PutTicketTypeRequestObject) (PutTicketTypeResponseObject, error) {
	t, err := s.cfg.Tickets.PutType(ctx, ticket.Type{
		ID: r.Type, Name: r.Body.Name, Queues: queuesIn(r.Body.Queues), Fields: wireAll(r.Body.Fields, func(f TicketField) ticket.Field {
			return ticket.Field{
				Name: f.Name, Label: f.Label, Kind: ticket.Kind(f.Kind), Required: f.Required, Min: f.Min, Max: f.Max, Pattern: f.Pattern, Options: f.Options,
			}
		}),
	})
	if err != nil {
		return nil, err
	}
	return PutTicketType200JSONResponse(ticketTypeWire(t)), nil
}

// DeleteTicketType forgets a type.
func (s *Server) DeleteTicketType(ctx context.Context, r DeleteTicketTypeRequestObject) (DeleteTicketTypeResponseObject, error) {
	return DeleteTicketType204Response{}, s.cfg.Tickets.DeleteType(ctx, r.Type)
}

func ticketTypeWire(t ticket.Type) TicketType {
	return TicketType{
		ID: t.ID, Name: t.Name, Queues: wireAll(t.Queues, func(q orchestrator.QueueID) ChosenID { return string(q) }),
		Fields: wireAll(t.Fields, func(f ticket.Field) TicketField {
			return TicketField{
				Name: f.Name, Label: f.Label, Kind: TicketFieldKind(f.Kind), Required: f.Required, Min: f.Min, Max: f.Max, Pattern: f.Pattern, Options: f.Options,
			}
		}),
	}
}
