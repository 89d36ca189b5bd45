package api

import (
	_ "embed"
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/labstack/echo/v4"

	"tandem/orchestrator/desk/access"
)

//go:embed openapi.yaml
var openapiYAML []byte

// document is the contract, by the routes of the router.
type document struct {
	spec *openapi3.T
	ops  map[string]*operation // by method and echo path, such as "GET /api/v1/queues/:queue"
}

// operation is one operation of the document.
type operation struct {
	route  *routers.Route
	public bool         // needs no key
	scope  access.Scope // that a key needs
	shows  *operation   // the one that shows what this one shows or changes, with its version; nil: nothing has versions here
}

// outside are the routes that stand outside the document: they show it, or others say what is asked there. They need no key;
// a hook has a secret of its own, and so has a customer's link.
var outside = []string{"GET /api/openapi.yaml", "GET /api/docs", "GET /api/docs/style.css", "GET /hooks/sms/:route", "POST /hooks/sms/:route", "GET /s/:token", "POST /s/:token"}

var pathParam = regexp.MustCompile(`\{([^}]+)\}`)

// readDocument reads and checks the embedded document. Every operation must be public or name a scope that exists.
func readDocument() (*document, error) {
	spec, err := openapi3.NewLoader().LoadFromData(openapiYAML)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	d := &document{spec: spec, ops: map[string]*operation{}}
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			o := &operation{
				route:  &routers.Route{Spec: spec, Path: path, PathItem: item, Method: method, Operation: op},
				public: op.Security != nil && len(*op.Security) == 0,
			}
			scope, _ := op.Extensions["x-scope"].(string)
			o.scope = access.Scope(scope)
			if o.public == slices.Contains(access.Scopes[:], o.scope) {
				return nil, fmt.Errorf("openapi.yaml: %s %s needs either security: [] or an x-scope that exists", method, path)
			}
			d.ops[method+" "+pathParam.ReplaceAllString(path, ":$1")] = o
		}
	}
	d.showing()
	return d, nil
}

// operation returns what the document says of the route that c matched; nil when it matched none.
func (d *document) operation(c echo.Context) *operation {
	return d.ops[c.Request().Method+" "+c.Path()]
}

// covers refuses routes that the document does not know and operations without a route.
func (d *document) covers(routes []*echo.Route) error {
	there := map[string]bool{}
	for _, r := range routes {
		key := r.Method + " " + r.Path
		if r.Method == echo.RouteNotFound || slices.Contains(outside, key) {
			continue
		}
		if d.ops[key] == nil {
			return fmt.Errorf("route %s is not in openapi.yaml", key)
		}
		there[key] = true
	}
	for key := range d.ops {
		if !there[key] {
			return fmt.Errorf("openapi.yaml promises %s and nobody serves it", key)
		}
	}
	return nil
}

// serveYAML serves the document as it was written.
func serveYAML(c echo.Context) error {
	return c.Blob(http.StatusOK, "application/yaml", openapiYAML)
}
