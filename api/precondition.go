package api

import (
	"bytes"
	"errors"
	"net/http"
	"path"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"tandem/orchestrator"
)

// conditions gives each answer that documents a 304 its ETag, answers 304 to who has it already, and refuses with 412 to change
// what is not any more as the client has seen it. The look and the change are one: whoever changes the same thing waits.
func (s *Server) conditions(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		op := s.doc.operation(c)
		if op == nil || op.shows == nil {
			return next(c)
		}
		if c.Request().Method == http.MethodGet {
			return s.showVersion(c, op, next)
		}
		at := c.Request().URL.Path
		if op.shows != s.doc.ops[http.MethodGet+" "+c.Path()] {
			at = path.Dir(at) // /agents/ann/status changes what /agents/ann shows.
		}
		give, err := s.take(c.Request().Context(), at)
		if err != nil {
			return err
		}
		defer give()
		if err := s.compare(c, op, at); err != nil {
			return err
		}
		if op.schema(http.StatusOK) != op.shows.schema(http.StatusOK) {
			return next(c)
		}
		return s.showVersion(c, op, next)
	}
}

// compare holds If-Match and If-None-Match of a change against what stands there now.
func (s *Server) compare(c echo.Context, op *operation, at string) error {
	match, none := c.Request().Header.Get("If-Match"), c.Request().Header.Get("If-None-Match")
	if match == "" && none == "" || op.ownMatch() {
		return nil
	}
	if _, err := s.cfg.Views.WaitFor(c.Request().Context(), s.done.Load()); err != nil {
		return err
	}
	now, err := s.versionAt(c, at)
	switch {
	case err != nil:
		return err
	case match != "" && !matches(match, now):
		return refuseOld(match, now, op.shows.schema(http.StatusOK))
	case none != "" && now != "" && unchanged(none, now):
		return &refusal{status: http.StatusPreconditionFailed, kind: "changed", detail: "it exists already; leave If-None-Match out to change it"}
	}
	return nil
}

// versionAt asks our own operation what stands at an address; "" is nothing.
func (s *Server) versionAt(c echo.Context, at string) (string, error) {
	r := c.Request().Clone(c.Request().Context())
	r.Method, r.Body, r.ContentLength, r.URL.Path, r.URL.RawPath, r.URL.RawQuery = http.MethodGet, http.NoBody, 0, at, "", ""
	to := &held{header: http.Header{}}
	inner := s.echo.NewContext(r, to)
	s.echo.Router().Find(http.MethodGet, at, inner)
	op := s.doc.operation(inner)
	if op == nil {
		return "", errors.New("nothing shows " + inner.Path())
	}
	err := inner.Handler()(inner)
	if orchestrator.KindOf(err) == orchestrator.NotFound {
		return "", nil
	}
	return to.version(op), err
}

// showVersion lets a handler answer, and adds the ETag.
func (s *Server) showVersion(c echo.Context, op *operation, next echo.HandlerFunc) error {
	w := c.Response().Writer
	to := &held{header: w.Header()}
	err := func() error {
		c.Response().Writer = to
		defer func() { c.Response().Writer = w }() // Also when the handler panics.
		return next(c)
	}()
	if err != nil || to.status == 0 {
		return err
	}
	version := to.version(op)
	if to.status == http.StatusOK && version != "" {
		w.Header().Set("ETag", version)
		if none := c.Request().Header.Get("If-None-Match"); none != "" && c.Request().Method == http.MethodGet && unchanged(none, version) {
			w.Header().Del("Content-Type")
			c.Response().Status = http.StatusNotModified
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	w.WriteHeader(to.status)
	_, err = w.Write(to.body.Bytes())
	return err
}

// held keeps an answer back until it is known what stands above it. What it holds is one thing, never a list or a file.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header         { return h.header }
func (h *held) WriteHeader(status int)      { h.status = status }
func (h *held) Write(b []byte) (int, error) { return h.body.Write(b) }

// version is the one that the handler has set, or that of the body.
func (h *held) version(op *operation) string {
	if own := h.header.Get("ETag"); own != "" {
		return own
	}
	schema := op.schema(http.StatusOK)
	if schema == nil || h.status != http.StatusOK {
		return ""
	}
	return etagOf(h.body.Bytes(), schema)
}

// schema is that of an answer in JSON; nil when there is none.
func (o *operation) schema(status int) *openapi3.Schema {
	answer := o.route.Operation.Responses.Status(status)
	if answer == nil || answer.Value.Content["application/json"] == nil {
		return nil
	}
	return answer.Value.Content["application/json"].Schema.Value
}

// ownMatch says that the operation compares If-Match itself.
func (o *operation) ownMatch() bool {
	return o.route.Operation.Parameters.GetByInAndName(openapi3.ParameterInHeader, "If-Match") != nil
}

// showing finds for each operation the one that shows what it changes: at the same address, or right above it. One that shows
// versions documents 304.
func (d *document) showing() {
	for key, op := range d.ops {
		method, at, _ := strings.Cut(key, " ")
		shows := d.ops[http.MethodGet+" "+at]
		if shows == nil && method != http.MethodGet {
			shows = d.ops[http.MethodGet+" "+path.Dir(at)]
		}
		if shows != nil && shows.route.Operation.Responses.Status(http.StatusNotModified) != nil {
			op.shows = shows
		}
	}
}
