package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// errLocked says that another program holds a lock.
var errLocked = errors.New("locked by another program")

// lockFile takes a lock that ends with the file's last holder: this program, or a child that inherited it.
// It calls waiting once if it can't have the lock at once, and gives up with the context.
func lockFile(ctx context.Context, path string, waiting func()) (*os.File, error) {
	f, err := tryLock(path)
	if !errors.Is(err, errLocked) {
		return f, err
	}
	waiting()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("lab: %s: %w: %w", path, errLocked, ctx.Err())
		case <-tick.C:
			if f, err := tryLock(path); !errors.Is(err, errLocked) {
				return f, err
			}
		}
	}
}

// tryLock fails with errLocked when someone else holds the lock.
func tryLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lab: lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errLocked
		}
		return nil, fmt.Errorf("lab: lock %s: %w", path, err)
	}
	return f, nil
}
