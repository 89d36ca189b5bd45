package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/labstack/echo/v4"
)

// check holds a request against the document: a handler sees only what the document allows, with its defaults filled in. It also
// gives an ordinary request its time limit and the hash that an idempotency key is compared by.
func (s *Server) check(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		op := s.doc.operation(c)
		if op == nil {
			return next(c)
		}
		body, err := s.readBody(c, op)
		if err != nil {
			return err
		}
		in := &openapi3filter.RequestValidationInput{
			Request: c.Request(), PathParams: map[string]string{}, Route: op.route,
			Options: &openapi3filter.Options{
				MultiError: true, RejectWhenRequestBodyNotSpecified: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
				SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.WithStringFormatValidator(timeFormat, openapi3.NewCallbackValidator(isTime))},
			},
		}
		for i, name := range c.ParamNames() {
			in.PathParams[name] = c.ParamValues()[i]
		}
		if err := unknownQuery(in, op); err != nil {
			return err
		}
		if err := openapi3filter.ValidateRequest(c.Request().Context(), in); err != nil {
			return refuseRequest(err)
		}
		if err := unseen(body); err != nil {
			return err
		}
		requestOf(c).hash = hashOf(c.Request(), body)
		if !lasting(op) {
			ctx, stop := context.WithTimeout(c.Request().Context(), s.cfg.Timeout)
			defer stop()
			c.SetRequest(c.Request().WithContext(ctx))
		}
		return next(c)
	}
}

// readBody reads the body up to the limit and puts it back. A body that is there must be one JSON value and nothing else.
func (s *Server) readBody(c echo.Context, op *operation) ([]byte, error) {
	req := c.Request()
	most := s.cfg.MaxBody
	switch op.route.Operation.OperationID {
	case "putFlow":
		most *= 2 // A text in JSON is up to twice as long as the text.
	case "putAgents", "putQueues":
		most *= 8 // They hold 500 definitions.
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), req.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, &refusal{status: http.StatusRequestEntityTooLarge, kind: "too_large", detail: fmt.Sprintf("the body is longer than %d bytes; send less", most)}
	case err != nil:
		return nil, &refusal{status: http.StatusBadRequest, kind: "malformed", detail: "the body ended early; send it again"}
	}
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	if len(body) == 0 || !strings.HasPrefix(strings.ToLower(req.Header.Get("Content-Type")), "application/json") {
		return body, nil // The document decides about the one and refuses the other.
	}
	var any json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := dec.Decode(&any); err != nil {
		return nil, &refusal{status: http.StatusBadRequest, kind: "malformed", detail: notJSON(body, err)}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &refusal{status: http.StatusBadRequest, kind: "malformed", detail: fmt.Sprintf("the body has more than one JSON value: it goes on after byte %d", dec.InputOffset())}
	}
	return body, nil
}

// notJSON says where a body stops being JSON, and how.
func notJSON(body []byte, err error) string {
	var wrong *json.SyntaxError
	if !errors.As(err, &wrong) {
		return "the body is no JSON: it ends too early; close every quotation mark, bracket and brace"
	}
	before := body[:min(max(wrong.Offset-1, 0), int64(len(body)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:]))) + 1
	return fmt.Sprintf("the body is no JSON: line %d, column %d: %s", line, column, printable(wrong.Error()))
}

// unknownQuery refuses query parameters that the operation does not have: a misspelt filter must not return everything.
func unknownQuery(in *openapi3filter.RequestValidationInput, op *operation) error {
	var known []string
	for _, list := range []openapi3.Parameters{op.route.PathItem.Parameters, op.route.Operation.Parameters} {
		for _, p := range list {
			if p.Value.In == openapi3.ParameterInQuery {
				known = append(known, p.Value.Name)
			}
		}
	}
	says := "is not a parameter here; this address has none"
	if len(known) > 0 {
		says = "is not a parameter here; use " + strings.Join(known, ", ")
	}
	query, err := url.ParseQuery(in.Request.URL.RawQuery)
	if err != nil {
		return &refusal{status: http.StatusBadRequest, kind: "malformed", detail: "the query of the address cannot be read; write ; as %3B and % as %25"}
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !slices.Contains(known, name) {
			return wrongField(http.StatusBadRequest, "malformed", printable(name), says)
		}
		if len(query[name]) > 1 {
			return wrongField(http.StatusBadRequest, "malformed", name, "is there more than once; send it once")
		}
	}
	return nil
}

// lasting operations go on as long as their client likes; they set their own limits, write by write.
func lasting(op *operation) bool {
	id := op.route.Operation.OperationID
	return id == "streamEvents" || id == "downloadRecording"
}

// hashOf names the content of a request.
func hashOf(r *http.Request, body []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n", r.Method, r.URL.EscapedPath())
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// refuseRequest translates what the document says against a request. Values are never repeated: they may be secret.
func refuseRequest(err error) error {
	var wrong []FieldProblem
	status, kind := 0, ""
	for _, e := range flatten(err) {
		var re *openapi3filter.RequestError
		if !errors.As(e, &re) {
			return fmt.Errorf("request validation: %w", e)
		}
		if strings.HasPrefix(re.Reason, "header Content-Type") {
			return &refusal{status: http.StatusUnsupportedMediaType, kind: "media_type", detail: "send the body as Content-Type: application/json"}
		}
		if re.Parameter != nil {
			status, kind = http.StatusBadRequest, "malformed" // What cannot be read weighs more than what is wrong in it.
			wrong = append(wrong, FieldProblem{Field: re.Parameter.Name, Says: whyOf(re.Err, re.Parameter.Schema)})
			continue
		}
		if re.RequestBody == nil {
			return &refusal{status: http.StatusBadRequest, kind: "malformed", detail: "this operation takes no body; send none"}
		}
		found := fieldsOf(re.Err)
		if len(found) == 0 {
			return &refusal{status: http.StatusBadRequest, kind: "malformed", detail: "a JSON body is needed; /api/docs shows what it should look like"}
		}
		wrong = append(wrong, found...)
	}
	if status == 0 {
		status, kind = http.StatusUnprocessableEntity, "invalid"
	}
	says := make([]string, len(wrong))
	for i, w := range wrong {
		says[i] = w.Field + ": " + w.Says
	}
	return &refusal{status: status, kind: kind, detail: strings.Join(says, "; "), fields: wrong}
}

// flatten takes lists of errors apart.
func flatten(err error) []error {
	var many openapi3.MultiError
	if m, ok := err.(openapi3.MultiError); ok { //nolint:errorlint // A list inside a RequestError stays inside.
		many = m
	} else {
		return []error{err}
	}
	var out []error
	for _, e := range many {
		out = append(out, flatten(e)...)
	}
	return out
}

// fieldsOf names each field of a body that its schema refuses.
func fieldsOf(err error) []FieldProblem {
	var out []FieldProblem
	for _, e := range flatten(err) {
		var se *openapi3.SchemaError
		if !errors.As(e, &se) {
			continue
		}
		field := strings.Join(se.JSONPointer(), ".")
		if field == "" {
			field = "body"
		}
		out = append(out, FieldProblem{Field: printable(field), Says: sayOf(se)})
	}
	return out
}

// whyOf says why a parameter is refused.
func whyOf(err error, schema *openapi3.SchemaRef) string {
	for _, e := range flatten(err) {
		var se *openapi3.SchemaError
		if errors.As(e, &se) {
			return sayOf(se)
		}
	}
	if errors.Is(err, openapi3filter.ErrInvalidRequired) {
		return "is needed"
	}
	if schema != nil && schema.Value.Type != nil {
		return "must be of type " + strings.Join(schema.Value.Type.Slice(), " or ")
	}
	return "cannot be read"
}

// formField tells in the document what a pattern means, in words: a regular expression is no advice.
const formField = "x-form"

const (
	timeFormat = "date-time" // RFC 3339 section 5.6, as the document calls it
	timeForm   = "must be a time with its zone, such as 2026-11-22T10:00:00Z or 2026-11-22T11:00:00+01:00"
)

// isTime takes what a handler's body takes, so that a day which is none, such as 31 February, is refused with its field too.
func isTime(text string) error { return new(time.Time).UnmarshalText([]byte(text)) }

// sayOf is the reason of a schema, which never repeats the value, with what the document says of the field.
func sayOf(se *openapi3.SchemaError) string {
	says := printable(se.Reason)
	if se.Schema != nil && se.SchemaField == "format" && se.Schema.Format == timeFormat {
		return timeForm
	}
	if se.Schema != nil && se.SchemaField == "pattern" {
		if form, ok := se.Schema.Extensions[formField].(string); ok {
			return "must be " + form
		}
	}
	if se.Schema != nil && se.SchemaField == "pattern" && se.Schema.Description != "" {
		says += " (" + se.Schema.Description + ")"
	}
	return says
}
