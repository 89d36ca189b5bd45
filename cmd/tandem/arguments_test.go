package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWhatIsNotUnderstoodIsRefused: an argument that means nothing is told, never ignored.
func TestWhatIsNotUnderstoodIsRefused(t *testing.T) {
	t.Setenv("TANDEM_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none?sslmode=disable")
	for _, said := range []string{"journal show 999", "journal show -after 3 999", "version 2", "doctor now", "serve twice", "migrate up", "config all", "journal verify 3", "journal rebuild x"} {
		args := strings.Fields(said)
		err := run(context.Background(), args, &bytes.Buffer{}, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), `"`+args[len(args)-1]+`"`) {
			t.Errorf("%s: %v", said, err)
		}
	}
}

// TestAnOptionBehindAnArgumentIsRefused with a word about the order: it would have been taken for an argument.
func TestAnOptionBehindAnArgumentIsRefused(t *testing.T) {
	t.Setenv("TANDEM_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none?sslmode=disable")
	for _, said := range []string{"simulate testdata/day.yaml -format json", "staff testdata/day.yaml -interval 15m", "journal why i5 -language zh", "journal show 3 -after"} {
		args := strings.Fields(said)
		err := run(context.Background(), args, &bytes.Buffer{}, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), "options come first") {
			t.Errorf("%s: %v", said, err)
		}
	}
}

// TestAWrongOptionIsToldOnce, in one line: what was asked for is not buried under the list of all options.
func TestAWrongOptionIsToldOnce(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	before := os.Stderr
	os.Stderr = file
	defer func() { os.Stderr = before }()
	for _, said := range []string{"replay -from bad", "forecast -days many", "journal show -nothing"} {
		err := run(t.Context(), strings.Fields(said), &bytes.Buffer{}, &bytes.Buffer{})
		name, _, _ := strings.Cut(said, " -")
		if err == nil || !strings.Contains(err.Error(), "tandem "+name+" -h lists the options") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", said, err)
		}
	}
	if text, err := os.ReadFile(file.Name()); err != nil || len(text) > 0 {
		t.Errorf("beside the error it says (%v):\n%s", err, text)
	}
	if err := run(t.Context(), []string{"replay", "-h"}, &bytes.Buffer{}, &bytes.Buffer{}); !errors.Is(err, flag.ErrHelp) {
		t.Error(err)
	}
	if text, err := os.ReadFile(file.Name()); err != nil || strings.Count(string(text), "-differences") != 1 {
		t.Errorf("help that was asked for (%v):\n%s", err, text)
	}
}

// TestDoctorLeavesNothing: it looks at a folder that is not there yet, and does not make it.
func TestDoctorLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	var out bytes.Buffer
	if err := run(t.Context(), []string{"doctor"}, &out, &bytes.Buffer{}); err == nil {
		t.Errorf("without a database all is well: %s", &out)
	}
	if !strings.Contains(out.String(), "will be made") {
		t.Errorf("the folder of the recordings is not spoken of: %s", &out)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("it left %v (%v)", left, err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".run"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := run(t.Context(), []string{"doctor"}, &out, &bytes.Buffer{}); err == nil || !strings.Contains(out.String(), "MEND  recordings") {
		t.Errorf("a file stands where the folder must be, and it says: %s", &out)
	}
}
