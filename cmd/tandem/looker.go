package main

import (
	"context"
	"errors"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/flow"
)

// looker answers what flows look up: the states of tickets from the desk, everything else from web services.
type looker struct {
	tickets interface {
		Ticket(ctx context.Context, number string) (ticket.Ticket, error)
	}
	web engine.Looker
}

// Look implements engine.Looker.
func (l looker) Look(ctx context.Context, find flow.Find) (map[string]string, error) {
	if find.Ticket == "" {
		return l.web.Look(ctx, find)
	}
	t, err := l.tickets.Ticket(ctx, find.Ticket)
	switch {
	case orchestrator.KindOf(err) == orchestrator.NotFound:
		return nil, errors.New("there is no such ticket")
	case err != nil:
		return nil, errors.New("the desk did not answer")
	}
	values := map[string]string{}
	for _, f := range find.Into {
		values[f.Name] = string(t.State)
	}
	return values, nil
}
