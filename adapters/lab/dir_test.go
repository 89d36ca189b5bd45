package lab

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func silent(string) {}

// A clone in a root's home: the servers, which are not root, could not reach their files there.
func TestAClosedHomeIsLeftForAnOpenPlace(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("*** SKIPPED: only root's servers run as somebody else ***")
	}
	home := t.TempDir()
	for _, dir := range []string{filepath.Dir(home), home} {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	clone := filepath.Join(home, "clone")
	if err := os.Mkdir(clone, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(clone, "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(clone)
	t.Setenv(DirVariable, "")
	open, err := chooseDir("", silent)
	if err != nil || open != filepath.Join(clone, ".run") {
		t.Fatalf("in an open home: %s %v", open, err)
	}
	if err := os.Chmod(home, 0o700); err != nil {
		t.Fatal(err)
	}
	said := ""
	moved, err := chooseDir("", func(line string) { said = line })
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(filepath.Dir(moved)) // stays if it holds another clone's
	defer os.Remove(moved)
	if closedAncestor(moved) != "" || strings.HasPrefix(moved, home) || !strings.Contains(said, moved) {
		t.Errorf("in a closed home: %s, and says %q", moved, said)
	}
	if again, _ := chooseDir("", silent); again != moved {
		t.Errorf("the next start goes to another place: %s", again)
	}
	t.Setenv(DirVariable, filepath.Join(home, "lab"))
	if _, err := chooseDir("", silent); err == nil || !strings.Contains(err.Error(), DirVariable) {
		t.Errorf("a closed place that was asked for: %v", err)
	}
}

func TestOutsideTheRepositoryTheErrorSaysWhatToDo(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv(DirVariable, "")
	if _, err := chooseDir("", silent); err == nil || !strings.Contains(err.Error(), DirVariable) {
		t.Error(err)
	}
}

func TestALockIsHeldByOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := tryLock(path)
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	waited := false
	if _, err := lockFile(short, path, func() { waited = true }); err == nil || !waited {
		t.Errorf("a second holder: %v, waited %v", err, waited)
	}
	first.Close()
	second, err := lockFile(t.Context(), path, func() {})
	if err != nil {
		t.Fatal(err)
	}
	second.Close()
}
