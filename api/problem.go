package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"tandem/orchestrator"
)

// refusal is a request that HTTP itself, the key or the document refuses. What the house refuses is an *orchestrator.Error.
type refusal struct {
	status int
	kind   string // the name of its place in the documentation
	detail string
	fields []FieldProblem
	header http.Header
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s: %s", r.status, r.kind, r.detail) }

// statusOf is the one map from the kinds of the house to HTTP (RFC 9110 section 15, RFC 6585 section 4).
var statusOf = map[orchestrator.Kind]int{
	orchestrator.Invalid:     http.StatusUnprocessableEntity,
	orchestrator.NotFound:    http.StatusNotFound,
	orchestrator.Conflict:    http.StatusConflict,
	orchestrator.Forbidden:   http.StatusForbidden,
	orchestrator.Limit:       http.StatusTooManyRequests,
	orchestrator.Unavailable: http.StatusServiceUnavailable,
	orchestrator.Internal:    http.StatusInternalServerError,
}

// problemKind says what a kind of problem means; the documentation lists them.
type problemKind struct{ Name, Title, Means string }

var problemKinds = []problemKind{
	{"malformed", "The request cannot be read", "400: a parameter is wrong, or the body is no JSON. Correct it; the same request never succeeds."},
	{"unauthenticated", "A key is needed", "401: there is no API key, or it is not known, or it was revoked. Send a good one."},
	{"forbidden", "The key may not do this", "403: the key lacks the scope that the operation names. Ask an admin for another key."},
	{"not_found", "There is no such thing", "404: the address or the id is not known."},
	{"method", "The method is not allowed here", "405: the header Allow names those that are."},
	{"conflict", "Its state does not allow it", "409: read it again and decide anew."},
	{"changed", "It was changed meanwhile", "412: somebody else changed it since the version that you have seen. Read it again."},
	{"too_large", "The body is too large", "413: send less."},
	{"media_type", "The content type is not understood", "415: send application/json."},
	{"range", "The range lies outside the file", "416: the header Content-Range names its size."},
	{"invalid", "The request is not valid", "422: fields names what is wrong."},
	{"limit", "Too much at once", "429: ask again after the seconds of Retry-After."},
	{"unavailable", "A part that is needed is away", "503: ask again after the seconds of Retry-After, with the same Idempotency-Key."},
	{"internal", "Our fault", "500: quote request_id to whoever runs this program; its log has the cause."},
}

func titleOf(kind string) string {
	for _, k := range problemKinds {
		if k.Name == kind {
			return k.Title
		}
	}
	return kind
}

// answerError is echo's error handler: the only place where an error becomes an answer. What it does not know is our fault, and
// says nothing of the inside.
func (s *Server) answerError(err error, c echo.Context) {
	r := refuse(err)
	if r.status >= http.StatusInternalServerError {
		s.cfg.Log.Error("request failed", "request", requestOf(c).id, "route", c.Path(), "status", r.status, "cause", err)
	}
	if c.Response().Committed {
		return // A stream or a download has begun: its end is all that can be said.
	}
	h := c.Response().Header()
	for k, v := range r.header {
		h[k] = v
	}
	if allow := h.Get("Allow"); allow != "" {
		h.Set("Allow", allowed(allow))
	}
	if r.status == http.StatusServiceUnavailable || r.status == http.StatusTooManyRequests {
		h.Set("Retry-After", "2")
	}
	h.Set("Cache-Control", "no-store")
	for _, k := range []string{"Content-Type", "Content-Disposition", "ETag", "Last-Modified"} {
		h.Del(k)
	}
	body, err := json.Marshal(Problem{
		Type: "/api/docs#" + r.kind, Title: titleOf(r.kind), Status: r.status, Detail: r.detail,
		Instance: printable(c.Request().URL.Path), RequestID: requestOf(c).id, Fields: r.fields,
	})
	if err == nil {
		err = c.Blob(r.status, "application/problem+json", body)
	}
	if err != nil {
		s.cfg.Log.Debug("the client did not take the answer", "request", requestOf(c).id, "cause", err)
	}
}

// refuse translates any error.
func refuse(err error) *refusal {
	var r *refusal
	if errors.As(err, &r) {
		return r
	}
	var ours *orchestrator.Error
	if errors.As(err, &ours) {
		r = &refusal{status: statusOf[ours.Kind], kind: string(ours.Kind), detail: ours.Say}
		if r.status == 0 || r.status == http.StatusInternalServerError {
			return broken()
		}
		if r.detail == "" {
			r.detail = titleOf(r.kind)
		}
		if ours.Field != "" {
			r.fields = []FieldProblem{{Field: ours.Field, Says: r.detail}}
			r.detail = ours.Field + ": " + r.detail
		}
		return r
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &refusal{status: http.StatusServiceUnavailable, kind: "unavailable", detail: "it took too long; ask again in a few seconds"}
	}
	var he *echo.HTTPError
	if errors.As(err, &he) {
		return refuseEcho(he)
	}
	return broken()
}

// refuseEcho translates what the router refuses.
func refuseEcho(he *echo.HTTPError) *refusal {
	switch he.Code {
	case http.StatusNotFound:
		return &refusal{status: he.Code, kind: "not_found", detail: "there is nothing at this address; /api/docs lists what there is"}
	case http.StatusMethodNotAllowed:
		return &refusal{status: he.Code, kind: "method", detail: "this address does not take this method; the header Allow names those that it takes"}
	case http.StatusUnsupportedMediaType:
		return &refusal{status: he.Code, kind: "media_type", detail: "send the body as application/json"}
	case http.StatusBadRequest:
		return &refusal{status: he.Code, kind: "malformed", detail: "the request cannot be read; /api/docs shows what it should look like"}
	}
	return broken()
}

func broken() *refusal {
	return &refusal{status: http.StatusInternalServerError, kind: "internal", detail: "something is wrong in Tandem itself; the log has the cause under request_id"}
}

// wrongField refuses one field of a request.
func wrongField(status int, kind, field, says string) *refusal {
	return &refusal{status: status, kind: kind, detail: field + ": " + says, fields: []FieldProblem{{Field: field, Says: says}}}
}

// longestSays is room for the longest list of allowed values, those of a webhook's events.
const longestSays = 1200

// printable keeps what a client wrote from becoming more than text in a log or on a screen. Letters of every script stay: an admin
// names nodes and recordings in their own.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > longestSays {
		return string(r[:longestSays]) + "…"
	}
	return s
}
