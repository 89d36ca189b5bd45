package main

import (
	"runtime/debug"
	"testing"
)

// Garbage is collected seldom, unless whoever runs the program says how often.
func TestCollectSeldom(t *testing.T) {
	before := debug.SetGCPercent(100)
	t.Cleanup(func() { debug.SetGCPercent(before) })
	for set, want := range map[string]int{"50": 100, "": gcPercent} { // Go has read the variable at the start of this program
		t.Setenv("GOGC", set)
		debug.SetGCPercent(100)
		collectSeldom()
		if have := debug.SetGCPercent(100); have != want {
			t.Errorf("with GOGC=%q the heap grows by %d %%, want %d", set, have, want)
		}
	}
}
