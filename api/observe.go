package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"
)

// observe stands around everything: it gives the request its id, answers its error, logs one line and measures. The line has
// the pattern of the route instead of the address, and never a key, a number, a name or a body.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		r := begin(c)
		c.Response().Header().Set("Tandem-Request", r.id)
		if err := next(c); err != nil {
			c.Error(err)
		}
		took, status := time.Since(start), c.Response().Status
		route := routeName(s.doc, c)
		s.metrics.request(c.Request().Method, route, status, took)
		level := slog.LevelInfo
		if route == "/healthz" || route == "/readyz" || route == "/metrics" {
			level = slog.LevelDebug // Asked every few seconds for ever.
		}
		s.cfg.Log.LogAttrs(c.Request().Context(), level, "request", slog.String("request", r.id), slog.String("method", method(c.Request())),
			slog.String("route", route), slog.Int("status", status), slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("key", r.key.ID))
		return nil
	}
}

// rescue turns a panic into a 500 that says nothing of the inside; the log has all.
func (s *Server) rescue(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				s.cfg.Log.Error("panic", "request", requestOf(c).id, "route", c.Path(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				err = broken()
			}
		}()
		return next(c)
	}
}

// headers keeps browsers from doing anything with an answer but show it (OWASP ASVS 5.0, V3.4). There is no CORS: other sites
// have no business here.
func headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("Cache-Control", "no-store")
		return next(c)
	}
}

// routeName is the pattern that a request matched. What matched none is one name: an attacker must not make new ones.
func routeName(d *document, c echo.Context) string {
	if d.operation(c) != nil || isOutside(c) {
		return c.Path()
	}
	return "none"
}

// method is one of the known ones or "other".
func method(r *http.Request) string {
	if isHead(r) {
		return http.MethodHead
	}
	switch r.Method {
	case http.MethodGet, http.MethodPut, http.MethodPost, http.MethodDelete, http.MethodHead, http.MethodOptions, http.MethodPatch:
		return r.Method
	}
	return "other"
}
