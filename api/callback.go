package api

import (
	"context"
	"strings"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

// ListCallbacks lists a page of promised calls, newest first.
func (s *Server) ListCallbacks(ctx context.Context, r ListCallbacksRequestObject) (ListCallbacksResponseObject, error) {
	before, err := readCursor("callback", r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := s.cfg.Views.Interactions(ctx, view.Filter{
		Queue: orchestrator.QueueID(r.Params.Queue), Callbacks: true, Callback: orchestrator.CallbackState(r.Params.State), Before: before, Limit: r.Params.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, r.Params.Limit, "callback", func(i view.Interaction) string { return string(i.ID) })
	return ListCallbacks200JSONResponse{Items: wireAll(rows, callbackWire), NextCursor: next}, nil
}

// BookCallback books a call of a customer.
func (s *Server) BookCallback(ctx context.Context, r BookCallbackRequestObject) (BookCallbackResponseObject, error) {
	var id orchestrator.InteractionID
	seq, err := s.command(ctx, r.Params.IdempotencyKey, floor.OpenCallback{
		Queue: orchestrator.QueueID(r.Body.Queue), Customer: fact.Person{Number: r.Body.Number, Name: r.Body.Name}, NotBefore: r.Body.NotBefore,
		Attributes: r.Body.Attributes, Into: &id,
	})
	if err != nil {
		return nil, err
	}
	out, err := s.callback(ctx, id)
	return BookCallback201JSONResponse{Body: out, Headers: BookCallback201ResponseHeaders{TandemSeq: seq}}, err
}

// GetCallback answers one promised call.
func (s *Server) GetCallback(ctx context.Context, r GetCallbackRequestObject) (GetCallbackResponseObject, error) {
	out, err := s.callback(ctx, orchestrator.InteractionID(r.Callback))
	return GetCallback200JSONResponse(out), err
}

// CancelCallback takes back a promised call.
func (s *Server) CancelCallback(ctx context.Context, r CancelCallbackRequestObject) (CancelCallbackResponseObject, error) {
	if _, err := s.callback(ctx, orchestrator.InteractionID(r.Callback)); err != nil {
		return nil, err
	}
	seq, err := s.command(ctx, "", floor.CancelCallback{Interaction: orchestrator.InteractionID(r.Callback)})
	return CancelCallback204Response{Headers: CancelCallback204ResponseHeaders{TandemSeq: seq}}, err
}

// ListForbiddenNumbers answers a page of the do-not-call list. A cursor has no plus sign, and a number begins with one or has none.
func (s *Server) ListForbiddenNumbers(ctx context.Context, r ListForbiddenNumbersRequestObject) (ListForbiddenNumbersResponseObject, error) {
	after, err := readCursor("number", r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	numbers := []string{}
	err = s.ask(ctx, floor.ShowForbidden{After: strings.Replace(after, "p", "+", 1), Limit: r.Params.Limit + 1, Into: &numbers})
	numbers, next := page(numbers, r.Params.Limit, "number", func(n string) string { return strings.Replace(n, "+", "p", 1) })
	return ListForbiddenNumbers200JSONResponse{Numbers: numbers, NextCursor: next}, err
}

// ForbidNumber puts a number on the do-not-call list or takes it off.
func (s *Server) ForbidNumber(ctx context.Context, r ForbidNumberRequestObject) (ForbidNumberResponseObject, error) {
	seq, err := s.command(ctx, "", floor.ForbidNumber{Number: r.Body.Number, Allow: !r.Body.Forbidden})
	return ForbidNumber204Response{Headers: ForbidNumber204ResponseHeaders{TandemSeq: seq}}, err
}

// callback reads one promised call with its attempts.
func (s *Server) callback(ctx context.Context, id orchestrator.InteractionID) (Callback, error) {
	i, err := s.cfg.Views.Interaction(ctx, id)
	if err == nil && i.Callback == "" {
		err = &orchestrator.Error{Kind: orchestrator.NotFound, Op: "callback", Say: "there is no callback " + string(id)}
	}
	if err != nil {
		return Callback{}, err
	}
	entries, err := s.cfg.Views.Timeline(ctx, id)
	out := callbackWire(i)
	out.Tries = triesOf(entries)
	if i.Callback == orchestrator.CallbackCalledIn {
		out.Caller = string(callerOf(entries))
	}
	return out, err
}

// triesOf reads the attempts from the timeline.
func triesOf(entries []fact.Entry) []CallbackTry {
	tries, by := []CallbackTry{}, map[orchestrator.OfferID]orchestrator.AgentID{}
	for _, e := range entries {
		switch x := e.Fact.(type) {
		case fact.OfferMade:
			by[x.Offer] = x.Agent
		case fact.CustomerDialled:
			tries = append(tries, CallbackTry{Attempt: x.Attempt, At: e.At.UTC(), Agent: string(by[x.Offer])})
		case fact.CustomerMissed:
			if n := len(tries); n > 0 {
				tries[n-1].Outcome, tries[n-1].SIP = string(x.Why), x.SIP
				if x.Spared {
					tries[n-1].Outcome = string(orchestrator.CallbackCalledIn)
				}
			}
		case fact.OfferConnected:
			if n := len(tries); n > 0 {
				tries[n-1].Outcome = string(orchestrator.OfferConnected)
			}
		}
	}
	return tries
}

// callerOf is the interaction as which the customer of a callback has called in last.
func callerOf(entries []fact.Entry) (by orchestrator.InteractionID) {
	for _, e := range entries {
		if x, is := e.Fact.(fact.CustomerCalledIn); is {
			by = x.By
		}
	}
	return by
}

func callbackWire(i view.Interaction) Callback {
	return Callback{
		ID: string(i.ID), Queue: string(i.Queue), State: CallbackState(i.Callback), Number: i.From, Name: i.Name, Requested: i.Arrived.UTC(),
		Since: i.Queued.UTC(), Due: i.Due.UTC(), Previous: string(i.Previous), Agent: string(i.Agent), Reason: i.Reason, Attempts: i.Attempts,
		Connected: i.Connected.UTC(), Ended: i.Ended.UTC(),
	}
}
