package asterisk

import "testing"

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
