package api

import (
	"errors"
	"strings"
	"testing"

	"tandem/orchestrator/problem"
)

func TestPrintableKeepsLettersAndStopsControls(t *testing.T) {
	for in, want := range map[string]string{
		"there is no node \"欢迎\"": "there is no node \"欢迎\"",
		"grüß":                    "grüß",
		"a\x1b[31mb\nc":           "a?[31mb?c",
		"a\u202eb":                "a?b", // turns the direction of what follows
		"a\xffb":                  "a?b",
	} {
		if got := printable(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
	if got := printable(strings.Repeat("字", 2*longestSays)); got != strings.Repeat("字", longestSays)+"…" {
		t.Errorf("cut to %d bytes", len(got))
	}
}

func TestARefusedTextTellsItsLinesInOneSentence(t *testing.T) {
	err := refuseText(problem.List{{Line: 3, Place: `node "a"`, Says: "there is no node \"b\""}, {Line: 4, Place: "row 2", Says: "it can never decide"}})
	var r *refusal
	if !errors.As(err, &r) || strings.Contains(r.detail, "?") || !strings.Contains(r.detail, "; ") || len(r.fields) != 2 {
		t.Errorf("%+v", r)
	}
}
