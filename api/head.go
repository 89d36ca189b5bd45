package api

import (
	"context"
	"net/http"
	"strings"
)

type headKey struct{}

// ServeHTTP implements http.Handler. HEAD is GET without the content (RFC 9110 section 9.3.2): inside it is a GET, and the
// server of net/http, which knows better, sends no content.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		r = r.WithContext(context.WithValue(r.Context(), headKey{}, true))
		r.Method = http.MethodGet
	}
	s.echo.ServeHTTP(w, r)
}

// isHead says whether only the head of the answer is wanted, which saves work where the content is long.
func isHead(r *http.Request) bool { return r.Context().Value(headKey{}) != nil }

// allowed names HEAD wherever GET is allowed.
func allowed(methods string) string {
	if strings.Contains(methods, http.MethodGet) && !strings.Contains(methods, http.MethodHead) {
		return methods + ", " + http.MethodHead
	}
	return methods
}
