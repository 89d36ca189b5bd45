package main

import (
	"testing"

	"tandem/dialplan"
	"tandem/orchestrator"
	"tandem/orchestrator/flow"
)

// TestTheExampleFlow can be published in the example centre: every word that it says is in the lists of both languages.
func TestTheExampleFlow(t *testing.T) {
	text, err := dialplan.Flow("main")
	if err != nil {
		t.Fatal(err)
	}
	spoken := map[string]map[string]bool{}
	for _, language := range []string{"en", "zh"} {
		prompts, err := dialplan.Prompts(language)
		if err != nil {
			t.Fatal(err)
		}
		spoken[language] = map[string]bool{}
		for _, p := range prompts {
			spoken[language][p.Name] = true
		}
	}
	f, err := flow.Parse("main.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	err = f.Check("main.yaml", flow.Centre{
		Queue:  func(id orchestrator.QueueID) bool { return id == "sales" || id == "support" },
		Prompt: func(language, name string) bool { return spoken[language][name] },
	})
	if err != nil {
		t.Error(err)
	}
}
