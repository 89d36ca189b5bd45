package freeswitch

import (
	"testing"

	"tandem/orchestrator/media"
)

// TestAnyMoves goes by what FreeSWITCH 1.10.12 says of two legs before, while and after it bridges them.
func TestAnyMoves(t *testing.T) {
	leg := func(state, next, other string) string {
		return `{"Channel-State":"` + state + `","Channel-State-Number":"` + next + `","variable_bridge_uuid":"` + other + `"}`
	}
	for _, c := range []struct {
		what, a, b string
		moves      bool
	}{
		{"parked", leg("CS_EXECUTE", "4", ""), leg("CS_EXECUTE", "4", ""), false},
		{"parked after a bridge", leg("CS_PARK", "6", "b"), leg("CS_EXECUTE", "4", "a"), false},
		{"about to be bridged", leg("CS_EXECUTE", "8", "b"), leg("CS_EXECUTE", "4", "a"), true},
		{"on the way", leg("CS_RESET", "9", "b"), leg("CS_EXECUTE", "4", "a"), true},
		{"one waits for the other", leg("CS_SOFT_EXECUTE", "3", "b"), leg("CS_SOFT_EXECUTE", "3", "a"), true},
		{"bridged", leg("CS_SOFT_EXECUTE", "3", "b"), leg("CS_EXCHANGE_MEDIA", "5", "a"), false},
		{"ringing", leg("CS_CONSUME_MEDIA", "7", ""), leg("CS_CONSUME_MEDIA", "7", ""), false},
		{"ending", leg("CS_HANGUP", "10", ""), leg("CS_EXECUTE", "4", ""), false},
	} {
		found := map[media.LegID]said{}
		for id, text := range map[media.LegID]string{"a": c.a, "b": c.b} {
			e, err := decode([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			found[id] = e
		}
		if got := anyMoves(found); got != c.moves {
			t.Errorf("%s: moves is %t", c.what, got)
		}
	}
}
