package media_test

import (
	"strings"
	"testing"

	"tandem/orchestrator/media"
)

// What comes from outside is harmless in a URL, a command, a file's name and a log.
func TestTextsFromOutside(t *testing.T) {
	for text, is := range map[string]bool{
		"leg-1.a_B": true, strings.Repeat("x", 120): true,
		"": false, "a/b": false, "a b": false, "ä": false, "a\n": false, strings.Repeat("x", 121): false,
	} {
		if media.IsName(text) != is {
			t.Errorf("%q is a name: %v", text, !is)
		}
	}
	for text, want := range map[string]string{
		"Ann Müller": "Ann Müller", "E\u202eve\r\n\x00": "Eve", "\xffa\ufffd": "a", strings.Repeat("ü", 70): strings.Repeat("ü", 64),
	} {
		if got := media.Clean(text); got != want {
			t.Errorf("%q is cleaned to %q", text, got)
		}
	}
	for text, want := range map[string]string{
		"+49 (30) 12-34*#": "+493012-34*#", "ann_b.c": "ann_b.c", "5;é٣'": "5", strings.Repeat("1", 70): strings.Repeat("1", 64),
	} {
		if got := media.Number(text); got != want {
			t.Errorf("the number in %q is %q", text, got)
		}
	}
}
