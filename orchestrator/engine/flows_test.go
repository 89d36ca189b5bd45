package engine_test

import (
	"testing"
	"testing/synctest"
	"time"

	"tandem/adapters/memory"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

// Which flows cannot be read is known before the first caller comes, and no longer when they were published anew.
func TestFlowsThatCannotBeReadAreNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memory.New(time.Now)
		j := store.Journal()
		if _, err := j.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		text := "flow: main\nnumbers: ['7000']\nlanguage: en\nstart: a\nnodes: {a: {teleport: x}}"
		published := fact.Entry{Seq: 1, At: time.Now().UTC(), Fact: fact.FlowPublished{Flow: "main", Version: 7, Numbers: []string{"7000"}, Text: text}}
		if err := j.Append(t.Context(), []fact.Entry{published}); err != nil {
			t.Fatal(err)
		}
		e, stop := start(t, j, &sw{})
		defer stop()
		if ill := e.Status().Unreadable; !e.Status().Running || len(ill) != 1 || ill[0].Flow != "main" || ill[0].Version != 7 {
			t.Errorf("unreadable are %+v", ill)
		}
		do(t, e, floor.PublishFlow{File: "main.yaml", Text: "flow: main\nnumbers: ['7000']\nlanguage: en\nstart: a\nnodes: {a: {hangup: x}}"})
		if ill := e.Status().Unreadable; len(ill) != 0 {
			t.Errorf("published anew, unreadable are %+v", ill)
		}
	})
}
