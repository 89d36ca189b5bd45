package api

import (
	"strings"
	"testing"

	"tandem/orchestrator/fact"
)

// Tries are told as people count them, also those of another number for a callback, which the walk counts apart.
func TestTriesAreToldAsPeopleCount(t *testing.T) {
	for try, want := range map[int]string{1: "try 1,", 2: "try 2,", 101: "try 1,", 103: "try 3,"} {
		if said := sentence(fact.PromptBegun{Prompts: "prompt:en/callback-enter", Max: 18, Try: try}); !strings.Contains(said, want) {
			t.Errorf("try %d: %s", try, said)
		}
	}
}
