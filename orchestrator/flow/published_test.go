package flow_test

import (
	"os"
	"path/filepath"
	"testing"

	"tandem/orchestrator/flow"
)

// TestWhatWasPublishedIsReadForEver: a program that could not read a flow in force would send all its callers away. Texts are only
// ever added to testdata/published; when the language of flows grows, one that uses what is new is added.
func TestWhatWasPublishedIsReadForEver(t *testing.T) {
	files, _ := filepath.Glob("testdata/published/*.yaml")
	if len(files) < 6 {
		t.Fatalf("%d texts: one that was published has been taken away", len(files))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := flow.Parse(file, string(text))
		if err != nil {
			t.Errorf("can no longer be read:\n%v", err)
			continue
		}
		silent(t, f)
	}
}

// TestARuleIsForWhoPublishes: what a newer rule refuses is read when it is in force.
func TestARuleIsForWhoPublishes(t *testing.T) {
	for _, text := range []string{
		frame + "  a: {announce: x, next: b}\n  b: {announce: x, next: a}",
		frame + "  a: {hangup: x}\n  b: {hangup: x}",
		frame + "  a: {announce: {digits: order}, next: b}\n  b: {hangup: a reason}",
		frame + "  a: {collect: caller, say: x, digits: 4, tries: 99, wait: 10m, next: b, otherwise: b}\n  b: {hangup: x}",
		frame + masked + "  b: {sms: 'of {card}', next: z}\n  z: {hangup: x}",
	} {
		if _, err := flow.Parse("f.yaml", text); err != nil {
			t.Errorf("not read: %v", err)
		}
		if publishable("f.yaml", text) == nil {
			t.Errorf("published:\n%s", text)
		}
	}
}
