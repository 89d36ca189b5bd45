package asterisk

import (
	"testing"

	"tandem/orchestrator/media"
)

// A phone that had answered and was lost did not hang up; of one that never answered, of a caller and of our own drop the cause says
// something else.
func TestLostPhone(t *testing.T) {
	for q850, want := range map[int]media.Cause{44: media.CauseLost, 102: media.CauseLost, 16: media.CauseHangup, 0: media.CauseHangup, 31: media.CauseHangup} {
		if got, _ := (&leg{dialled: true, up: true}).verdict(q850, 0); got != want {
			t.Errorf("a phone that ended with %d is told as %q, want %q", q850, got, want)
		}
	}
	for name, g := range map[string]*leg{"a caller": {up: true}, "our drop": {dialled: true, up: true, dropped: true}, "no answer": {dialled: true}} {
		if got, _ := g.verdict(44, 0); got == media.CauseLost {
			t.Errorf("%s is told as lost", name)
		}
	}
}
