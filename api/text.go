package api

import (
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"tandem/orchestrator/desk/notify"
)

// ListTexts lists a page of what customers have texted, newest first.
func (s *Server) ListTexts(ctx context.Context, r ListTextsRequestObject) (ListTextsResponseObject, error) {
	before, err := readNumber("text", r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := s.cfg.Messages.Texts(ctx, before, r.Params.Limit+1)
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, r.Params.Limit, "text", func(x notify.Text) string { return number(x.ID) })
	return ListTexts200JSONResponse{Items: wireAll(rows, textWire), NextCursor: next}, nil
}

func textWire(x notify.Text) Text {
	return Text{ID: x.ID, From: x.From, To: x.To, Text: x.Text, Word: TextWord(x.Word), Route: x.Route, Received: x.Received.UTC()}
}

// plus stands for the sign of a number in a cursor, which holds none.
const plus = "int."

// ListOptOuts lists a page of the numbers that want no messages.
func (s *Server) ListOptOuts(ctx context.Context, r ListOptOutsRequestObject) (ListOptOutsResponseObject, error) {
	after, err := readCursor("opt-out", r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := s.cfg.Messages.OptOuts(ctx, strings.Replace(after, plus, "+", 1), r.Params.Limit+1)
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, r.Params.Limit, "opt-out", func(o notify.OptOut) string { return strings.Replace(o.Number, "+", plus, 1) })
	return ListOptOuts200JSONResponse{Items: wireAll(rows, optOutWire), NextCursor: next}, nil
}

func optOutWire(o notify.OptOut) OptOut {
	return OptOut{Number: o.Number, Said: o.Said, Since: o.Since.UTC()}
}

// PutOptOut puts a number on the list.
func (s *Server) PutOptOut(ctx context.Context, r PutOptOutRequestObject) (PutOptOutResponseObject, error) {
	return PutOptOut204Response{}, s.cfg.Inbox.SetOptOut(ctx, s.cfg.Country.Canonical(r.Number), true)
}

// DeleteOptOut takes a number off the list.
func (s *Server) DeleteOptOut(ctx context.Context, r DeleteOptOutRequestObject) (DeleteOptOutResponseObject, error) {
	err := s.cfg.Inbox.SetOptOut(ctx, r.Number, false)
	if whole := s.cfg.Country.Canonical(r.Number); err == nil && whole != r.Number {
		err = s.cfg.Inbox.SetOptOut(ctx, whole, false) // Both: the country may have been set after the number came onto the list.
	}
	return DeleteOptOut204Response{}, err
}

// callHook gives a call of an SMS gateway to its route. Who knows no secret does not learn either which routes there are.
func (s *Server) callHook(c echo.Context) error {
	hook := s.cfg.Hooks[c.Param("route")]
	if hook == nil {
		return s.unauthenticated(c, "the secret is missing or wrong")
	}
	hook.ServeHTTP(c.Response(), c.Request())
	return nil
}
