package freeswitch

import "testing"

// What Dial.To may name: a phone here, a phone on a known switch by the link there, a number on a known trunk; nothing else.
func TestTargets(t *testing.T) {
	s := &Switch{cfg: Config{Peers: map[string]string{"pbx1": "link-to-pbx1"}, Trunks: []string{"carrier"}}, domain: "here"}
	for to, want := range map[string]string{
		"bob": "user/bob@here", "bob@pbx1": "sofia/gateway/link-to-pbx1/bob", "0123@carrier": "sofia/gateway/carrier/0123",
		"bob@pbx3": "", "bob@link-to-pbx1": "", "-x@pbx1": "", "a,b@pbx1": "", "bob@pbx1@carrier": "", "": "",
	} {
		got, err := s.target(to)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q became %q, %v", to, got, err)
		}
	}
}
