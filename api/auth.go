package api

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/access"
)

// admit lets a request through when its operation is public, or when its key is good and has the scope that the document names.
func (s *Server) admit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		op := s.doc.operation(c)
		if op == nil || op.public {
			return next(c) // No operation: one of the routes outside, or the router's own 404 and 405 (covers has seen to it).
		}
		r := requestOf(c)
		if err := s.authenticate(c, r); err != nil {
			return err
		}
		if !r.key.May(op.scope) {
			return &refusal{status: http.StatusForbidden, kind: "forbidden",
				detail: fmt.Sprintf("this needs a key with the scope %s; key %s has %s", op.scope, r.key.ID, list(r.key.Scopes))}
		}
		return next(c)
	}
}

// authenticate finds the key of a request. A good key always passes, also from an address that others guess from: behind a proxy
// all clients share one. Wrong ones are limited by address.
func (s *Server) authenticate(c echo.Context, r *request) error {
	token, ok := presented(c.Request().Header)
	if !ok {
		return s.unauthenticated(c, "send an API key as Authorization: Bearer tdm_… or as X-API-Key")
	}
	key, err := access.Check(c.Request().Context(), s.cfg.Keys, token)
	var denied *orchestrator.Error
	if errors.Is(err, access.ErrDenied) && errors.As(err, &denied) {
		return s.unauthenticated(c, denied.Say)
	}
	r.key, r.sum = key, sha256.Sum256([]byte(token))
	return err
}

// presented returns the key that a request carries. It is never read from the address, which ends up in logs.
func presented(h http.Header) (string, bool) {
	if scheme, token, ok := strings.Cut(h.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token), true
	}
	token := h.Get("X-API-Key")
	return token, token != ""
}

func (s *Server) unauthenticated(c echo.Context, detail string) error {
	if !s.wrongKeys.allow(c.RealIP()) {
		return &refusal{status: http.StatusTooManyRequests, kind: "limit", detail: "too many requests without a good key from this address; wait a minute"}
	}
	return &refusal{status: http.StatusUnauthorized, kind: "unauthenticated", detail: detail,
		header: http.Header{"Www-Authenticate": {`Bearer realm="tandem"`}}}
}

func list(scopes []access.Scope) string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}
