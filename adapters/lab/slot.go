package lab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tandem/adapters/prompts"
)

// Slot is a folder for an instance of a test. It is used again by later tests, so that their number stays that of the
// programs which run at the same time.
type Slot struct {
	Dir  string
	lock *os.File
}

// slots is far more than two cores can run side by side.
const slots = 64

// TakeSlot finds a folder of a kind ("asterisk") that nobody uses. It is free again after Release or the program's end.
func (l *Lab) TakeSlot(kind string) (*Slot, error) {
	top := filepath.Join(l.Dir, "test")
	if err := prompts.MakeOpenDir(top); err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	for n := 1; n <= slots; n++ {
		dir := filepath.Join(top, fmt.Sprintf("%s-%d", kind, n))
		lock, err := tryLock(dir + ".lock")
		if errors.Is(err, errLocked) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return &Slot{Dir: dir, lock: lock}, nil
	}
	return nil, fmt.Errorf("lab: all %d folders %s/%s-N are in use", slots, top, kind)
}

// Release gives the folder back.
func (s *Slot) Release() { s.lock.Close() }
