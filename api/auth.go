package api

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/access"
)

var keyForm = regexp.MustCompile(`^tdm_[A-Za-z0-9]{1,64}_[A-Za-z0-9]{32,128}$`)

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
		if !allows(r.key, op.scope) {
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
	if !keyForm.MatchString(token) {
		return s.unauthenticated(c, "this is no API key; one looks like tdm_, its id, _ and its secret")
	}
	r.sum = sha256.Sum256([]byte(token))
	key, err := s.cfg.Keys.KeyBySum(c.Request().Context(), r.sum)
	switch {
	case orchestrator.KindOf(err) == orchestrator.NotFound:
		return s.unauthenticated(c, "this API key is not known; check it, or ask an admin for a new one")
	case err != nil:
		return err
	case !key.Revoked.IsZero():
		return s.unauthenticated(c, fmt.Sprintf("API key %s was revoked on %s; ask an admin for a new one", key.ID, key.Revoked.UTC().Format("2006-01-02 15:04 UTC")))
	}
	r.key = key
	return nil
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

// allows says whether a key has a scope; admin includes all.
func allows(k access.Key, scope access.Scope) bool {
	return slices.Contains(k.Scopes, scope) || slices.Contains(k.Scopes, access.Admin)
}

func list(scopes []access.Scope) string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}
