package main

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/customer"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/flow"
)

// looker answers what is looked up: who calls and the states of tickets from the desk, everything else from web services.
type looker struct {
	tickets interface {
		Ticket(ctx context.Context, number string) (ticket.Ticket, error)
	}
	customers customer.Book
	web       engine.Looker
	found     *prometheus.HistogramVec
}

// seen is what routing may know of who calls; nil of a stranger.
func (l looker) seen(ctx context.Context, number string) (map[string]string, error) {
	began, outcome := time.Now(), "failed"
	defer func() { l.found.WithLabelValues(outcome).Observe(time.Since(began).Seconds()) }()
	name, values, known, err := l.customers.Seen(ctx, orchestrator.ChannelVoice, number)
	switch {
	case err != nil:
		return nil, errors.New("the desk did not answer")
	case !known:
		outcome = "stranger"
		return nil, nil
	}
	outcome = "known"
	if name != "" {
		values[flow.CustomerName] = name
	}
	return values, nil
}

// Look implements engine.Looker.
func (l looker) Look(ctx context.Context, find flow.Find) (map[string]string, error) {
	if find.Caller != "" {
		return l.seen(ctx, find.Caller)
	}
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
