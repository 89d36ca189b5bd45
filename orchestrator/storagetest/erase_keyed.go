package storagetest

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// erasureOfKeyed: somebody else keyed in the number, to be called back on. That goes, and the caller stays.
func erasureOfKeyed(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	const said = "prompt:en/callback-to prompt:en/n-9"
	sc.queued("i1", "+4915155555")
	sc.tell("i1", fact.AttributeSet{Name: orchestrator.CallbackNumber, Who: fact.Person{Text: "015199999"}},
		fact.AttributeSet{Name: "order", Who: fact.Person{Text: "4711"}}, fact.PromptBegun{Task: "t1", Who: fact.Person{Text: said}})
	sc.queued("i2", "+4915155555")
	sc.tell("i2", fact.AttributeSet{Name: orchestrator.CallbackNumber, Who: fact.Person{Text: "015188888"}}, fact.PromptBegun{Task: "t2", Who: fact.Person{Text: said}},
		fact.InteractionEnded{Why: media.CauseHangup})
	_, err := s.Erase(ctx, "015199999")
	kind(t, "an erasure while the call goes on in which the number was keyed in", err, orchestrator.Conflict)
	sc.tell("i1", fact.InteractionEnded{Why: media.CauseHangup})
	must(t, second(s.Erase(ctx, "015199999")))

	rest := map[orchestrator.InteractionID]string{}
	for _, e := range all(ctx, t, sc.j) {
		text := get[[]byte](t)(json.Marshal(fact.PersonOf(e.Fact)))
		rest[e.About] += string(text)
	}
	for _, trace := range []string{"99999", said} {
		if strings.Contains(rest["i1"], trace) {
			t.Errorf("the other's call remembers %q: %s", trace, rest["i1"])
		}
	}
	if !strings.Contains(rest["i1"], "+4915155555") || !strings.Contains(rest["i1"], "4711") {
		t.Errorf("the caller who keyed it in was forgotten too: %s", rest["i1"])
	}
	if !strings.Contains(rest["i2"], "015188888") || !strings.Contains(rest["i2"], said) {
		t.Errorf("another number was forgotten too: %s", rest["i2"])
	}
	_, err = s.Erase(ctx, "015199999")
	kind(t, "a second erasure", err, orchestrator.NotFound)
}
