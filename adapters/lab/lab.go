// Package lab gives a fresh Debian machine a private PostgreSQL and a private Asterisk, as children of the program
// that asks. It serves `make run` and the tests; the product itself never imports it. A FreeSWITCH is its admin's: it is asked, and
// files are written for it (see FreeSWITCH).
//
// Contract:
//   - Everything lives in one folder (".run" beside go.mod, or TANDEM_LAB_DIR). Deleting the folder undoes it, apart
//     from the distribution's packages.
//   - Everything listens on 127.0.0.1 or on a unix socket. Passwords are generated on first start, kept readable by
//     their owner only, and never printed by this package.
//   - A child runs as an unprivileged user, and ends when its parent ends, however that ends.
//   - What is made once (the Asterisk tree, the prompts) is built under another name and renamed: half a tree is
//     never taken for a whole one. A file lock keeps two programs from making it at the same time.
//
// The folder:
//
//	.run/asterisk-root   Debian's Asterisk with all its libraries, unpacked, shared by all instances
//	.run/prompts         announcements, 8 kHz WAV
//	.run/test/…          instances of tests, reused
//	.run/…               instances of `make run`, in folders that the program names
package lab

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"tandem/adapters/prompts"
)

// Options of Prepare. The zero value is right for most.
type Options struct {
	Dir      string       // where everything lives; "" is TANDEM_LAB_DIR, or .run beside go.mod
	Progress func(string) // called with one line of progress at a time; nil is silence

	NoAsterisk bool // another switch is used: StartAsterisk is not called
}

// Lab is a prepared machine: its programs are there and can be started.
type Lab struct {
	Dir     string // absolute, reachable by unprivileged users
	Prompts string // folder of the announcements, a WAV each

	asterisk program
	pgBin    string
	say      func(string)
}

// Prepare installs and builds what is missing and returns quickly when nothing is. Several programs may call it at
// the same time: one works, the others wait. It fails with what to do when it may not install (not root).
func Prepare(ctx context.Context, o Options) (*Lab, error) {
	say := o.Progress
	if say == nil {
		say = func(string) {}
	}
	dir, err := chooseDir(o.Dir, say)
	if err != nil {
		return nil, err
	}
	l := &Lab{Dir: dir, Prompts: filepath.Join(dir, "prompts"), say: say}
	lock, err := lockFile(ctx, filepath.Join(dir, "prepare.lock"), func() {
		say("waiting for another program that prepares " + dir)
	})
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	if err := l.installPackages(ctx); err != nil {
		return nil, err
	}
	if l.pgBin, err = postgresBin(0); err != nil {
		return nil, err
	}
	if !o.NoAsterisk {
		if l.asterisk, err = l.findOrBuildAsterisk(ctx); err != nil {
			return nil, err
		}
	}
	_, err = prompts.Make(ctx, prompts.Options{To: l.Prompts})
	return l, err
}

// AsteriskVersion is what the switch's program says of itself.
func (l *Lab) AsteriskVersion() string { return l.asterisk.Version }

// step reports what is being done now, and how long it took.
func (l *Lab) step(what string, do func() error) error {
	l.say(what + " …")
	start := time.Now()
	if err := do(); err != nil {
		return err
	}
	l.say(fmt.Sprintf("%s: %.1f s", what, time.Since(start).Seconds()))
	return nil
}
