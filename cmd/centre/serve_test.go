package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/adapters/lab"
)

// What is said of an end depends on whether Tandem ever served: calls go on only then, and before it the cause is told.
func TestTheFirstStartThatFails(t *testing.T) {
	for _, c := range []struct {
		served    bool
		want, not string
	}{{false, "no database there", "calls go on"}, {true, "calls go on", "no database there"}} {
		dir := t.TempDir()
		binary := filepath.Join(dir, "tandem")
		if err := os.WriteFile(binary, []byte("#!/bin/sh\necho no database there\nexit 1\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		tandem, err := lab.StartTandem(lab.TandemConfig{Binary: binary, Dir: dir, Listen: "127.0.0.1:1"})
		if err != nil {
			t.Fatal(err)
		}
		p := &program{tandem: tandem, failed: make(chan error, 1), stop: make(chan struct{}), ended: make(chan struct{})}
		p.served.Store(c.served)
		said := make(chan string, tooOften)
		go p.keep(func(line string) { said <- line })
		select {
		case line := <-said:
			if !strings.Contains(line, c.want) || strings.Contains(line, c.not) {
				t.Errorf("served before: %t, said: %s", c.served, line)
			}
		case <-time.After(30 * time.Second):
			t.Error("nothing is said")
		}
		p.end()
	}
}
