package lab

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// socketPathLimit is the size of sun_path (unix(7)).
const socketPathLimit = 108

// handOver is how long a new instance waits for the server of a killed parent, which is just ending.
const handOver = 10 * time.Second

// takeInstance makes the folder of an instance and locks it. The lock is inherited by the server: it is free only when
// both the program and its server are gone.
func takeInstance(ctx context.Context, dir string, who owner) (*os.File, error) {
	if closed := closedAncestor(filepath.Dir(dir)); closed != "" && who != self() {
		return nil, fmt.Errorf("lab: other users can't pass %s, and the server does not run as root: choose a folder below Lab.Dir", closed)
	}
	if err := who.makeDir(dir); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, handOver)
	defer cancel()
	lock, err := lockFile(ctx, filepath.Join(dir, "instance.lock"), func() {})
	if err != nil {
		return nil, fmt.Errorf("lab: %s is in use: end the other program first: %w", dir, err)
	}
	return lock, nil
}
