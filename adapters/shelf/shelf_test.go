package shelf_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"tandem/adapters/shelf"
	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

func text(s string) func(io.WriteSeeker) error {
	return func(w io.WriteSeeker) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func read(t *testing.T, d *shelf.Disk, id media.TapeID) string {
	t.Helper()
	f, err := d.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func files(t *testing.T, dir string) int {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestWholeOrNotAtAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "recordings")
	d, err := shelf.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Put(t.Context(), "v1", text("first")); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left")
	err = d.Put(t.Context(), "v1", func(w io.WriteSeeker) error {
		if err := text("half")(w); err != nil {
			return err
		}
		// Nothing of it is to be seen while it is written.
		if have := read(t, d, "v1"); have != "first" {
			t.Errorf("while it is replaced there is %q", have)
		}
		return full
	})
	if !errors.Is(err, full) {
		t.Errorf("the error of writing is %v", err)
	}
	if have := read(t, d, "v1"); have != "first" || files(t, dir) != 1 {
		t.Errorf("after a failure there is %q, and %d files", have, files(t, dir))
	}
	if err := d.Put(t.Context(), "v1", text("second")); err != nil {
		t.Fatal(err)
	}
	if have := read(t, d, "v1"); have != "second" {
		t.Errorf("replaced is %q", have)
	}
	info, err := os.Stat(filepath.Join(dir, "v1.wav"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has the rights %v (%v)", info.Mode(), err)
	}
	if err := errors.Join(d.Delete(t.Context(), "v1"), d.Delete(t.Context(), "v1")); err != nil {
		t.Errorf("deleting twice: %v", err)
	}
	if _, err := d.Open(t.Context(), "v1"); orchestrator.KindOf(err) != orchestrator.NotFound {
		t.Errorf("deleted is %v", err)
	}
}

func TestLeftoversAreSwept(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".v1.123.part"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := shelf.New(dir); err != nil {
		t.Fatal(err)
	}
	if n := files(t, dir); n != 0 {
		t.Errorf("%d files are left of a killed program", n)
	}
}

func TestNamesStayInside(t *testing.T) {
	d, err := shelf.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []media.TapeID{"", ".", "..", "../x", "a/b", ".hidden", "a\x00b"} {
		if err := d.Put(t.Context(), id, text("x")); orchestrator.KindOf(err) != orchestrator.Invalid {
			t.Errorf("Put(%q): %v", id, err)
		}
		if _, err := d.Open(t.Context(), id); orchestrator.KindOf(err) != orchestrator.Invalid {
			t.Errorf("Open(%q): %v", id, err)
		}
	}
}

// A folder that is gone stands for a disk that cannot be written: it is told as something that may pass.
func TestBrokenDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "recordings")
	d, err := shelf.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := d.Put(t.Context(), "v1", text("x")); orchestrator.KindOf(err) != orchestrator.Unavailable {
		t.Errorf("without its folder: %v", err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := shelf.New(dir); orchestrator.KindOf(err) != orchestrator.Unavailable {
		t.Errorf("with a file in its place: %v", err)
	}
}
