package main

import (
	"os"
	"runtime/debug"
)

// gcPercent lets the heap grow to four times of what lives before garbage is collected. Little lives, some ten megabytes, and almost all
// that is allocated is garbage with the event that it was for: at Go's own 100 a collection, which touches all that lives, came every
// tenth call.
const gcPercent = 300

// collectSeldom sets it, unless the environment says otherwise: GOGC and GOMEMLIMIT are Go's own words for whoever runs short of memory.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
