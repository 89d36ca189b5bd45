package floor

import (
	"testing"
	"time"

	"tandem/orchestrator/fact"
)

// TestWhatAFlowAsksIsTold among the moments, in words of both languages.
func TestWhatAFlowAsksIsTold(t *testing.T) {
	x := fact.RoutingAsked{Line: true, Priority: 7, Need: "english>=2 law>=5", Due: 2 * time.Minute}
	all := Moments([]fact.Entry{{Seq: 3, Fact: x}})
	if len(all) != 1 || all[0].Kind != MomentAsked {
		t.Fatalf("%+v", all)
	}
	for language, want := range map[string]string{
		"en": "The flow asks for priority 7, the skills english ≥ 2 law ≥ 5, an answer within 2m0s.",
		"zh": "流程要求：优先级 7，技能 english ≥ 2 law ≥ 5，2m0s 内应答。",
	} {
		if says := all[0].Say(language); says != want {
			t.Errorf("%s", says)
		}
	}
}
