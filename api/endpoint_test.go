package api_test

import (
	"reflect"
	"testing"

	"tandem/api"
)

// TestEndpoints: every number that leads somewhere, of the newest version of each flow.
func TestEndpoints(t *testing.T) {
	c := start(t)
	c.seed()
	for _, numbers := range []string{`['7009', '7008']`, `['6999', '7009']`} {
		c.want(200, "PUT", "/api/v1/flows/door", text(t, "flow: door\nnumbers: "+numbers+"\nlanguage: en\nstart: a\nnodes:\n  a: {hangup: x}\n"))
	}
	got := read[api.EndpointList](t, c.want(200, "GET", "/api/v1/endpoints", "")).Items
	want := []api.Endpoint{{Number: "6999", Flow: "door"}, {Number: "7000", Queue: "sales", Name: "Sales"}, {Number: "7009", Flow: "door"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestPrompts: each recording once, with its languages; 404 where nobody can tell.
func TestPrompts(t *testing.T) {
	start(t).want(404, "GET", "/api/v1/prompts", "")
	c := start(t, func(cfg *api.Config) {
		cfg.Prompts = func() (map[string][]string, error) {
			return map[string][]string{"zh": {"welcome"}, "en": {"bye", "welcome"}}, nil
		}
	})
	got := read[api.PromptList](t, c.want(200, "GET", "/api/v1/prompts", ""))
	want := api.PromptList{Languages: []string{"en", "zh"}, Items: []api.Prompt{{Name: "bye", Languages: []string{"en"}}, {Name: "welcome", Languages: []string{"en", "zh"}}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
