package api_test

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"tandem/api"
)

func TestDocument(t *testing.T) {
	c := start(t)
	a := c.want(200, "GET", "/api/openapi.yaml", "", "Authorization", "")
	spec, err := openapi3.NewLoader().LoadFromData(a.body)
	must(t, err)
	must(t, spec.Validate(context.Background(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaPatternValidation()))
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			if op.Summary == "" || len(op.Tags) != 1 || spec.Tags.Get(op.Tags[0]) == nil {
				t.Errorf("%s %s needs a summary and one tag that exists", method, path)
			}
			if method == "POST" && op.Parameters.GetByInAndName("header", "Idempotency-Key") == nil {
				t.Errorf("POST %s takes no Idempotency-Key", path)
			}
		}
	}
}

// TestPatternsHaveWords: whoever is refused by a pattern is told what is expected, and not the pattern.
func TestPatternsHaveWords(t *testing.T) {
	text, err := os.ReadFile("openapi.yaml")
	must(t, err)
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if regexp.MustCompile(`pattern: ["']`).MatchString(line) && !strings.Contains(line, "x-form: ") && !strings.HasPrefix(strings.TrimSpace(lines[i+1]), "x-form: ") && !strings.Contains(line, "example:") {
			t.Errorf("line %d has a pattern without x-form", i+1)
		}
	}
}

// TestDocs: the page has every operation and every type, and needs nothing from elsewhere.
func TestDocs(t *testing.T) {
	c := start(t)
	a := c.want(200, "GET", "/api/docs", "", "Authorization", "")
	page := string(a.body)
	spec, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	must(t, err)
	for path, item := range spec.Paths.Map() {
		for _, op := range item.Operations() {
			if !strings.Contains(page, `id="`+op.OperationID+`"`) || !strings.Contains(page, "<code>"+path+"</code>") {
				t.Errorf("the page does not have %s %s", op.OperationID, path)
			}
		}
	}
	for name := range spec.Components.Schemas {
		if !strings.Contains(page, `id="type-`+name+`"`) {
			t.Errorf("the page does not have the type %s", name)
		}
	}
	for _, link := range regexp.MustCompile(`(?:href|src)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(link[1], "#") && !strings.HasPrefix(link[1], "/api/") && link[1] != "data:," {
			t.Errorf("the page needs %s", link[1])
		}
		if at, ok := strings.CutPrefix(link[1], "#"); ok && !strings.Contains(page, `id="`+at+`"`) {
			t.Errorf("the page has no place %s", link[1])
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, "style=") || strings.Contains(page, "ZgotmplZ") {
		t.Error("the page has a script or a style of its own")
	}
	if css := c.want(200, "GET", "/api/docs/style.css", "", "Authorization", ""); !strings.HasPrefix(css.header.Get("Content-Type"), "text/css") {
		t.Errorf("%v", css.header)
	}
	p := read[api.Problem](t, c.want(404, "GET", "/api/v1/queues/none", ""))
	if at := strings.TrimPrefix(p.Type, "/api/docs"); !strings.Contains(page, `id="`+strings.TrimPrefix(at, "#")+`"`) {
		t.Errorf("a problem leads to %s, which the page does not have", p.Type)
	}
}

func TestNewSaysWhatIsMissing(t *testing.T) {
	if _, err := api.New(api.Config{}); err == nil || !strings.Contains(err.Error(), "is missing") {
		t.Errorf("%v", err)
	}
}
