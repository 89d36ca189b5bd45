package dialplan_test

import (
	"strings"
	"testing"

	"tandem/dialplan"
)

// What an admin includes holds nothing that is the Asterisk's own: another general section or transport would change other people's calls.
func TestIncludedPartsAreTandemsAlone(t *testing.T) {
	c := chosen()
	c.Dirs = dialplan.Dirs{Prompts: "/a/prompts"}
	files, err := dialplan.AsteriskIncluded(c)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 5 {
		t.Errorf("%d files", len(files))
	}
	for name, text := range files {
		for line := range strings.Lines(text) {
			section, _, _ := strings.Cut(strings.TrimPrefix(line, "["), "]")
			if strings.HasPrefix(line, "[") && !strings.HasPrefix(section, "tandem-") && section != "ann" && section != "bob" && section != "control" && name != "sorcery.conf" {
				t.Errorf("%s has section [%s]", name, section)
			}
		}
		if strings.Contains(text, "transport") || strings.Contains(text, "203.0.113.7") {
			t.Errorf("%s speaks of a transport:\n%s", name, text)
		}
	}
	for name, wants := range map[string][]string{
		"extensions.conf": {"exten => 7000,1,Goto(tandem-call,7000,1)", "Stasis(tandem,7000)", "Stasis(tandem,*45)", "/a/prompts/sorry", "Dial(PJSIP/112@carrier)"},
		"queues.conf":     {"[tandem-fallback]", "member => PJSIP/ann"},
		"sorcery.conf":    {"astdb,tandem_endpoint"},
		"ari.conf":        {"[control]", "password = " + ariSecret},
		"pjsip.conf":      {"[tandem-phone](!)", "[ann](tandem-phone)", "context = tandem-phones", "allow_transfer = no"},
	} {
		for _, want := range wants {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s lacks %q:\n%s", name, want, files[name])
			}
		}
	}
}
