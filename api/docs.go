package api

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// The documentation page is the document, drawn once at the start: no script, nothing from elsewhere, so that it works without a
// line to the world and under the strictest policy.

//go:embed docs.html
var docsHTML string

//go:embed docs.css
var docsCSS []byte

func registerDocs(e *echo.Echo, d *document) error {
	page, err := drawDocs(d.spec)
	if err != nil {
		return err
	}
	e.GET("/api/openapi.yaml", serveYAML)
	e.GET("/api/docs/style.css", func(c echo.Context) error { return c.Blob(http.StatusOK, "text/css; charset=utf-8", docsCSS) })
	e.GET("/api/docs", func(c echo.Context) error {
		c.Response().Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		return c.HTMLBlob(http.StatusOK, page)
	})
	return nil
}

// isOutside says whether c matched one of the routes that show the document.
func isOutside(c echo.Context) bool {
	return slices.Contains(outside, c.Request().Method+" "+c.Path())
}

type (
	docsPage struct {
		Title    string
		Intro    template.HTML
		Tags     []docsTag
		Schemas  []docsSchema
		Problems []problemKind
	}
	docsTag struct {
		Name, Says string
		Ops        []docsOp
	}
	docsOp struct {
		ID, Method, Path, Summary, Scope, Body, Curl string
		Says                                         template.HTML
		Params                                       []docsParam
		Answers                                      []docsAnswer
	}
	docsParam struct {
		Name, In, Type string
		Says           template.HTML
		Required       bool
	}
	docsAnswer struct {
		Status, Type string
		Says         template.HTML
	}
	docsSchema struct {
		Name, Type, Example string
		Says                template.HTML
		Fields              []docsParam
	}
)

// drawDocs draws the page.
func drawDocs(spec *openapi3.T) ([]byte, error) {
	t, err := template.New("docs").Parse(docsHTML)
	if err != nil {
		return nil, fmt.Errorf("docs.html: %w", err)
	}
	page := docsPage{Title: spec.Info.Title, Intro: prose(spec.Info.Description), Problems: problemKinds}
	for _, tag := range spec.Tags {
		page.Tags = append(page.Tags, docsTag{Name: tag.Name, Says: tag.Description, Ops: opsOf(spec, tag.Name)})
	}
	for _, name := range slices.Sorted(maps.Keys(spec.Components.Schemas)) {
		page.Schemas = append(page.Schemas, schemaOf(name, spec.Components.Schemas[name].Value))
	}
	var out bytes.Buffer
	if err := t.Execute(&out, page); err != nil {
		return nil, fmt.Errorf("docs.html: %w", err)
	}
	return out.Bytes(), nil
}

func opsOf(spec *openapi3.T, tag string) []docsOp {
	var ops []docsOp
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			if slices.Contains(op.Tags, tag) {
				ops = append(ops, opOf(path, method, item, op))
			}
		}
	}
	slices.SortFunc(ops, func(a, b docsOp) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
	})
	return ops
}

func opOf(path, method string, item *openapi3.PathItem, op *openapi3.Operation) docsOp {
	o := docsOp{ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Says: prose(op.Description)}
	o.Scope, _ = op.Extensions["x-scope"].(string)
	for _, list := range []openapi3.Parameters{item.Parameters, op.Parameters} {
		for _, p := range list {
			o.Params = append(o.Params, docsParam{Name: p.Value.Name, In: p.Value.In, Type: typeOf(p.Value.Schema), Says: prose(p.Value.Description), Required: p.Value.Required})
		}
	}
	example := ""
	if op.RequestBody != nil {
		schema := op.RequestBody.Value.Content.Get("application/json").Schema
		o.Body = typeOf(schema)
		b, _ := json.Marshal(schema.Value.Example) //nolint:errcheck // It was read from YAML: it can be written.
		example = string(b)
	}
	o.Curl = curl(method, path, item, o.Scope != "", example)
	for _, status := range slices.Sorted(maps.Keys(op.Responses.Map())) {
		a := op.Responses.Value(status).Value
		answer := docsAnswer{Status: status, Says: prose(*a.Description)}
		for kind, media := range a.Content {
			answer.Type = kind
			if media.Schema != nil && media.Schema.Ref != "" {
				answer.Type = typeOf(media.Schema)
			}
		}
		o.Answers = append(o.Answers, answer)
	}
	return o
}

// curl is the operation as a line for a terminal.
func curl(method, path string, item *openapi3.PathItem, key bool, body string) string {
	for _, p := range item.Parameters {
		example := p.Value.Example
		if example == nil {
			example = p.Value.Schema.Value.Example
		}
		path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", fmt.Sprint(example))
	}
	line := "curl"
	if method != http.MethodGet {
		line += " -X " + method
	}
	if key {
		line += ` -H "Authorization: Bearer $TANDEM_KEY"`
	}
	if body != "" {
		line += " --json '" + body + "'"
	}
	return line + " http://127.0.0.1:8080" + path
}

func schemaOf(name string, s *openapi3.Schema) docsSchema {
	d := docsSchema{Name: name, Type: typeOf(openapi3.NewSchemaRef("", s)), Says: prose(s.Description)}
	if s.Example != nil && len(s.Properties) > 0 {
		b, _ := json.MarshalIndent(s.Example, "", "  ") //nolint:errcheck // It was read from YAML: it can be written.
		d.Example = string(b)
	}
	for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[field]
		d.Fields = append(d.Fields, docsParam{Name: field, Type: typeOf(p), Says: prose(p.Value.Description), Required: slices.Contains(s.Required, field)})
	}
	return d
}

// typeOf says in a few words what a value may be.
func typeOf(ref *openapi3.SchemaRef) string {
	if ref.Ref != "" {
		return ref.Ref[strings.LastIndex(ref.Ref, "/")+1:]
	}
	s := ref.Value
	if s.Type.Is("array") {
		return "list of " + typeOf(s.Items)
	}
	says := strings.Join(s.Type.Slice(), " or ")
	if s.Format != "" {
		says = s.Format
	}
	if len(s.Enum) > 0 {
		all := make([]string, len(s.Enum))
		for i, e := range s.Enum {
			all[i] = fmt.Sprint(e)
		}
		says = strings.Join(all, " | ")
	}
	if s.Min != nil && s.Max != nil {
		says += fmt.Sprintf(", %g to %g", *s.Min, *s.Max)
	}
	if s.Default != nil {
		says += fmt.Sprintf(", default %v", s.Default)
	}
	return says
}

var (
	code   = regexp.MustCompile("`([^`]+)`")
	strong = regexp.MustCompile(`\*\*([^*]+)\*\*`)
)

// prose draws the little Markdown that the document uses: paragraphs, code and bold. All else is text.
func prose(text string) template.HTML {
	var out strings.Builder
	for _, p := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if p == "" {
			continue
		}
		p = template.HTMLEscapeString(p)
		p = code.ReplaceAllString(p, "<code>$1</code>")
		p = strong.ReplaceAllString(p, "<strong>$1</strong>")
		out.WriteString("<p>" + p + "</p>")
	}
	return template.HTML(out.String()) //nolint:gosec // Of our own embedded document, and escaped.
}
