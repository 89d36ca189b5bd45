package switchboard

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// A line of the log names the interaction beside the leg where the stamp says it, and never what somebody else has written there.
func TestNamed(t *testing.T) {
	for stamp, want := range map[string]string{
		"bcdfg/i5/o7": "leg=l-1 interaction=i5", "": "leg=l-1", "somebody's": "leg=l-1", "a/b c\n/d": "leg=l-1", "a//c": "leg=l-1",
	} {
		var text bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("said", Named("l-1", stamp))
		if got := strings.TrimSpace(text.String()[strings.Index(text.String(), "leg="):]); got != want {
			t.Errorf("of stamp %q the line says %q", stamp, got)
		}
	}
}
