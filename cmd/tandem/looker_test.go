package main

import (
	"context"
	"errors"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/flow"
)

type shelfOfTickets map[string]error

func (s shelfOfTickets) Ticket(_ context.Context, number string) (ticket.Ticket, error) {
	err, ok := s[number]
	if !ok {
		err = &orchestrator.Error{Kind: orchestrator.NotFound, Say: "there is no ticket " + number}
	}
	return ticket.Ticket{Number: number, State: ticket.Pending}, err
}

func (s shelfOfTickets) Look(context.Context, flow.Find) (map[string]string, error) {
	return map[string]string{"from": "the web"}, nil
}

func TestLooker(t *testing.T) {
	desk := shelfOfTickets{"10000008": nil, "10000016": errors.New("database away at 10.0.0.1")}
	l := looker{tickets: desk, web: desk}
	state := []flow.Field{{Name: "state"}}
	if v, err := l.Look(t.Context(), flow.Find{Ticket: "10000008", Into: state}); err != nil || v["state"] != "pending" {
		t.Errorf("%v, %v", v, err)
	}
	for number, why := range map[string]string{"10000024": "there is no such ticket", "10000016": "the desk did not answer"} {
		if v, err := l.Look(t.Context(), flow.Find{Ticket: number, Into: state}); v != nil || err == nil || err.Error() != why {
			t.Errorf("%s: %v, %v; want %s", number, v, err, why)
		}
	}
	if v, err := l.Look(t.Context(), flow.Find{URL: "https://shop.example"}); err != nil || v["from"] != "the web" {
		t.Errorf("%v, %v", v, err)
	}
}
