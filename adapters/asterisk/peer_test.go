package asterisk

import (
	"slices"
	"testing"
)

// What Dial.To may name: a phone here, a phone on a known switch by the link there, a number on a known trunk; nothing else.
func TestTargets(t *testing.T) {
	s := &Switch{cfg: Config{Peers: map[string]string{"pbx2": "link-to-pbx2"}, Trunks: []string{"carrier"}}}
	for to, want := range map[string]target{
		"bob": {"PJSIP/bob", "bob"}, "bob@pbx2": {"PJSIP/bob@link-to-pbx2", "link-to-pbx2"}, "0123@carrier": {"PJSIP/0123@carrier", "carrier"},
		"bob@pbx3": {}, "bob@link-to-pbx2": {}, "-x@pbx2": {}, "a&b@pbx2": {}, "bob@pbx2@carrier": {}, "": {},
	} {
		got, err := s.target(to)
		if got != want || (err == nil) != (want.dialString != "") {
			t.Errorf("%q became %q, %v", to, got, err)
		}
	}
}

// Who has other switches needs what their links' dialplan calls; who has none does not.
func TestModulesOfLinks(t *testing.T) {
	alone, linked := Config{}, Config{Peers: map[string]string{"pbx2": "link-to-pbx2"}}
	for _, module := range []string{"func_strings.so", "app_exec.so", "app_stack.so"} {
		if slices.Contains(alone.modules(), module) || !slices.Contains(linked.modules(), module) {
			t.Errorf("%s: alone %v, with a link %v", module, alone.modules(), linked.modules())
		}
	}
}
