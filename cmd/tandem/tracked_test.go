package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestHouseHoldsOnlyText: everything that is kept under version control is text that a person can read. A program built beside its source
// would stay in every clone for ever.
func TestHouseHoldsOnlyText(t *testing.T) {
	top := filepath.Join("..", "..")
	list := exec.CommandContext(t.Context(), "git", "ls-files", "-z")
	list.Dir = top
	out, err := list.Output()
	if err != nil {
		t.Skip("this is no checkout of git, which alone knows what is kept")
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(top, name))
		switch {
		case os.IsNotExist(err):
			// Deleted, and the deletion is not committed yet.
		case err != nil:
			t.Error(err)
		case bytes.IndexByte(text, 0) >= 0:
			t.Errorf("%s is no text: git rm it", name)
		}
	}
}
